// SPDX-License-Identifier: Apache-2.0
import { SaltError, type Saltenv } from '@halite/core'
import type {
  FileName,
  FileRange,
  FileSource,
  FoundFile,
  HashedFile,
  ListKind,
  ListOptions,
  ReadOptions,
  WaitOptions,
} from './file-source.ts'
import { SharedUnion } from './shared-union.ts'

/** A source with a name: an entry of `fileserver_backend`. */
export interface Backend {
  readonly name: string
  readonly source: FileSource
}

/** The backends of a master as one source: the first one that has a file wins, lists are those of all together. */
export class FileServer implements FileSource {
  readonly #backends: readonly Backend[]
  readonly #unions = new SharedUnion()

  constructor(backends: readonly Backend[]) {
    this.#backends = backends
  }

  async envs(options?: WaitOptions): Promise<readonly Saltenv[]> {
    const envs = await this.#all((source) => source.envs(options))
    return [...new Set(envs.flat())].sort()
  }

  async find(file: FileName, options?: WaitOptions): Promise<FoundFile | undefined> {
    return this.#first((source) => source.find(file, options))
  }

  async findHashed(file: FileName, options?: WaitOptions): Promise<HashedFile | undefined> {
    return this.#first((source) => source.findHashed(file, options))
  }

  async read(file: FoundFile, range: FileRange, options?: ReadOptions): Promise<Uint8Array> {
    const at = file.version.indexOf('/')
    const backend = this.#backends.find(({ name }) => name === file.version.slice(0, at))
    if (backend === undefined) {
      throw new SaltError(
        'FILE_CHANGED',
        `salt://${file.path} of ${file.saltenv} is of no backend there is now`,
      )
    }
    return backend.source.read({ ...file, version: file.version.slice(at + 1) }, range, options)
  }

  async list(saltenv: Saltenv, kind: ListKind, options?: ListOptions): Promise<readonly string[]> {
    const lists = await this.#all((source) => source.list(saltenv, kind, options))
    return this.#unions.of(lists)
  }

  async symlinks(saltenv: Saltenv, options?: ListOptions): Promise<Readonly<Record<string, string>>> {
    const maps = await this.#all((source) => source.symlinks(saltenv, options))
    const entries = new Map(maps.reverse().flatMap((map) => Object.entries(map)))
    return Object.fromEntries([...entries].sort())
  }

  async tree(saltenv: Saltenv, options?: ListOptions): Promise<readonly HashedFile[]> {
    const trees = await Promise.all(
      this.#backends.map(async ({ name, source }) =>
        (await source.tree(saltenv, options)).map((file) => named(name, file)),
      ),
    )
    const files = new Map(trees.reverse().flatMap((tree) => tree.map((file) => [file.path, file])))
    return [...files.values()].sort((left, right) => (left.path < right.path ? -1 : 1))
  }

  async #first<F extends FoundFile>(
    look: (source: FileSource) => Promise<F | undefined>,
  ): Promise<F | undefined> {
    for (const { name, source } of this.#backends) {
      const found = await look(source)
      if (found !== undefined) return named(name, found)
    }
    return undefined
  }

  #all<T>(ask: (source: FileSource) => Promise<T>): Promise<T[]> {
    return Promise.all(this.#backends.map(({ source }) => ask(source)))
  }
}

/** A version says of which backend it is. */
function named<F extends FoundFile>(backend: string, file: F): F {
  return { ...file, version: `${backend}/${file.version}` }
}
