// SPDX-License-Identifier: Apache-2.0
import { read } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import {
  type Clock,
  type Logger,
  messageOf,
  SaltError,
  type Saltenv,
  silentLog,
  systemClock,
  type Timers,
} from '@halite/core'
import {
  type FileName,
  type FileRange,
  type FileSource,
  type FoundFile,
  type HashedFile,
  type ListKind,
  type ListOptions,
  maxRangeBytes,
  type ReadOptions,
} from '../file-source.ts'
import { BlobStore } from '../git/blob-store.ts'
import { GitMirror } from '../git/git-mirror.ts'
import type { TreeFile } from '../git/git-tree.ts'
import { ignoreTest } from '../ignore.ts'
import { KeptDescriptors } from '../roots/kept-descriptors.ts'
import { SharedUnion } from '../shared-union.ts'
import type { GitfsOptions } from './gitfs-options.ts'
import { gitfsRemotes } from './gitfs-remote.ts'
import { type GitfsPart, type GitfsView, GitfsViews } from './gitfs-views.ts'

const readLate = promisify(read)

/** What is served from git, and where it is kept. */
export interface GitfsSourceOptions {
  readonly options: GitfsOptions
  /** Where mirrors and contents are kept: `<cachedir>/gitfs`. */
  readonly directory: string
  readonly log?: Logger
  readonly timers?: Timers
  /** A fetch that reports nothing for so long is ended. */
  readonly stallMs?: number
  /** Whether remotes are fetched when they are read and were not for their interval, for who has no loop; default false. */
  readonly updatesWhenRead?: boolean
  readonly clock?: Clock
}

/** A file in git. */
interface GitFile {
  readonly view: GitfsView
  readonly file: TreeFile
}

/** Branches, tags and commits of git repositories as environments. Reads copies on this machine; `update` fetches. */
export class GitfsSource implements FileSource {
  readonly parts: readonly GitfsPart[]
  readonly #options: GitfsOptions
  readonly #views: GitfsViews
  readonly #blobs: BlobStore
  readonly #kept: KeptDescriptors
  readonly #unions = new SharedUnion()
  readonly #log: Logger
  readonly #updatesWhenRead: boolean
  readonly #clock: Clock
  /** When remotes were fetched last, and are now, of one that updates when it is read. */
  readonly #fetches = new Map<GitfsPart, { readonly atMs: number; readonly done: Promise<void> }>()

  /** Throws `CONFIG_INVALID` for remotes and options that cannot be right. */
  constructor(init: GitfsSourceOptions) {
    const { options, directory, log = silentLog, timers = systemClock, stallMs } = init
    this.#log = log
    this.#updatesWhenRead = init.updatesWhenRead ?? false
    this.#clock = init.clock ?? systemClock
    this.#options = options
    this.#views = new GitfsViews(log, ignoreTest(options))
    this.#blobs = new BlobStore({ directory: join(directory, 'blobs'), hashType: options.hash_type })
    this.#kept = new KeptDescriptors({ timers, most: 64, keepMs: 2000 })
    const mirrors = new Map<string, GitMirror>()
    this.parts = gitfsRemotes({ ...options }).map((config) => {
      const mirror = new GitMirror({
        remote: config.remote,
        directory,
        isLockGlobal: options.gitfs_global_lock,
        lockTimeoutMs: options.gitfs_lock_timeout * 1000,
        ...(stallMs === undefined ? {} : { stallMs }),
      })
      const shared = mirrors.get(mirror.directory) ?? mirror
      mirrors.set(shared.directory, shared)
      return { config, mirror: shared }
    })
  }

