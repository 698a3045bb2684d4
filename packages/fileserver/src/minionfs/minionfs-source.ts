// SPDX-License-Identifier: Apache-2.0
import {
  isSaltError,
  parseSaltenv,
  parseSaltPath,
  SaltError,
  type Saltenv,
  type SaltPath,
  type Timers,
} from '@halite/core'
import { exposedBy, type IsExposed } from '../expression-lists.ts'
import type {
  FileName,
  FileRange,
  FileSource,
  FoundFile,
  HashedFile,
  ListKind,
  ListOptions,
  ReadOptions,
} from '../file-source.ts'
import type { HashType } from '../hash-file.ts'
import type { IgnoreOptions } from '../ignore.ts'
import { RootsSource } from '../roots/roots-source.ts'

/** The options that say what is served of what minions sent. */
export interface MinionfsOptions extends IgnoreOptions {
  readonly hash_type: HashType
  readonly minionfs_env: string
  readonly minionfs_mountpoint: string
  readonly minionfs_whitelist: string | readonly string[]
  readonly minionfs_blacklist: string | readonly string[]
}

export interface MinionfsSourceOptions {
  readonly options: MinionfsOptions
  /** Where a directory lies for each minion, with what it sent in `files`: `<cachedir>/minions`. */
  readonly directory: string
  /** As of `RootsSourceOptions`. */
  readonly thread?: string | URL | undefined
  readonly timers?: Timers
}

/** What minions sent with `cp.push`: `salt://<minion>/<path>`. No link is followed, and no top file served. */
export class MinionfsSource implements FileSource {
  readonly #saltenv: Saltenv
  readonly #prefix: string
  readonly #isExposed: IsExposed
  readonly #files: RootsSource
  readonly #lists = new WeakMap<readonly string[], readonly string[]>()

  /** Throws `CONFIG_INVALID`. */
  constructor({ options, directory, thread, timers }: MinionfsSourceOptions) {
    this.#saltenv = saltenvOf(options.minionfs_env)
    this.#prefix = prefixOf(options.minionfs_mountpoint)
    this.#isExposed = exposedBy(
      'minionfs_whitelist and minionfs_blacklist',
      [options.minionfs_whitelist].flat(),
      [options.minionfs_blacklist].flat(),
    )
    this.#files = new RootsSource({
      options: {
        ...options,
        file_roots: { [this.#saltenv]: [directory] },
        fileserver_followsymlinks: false,
        fileserver_ignoresymlinks: true,
        fileserver_limit_traversal: false,
      },
      thread,
      ...(timers === undefined ? {} : { timers }),
    })
  }

  async envs(): Promise<readonly Saltenv[]> {
    return [this.#saltenv]
  }

  async find(name: FileName): Promise<FoundFile | undefined> {
    return this.#named(name, (stored) => this.#files.find(stored))
  }

  async findHashed(name: FileName): Promise<HashedFile | undefined> {
    return this.#named(name, (stored) => this.#files.findHashed(stored))
  }

  async read(file: FoundFile, range: FileRange, options?: ReadOptions): Promise<Uint8Array> {
    const stored = this.#stored(file)
    if (stored !== undefined) return this.#files.read({ ...file, ...stored }, range, options)
    throw new SaltError('FILE_CHANGED', `salt://${file.path} of ${file.saltenv} is not served`)
  }

  async list(
    saltenv: Saltenv,
    kind: ListKind,
    { prefix = '' }: ListOptions = {},
  ): Promise<readonly string[]> {
    if (saltenv !== this.#saltenv || kind === 'empty_dirs') return []
    const all = this.#shown(await this.#files.list(saltenv, kind))
    return prefix === '' ? all : all.filter((path) => path.startsWith(prefix))
  }

  async symlinks(): Promise<Readonly<Record<string, string>>> {
    return {}
  }

  async tree(saltenv: Saltenv, { prefix = '' }: ListOptions = {}): Promise<readonly HashedFile[]> {
    const paths = await this.list(saltenv, 'files', { prefix })
    const files = await Promise.all(
      paths.map((path) => this.findHashed({ saltenv, path: parseSaltPath(path) })),
    )
    return files.filter((file) => file !== undefined)
  }

  /** Forgets what was listed. */
  forgetLists(saltenvs?: readonly Saltenv[]): Promise<Saltenv[]> {
    return this.#files.forgetLists(saltenvs)
  }

  async close(): Promise<void> {
    await this.#files.close()
  }

  async #named<F extends FoundFile>(
    name: FileName,
    look: (stored: FileName) => Promise<F | undefined>,
  ): Promise<F | undefined> {
    const stored = this.#stored(name)
    const found = stored && (await look(stored))
    return found && { ...found, path: name.path }
  }

  /** Where a served file lies: `<minion>/files/<path>`. */
  #stored({ saltenv, path }: FileName): FileName | undefined {
    if (saltenv !== this.#saltenv || !path.startsWith(this.#prefix)) return undefined
    const [minion = '', ...rest] = path.slice(this.#prefix.length).split('/')
    if (rest.length === 0 || rest.at(-1) === 'top.sls' || !this.#isExposed(minion)) return undefined
    const stored = storedPath([minion, 'files', ...rest].join('/'))
    return stored && { saltenv, path: stored }
  }

  /** What is listed below `files` of minions that are shown. */
  #shown(paths: readonly string[]): readonly string[] {
    const known = this.#lists.get(paths)
    if (known !== undefined) return known
    const shown = paths.flatMap((path) => {
      const [minion = '', files, ...rest] = path.split('/')
      if (files !== 'files' || rest.length === 0 || rest.at(-1) === 'top.sls') return []
      return this.#isExposed(minion) ? [`${this.#prefix}${[minion, ...rest].join('/')}`] : []
    })
    this.#lists.set(paths, shown)
    return shown
  }
}

/** Undefined for one that has become too long. */
function storedPath(path: string): SaltPath | undefined {
  try {
    return parseSaltPath(path)
  } catch (error) {
    if (isSaltError(error, 'PATH_UNSAFE')) return undefined
    throw error
  }
}

function saltenvOf(name: string): Saltenv {
  try {
    return parseSaltenv(name)
  } catch (error) {
    if (!isSaltError(error)) throw error
    throw new SaltError('CONFIG_INVALID', `minionfs_env: ${error.message}`, { cause: error })
  }
}

function prefixOf(mountpoint: string): string {
  const path = mountpoint.replace(/^salt:\/\//, '').replace(/^\/+|\/+$/g, '')
  if (path === '') return ''
  try {
    return `${parseSaltPath(path)}/`
  } catch (error) {
    if (!isSaltError(error)) throw error
    throw new SaltError('CONFIG_INVALID', `minionfs_mountpoint: ${error.message}`, { cause: error })
  }
}