  async envs(): Promise<readonly Saltenv[]> {
    await this.#open()
    return [...new Set(this.parts.flatMap((part) => this.#views.environmentsOf(part)))].sort()
  }

  async find(name: FileName): Promise<FoundFile | undefined> {
    const found = await this.#find(name)
    return found && foundFile(name, found)
  }

  async findHashed(name: FileName): Promise<HashedFile | undefined> {
    const found = await this.#find(name)
    return found && this.#hashed(name, found)
  }

  async read(file: FoundFile, { loc, length }: FileRange, { room }: ReadOptions = {}): Promise<Uint8Array> {
    const key = `${file.saltenv}/${file.path}/${file.version}`
    if (!this.#kept.has(key)) await this.#openFile(file, key)
    const wanted = Math.max(0, Math.min(length, maxRangeBytes, file.size - loc))
    const target = room !== undefined && room.length >= wanted ? room : Buffer.allocUnsafeSlow(wanted)
    return this.#kept.use(key, async (descriptor) => {
      let done = 0
      while (done < wanted) {
        const { bytesRead } = await readLate(descriptor, target, done, wanted - done, loc + done)
        if (bytesRead === 0) break
        done += bytesRead
      }
      return target.subarray(0, done)
    })
  }

  async list(
    saltenv: Saltenv,
    kind: ListKind,
    { prefix = '' }: ListOptions = {},
  ): Promise<readonly string[]> {
    // Git knows no empty directories.
    if (kind === 'empty_dirs') return []
    const views = await this.#viewsOf(saltenv)
    const paths = this.#unions.of(views.map(({ shown }) => shown[kind]))
    return prefix === '' ? paths : paths.filter((path) => path.startsWith(prefix))
  }

  async symlinks(
    saltenv: Saltenv,
    { prefix = '' }: ListOptions = {},
  ): Promise<Readonly<Record<string, string>>> {
    const views = await this.#viewsOf(saltenv)
    const [first] = views
    if (views.length === 1 && prefix === '' && first !== undefined) return first.shown.links
    const links = views.reverse().flatMap(({ shown }) => Object.entries(shown.links))
    return Object.fromEntries([...new Map(links)].filter(([path]) => path.startsWith(prefix)).sort())
  }

  async tree(saltenv: Saltenv, { prefix = '' }: ListOptions = {}): Promise<readonly HashedFile[]> {
    const files = new Map<string, GitFile>()
    for (const view of await this.#viewsOf(saltenv)) {
      for (const path of view.shown.files) {
        if (!path.startsWith(prefix) || files.has(path)) continue
        const file = view.shown.find(path)
        if (file !== undefined) files.set(path, { view, file })
      }
    }
    const sorted = [...files].sort(([left], [right]) => (left < right ? -1 : 1))
    return Promise.all(
      sorted.map(([path, found]) => this.#hashed({ saltenv, path: path as FileName['path'] }, found)),
    )
  }

  /** Fetches what is new of a remote. Resolves to whether anything changed; rejects with `GIT_FAILED`. */
  async update({ mirror }: GitfsPart, signal?: AbortSignal): Promise<boolean> {
    const isChanged = await mirror.update(signal)
    if (isChanged) await this.#blobs.prune()
    return isChanged
  }

  /** Removes all that was fetched; the next update fetches it again. */
  async clear(): Promise<void> {
    this.#views.clear()
    this.#kept.close()
    for (const { mirror } of this.parts) await mirror.clear()
    await this.#blobs.clear()
  }

  /** Forgets lists, of these environments or of all; resolves to which there were. */
  async forgetLists(saltenvs?: readonly Saltenv[]): Promise<Saltenv[]> {
    const known = await this.envs()
    this.#views.clear()
    return known.filter((saltenv) => saltenvs?.includes(saltenv) ?? true)
  }

  async close(): Promise<void> {
    this.#kept.close()
  }

  async #open(): Promise<void> {
    await Promise.all(this.parts.map(({ mirror }) => mirror.open()))
    if (this.#updatesWhenRead) await Promise.all(this.parts.map((part) => this.#fetched(part)))
  }

  /** What was fetched before is used where it cannot be fetched now. */
  #fetched(part: GitfsPart): Promise<void> {
    const atMs = this.#clock.monotonicMs()
    const last = this.#fetches.get(part)
    if (last !== undefined && atMs - last.atMs < part.config.intervalMs) return last.done
    const done = this.update(part).then(
      () => undefined,
      (error: unknown) => this.#log.error('a remote cannot be fetched', { reason: messageOf(error) }),
    )
    this.#fetches.set(part, { atMs, done })
    return done
  }

  async #find({ saltenv, path }: FileName): Promise<GitFile | undefined> {
    await this.#open()
    for (const part of this.parts) {
      const view = await this.#views.view(part, saltenv)
      const file = view?.shown.find(path)
      if (view !== undefined && file !== undefined) return { view, file }
    }
    return undefined
  }

  async #viewsOf(saltenv: Saltenv): Promise<GitfsView[]> {
    await this.#open()
    const views = await Promise.all(this.parts.map((part) => this.#views.view(part, saltenv)))
    return views.filter((view) => view !== undefined)
  }

  async #hashed(name: FileName, found: GitFile): Promise<HashedFile> {
    const hsum = await this.#blobs.fetch(found.view.mirror, found.file)
    return { ...foundFile(name, found), hash_type: this.#options.hash_type, hsum }
  }

  /** The version comes from whoever asks: only that of the file itself is opened. */
  async #openFile(name: FoundFile, key: string): Promise<void> {
    const found = await this.#find(name)
    if (found === undefined || found.file.oid !== name.version) {
      throw new SaltError('FILE_CHANGED', `salt://${name.path} of ${name.saltenv} changed while it was read`)
    }
    const descriptor = await this.#blobs.open(found.view.mirror, found.file)
    this.#kept.add(key, descriptor)
  }
}

function foundFile({ saltenv, path }: FileName, { view, file }: GitFile): FoundFile {
  return { saltenv, path, size: file.size, mode: file.mode, mtime: view.time, version: file.oid }
}
