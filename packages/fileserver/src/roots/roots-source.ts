// SPDX-License-Identifier: Apache-2.0
import { fstat, read } from 'node:fs'
import { promisify } from 'node:util'
import { SaltError, type Saltenv, systemClock, type Timers } from '@halite/core'
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
import { environmentsOf } from './environments.ts'
import { KeptDescriptors } from './kept-descriptors.ts'
import { unreadable, versionOf } from './open-file.ts'
import { unpackLists } from './packed-lists.ts'
import { type AskedReader, readerHere } from './reader-calls.ts'
import { ReaderThread } from './reader-thread.ts'
import { type RootsChanges, type RootsOptions, RootsReader } from './roots-reader.ts'
import type { TreeLists } from './tree-walk.ts'

const readLate = promisify(read)
const statLate = promisify(fstat)

export interface RootsSourceOptions {
  readonly options: RootsOptions
  /**
   * The entry of the threads that read directories and hash files. Without one that is done in this thread: for a tool that has
   * nothing else to do meanwhile.
   */
  readonly thread?: string | URL | undefined
  readonly timers?: Timers
}

interface HeldLists {
  readonly revision: string
  readonly lists: TreeLists
}

/** Files that are read whole, and not kept open for more ranges. */
const smallBytes = 64 * 1024
/** A larger file is hashed where no look-up waits for it. */
const largeBytes = 4 * 1024 * 1024
const maxHeld = 32

/** `file_roots`: directories of this machine. */
export class RootsSource implements FileSource {
  readonly #init: RootsSourceOptions
  readonly #kept: KeptDescriptors
  readonly #held = new Map<Saltenv, HeldLists>()
  /** Hashes that are being computed, so that many who ask for a large file cost it once. */
  readonly #hashing = new Map<string, Promise<HashedFile | undefined>>()
  #finder: AskedReader
  #hasher: AskedReader

  /** Throws `CONFIG_INVALID` for expressions of `file_ignore_regex` that cannot be read. */
  constructor(init: RootsSourceOptions) {
    this.#init = init
    this.#kept = new KeptDescriptors({ timers: init.timers ?? systemClock, most: 64, keepMs: 2000 })
    ;[this.#finder, this.#hasher] = this.#makeReaders()
  }

  async envs(): Promise<readonly Saltenv[]> {
    return environmentsOf(this.#init.options.file_roots)
  }

  find({ saltenv, path }: FileName): Promise<FoundFile | undefined> {
    return this.#finder.call('find', { saltenv, path })
  }

  async findHashed(name: FileName): Promise<HashedFile | undefined> {
    const file = await this.find(name)
    if (file === undefined || file.size <= largeBytes) return file && this.#hash(this.#finder, file)
    return this.#hash(this.#hasher, file)
  }

  async read(file: FoundFile, { loc, length }: FileRange, { room }: ReadOptions = {}): Promise<Uint8Array> {
    const key = `${file.saltenv}/${file.path}/${file.version}`
    const isWhole = loc === 0 && length >= file.size && file.size <= smallBytes
    if (isWhole && !this.#kept.has(key)) return this.#readWhole(file)
    if (!this.#kept.has(key)) await this.#open(file, key)
    if (!this.#kept.has(key)) throw changed(file)
    const wanted = Math.max(0, Math.min(length, maxRangeBytes, file.size - loc))
    const target = room !== undefined && room.length >= wanted ? room : Buffer.allocUnsafeSlow(wanted)
    return this.#kept.use(key, async (descriptor) => {
      const bytes = await this.#fill(target.subarray(0, wanted), { descriptor, file, loc })
      const stats = await statLate(descriptor, { bigint: true })
      const isWhole = bytes.length === wanted || loc + bytes.length >= stats.size
      if (versionOf(stats) === file.version && isWhole) return bytes
      this.#kept.drop(key)
      throw changed(file)
    })
  }

  async list(
    saltenv: Saltenv,
    kind: ListKind,
    { prefix = '' }: ListOptions = {},
  ): Promise<readonly string[]> {
    const { [kind]: paths } = await this.#lists(saltenv)
    return prefix === '' ? paths : paths.filter((path) => path.startsWith(prefix))
  }

  async symlinks(
    saltenv: Saltenv,
    { prefix = '' }: ListOptions = {},
  ): Promise<Readonly<Record<string, string>>> {
    const { links } = await this.#lists(saltenv)
    if (prefix === '') return links
    return Object.fromEntries(Object.entries(links).filter(([path]) => path.startsWith(prefix)))
  }

  tree(saltenv: Saltenv, { prefix = '' }: ListOptions = {}): Promise<readonly HashedFile[]> {
    return this.#hasher.call('tree', saltenv, prefix)
  }

  /** What changed in all environments since it was asked before. */
  changes(): Promise<RootsChanges> {
    return this.#hasher.call('changes')
  }

  /** Forgets the lists of these environments, or of all; resolves to which there were. */
  async forgetLists(saltenvs?: readonly Saltenv[]): Promise<Saltenv[]> {
    this.#held.clear()
    return this.#finder.call('forgetLists', saltenvs)
  }

  /** Options changed. */
  async refresh(): Promise<void> {
    const readers = [this.#finder, this.#hasher]
    ;[this.#finder, this.#hasher] = this.#makeReaders()
    this.#held.clear()
    await Promise.all(readers.map((reader) => reader.close()))
  }

  /** Ends its threads and closes the files that are kept open. */
  async close(): Promise<void> {
    this.#kept.close()
    await Promise.all([this.#finder.close(), this.#hasher.close()])
  }

  #makeReaders(): [AskedReader, AskedReader] {
    const { options, thread } = this.#init
    const reader = readerHere(new RootsReader(options))
    if (thread === undefined) return [reader, reader]
    return [new ReaderThread(options, thread), new ReaderThread(options, thread)]
  }

  #hash(reader: AskedReader, { saltenv, path, version }: FoundFile): Promise<HashedFile | undefined> {
    const key = `${saltenv}/${path}/${version}`
    const running = this.#hashing.get(key)
    if (running !== undefined) return running
    const hashing = reader.call('findHashed', { saltenv, path }).finally(() => this.#hashing.delete(key))
    this.#hashing.set(key, hashing)
    return hashing
  }

  async #lists(saltenv: Saltenv): Promise<TreeLists> {
    const held = this.#held.get(saltenv)
    const { revision, lists } = await this.#finder.call('listsSince', saltenv, held?.revision)
    if (lists === undefined && held !== undefined) return held.lists
    const unpacked = lists === undefined ? noLists : unpackLists(lists)
    this.#held.delete(saltenv)
    this.#held.set(saltenv, { revision, lists: unpacked })
    for (const oldest of this.#held.keys()) {
      if (this.#held.size <= maxHeld) break
      this.#held.delete(oldest)
    }
    return unpacked
  }

  /** In one turn of the thread, which is much less than a turn each to open, read, look again and close. */
  async #readWhole(file: FoundFile): Promise<Uint8Array> {
    const bytes = await this.#finder.call('readWhole', file)
    if (bytes === undefined) throw changed(file)
    return bytes
  }

  async #open(file: FoundFile, key: string): Promise<void> {
    const opened = await this.#finder.call('open', { saltenv: file.saltenv, path: file.path })
    if (opened === undefined) throw changed(file)
    this.#kept.add(key, opened.descriptor)
    if (opened.found.version === file.version) return
    this.#kept.drop(key)
    throw changed(file)
  }

  async #fill(
    bytes: Buffer,
    {
      descriptor,
      file,
      loc,
    }: { readonly descriptor: number; readonly file: FoundFile; readonly loc: number },
  ): Promise<Buffer> {
    let done = 0
    try {
      while (done < bytes.length) {
        const { bytesRead } = await readLate(descriptor, bytes, done, bytes.length - done, loc + done)
        if (bytesRead === 0) break
        done += bytesRead
      }
    } catch (error) {
      throw unreadable(file.localPath ?? file.path, error)
    }
    return bytes.subarray(0, done)
  }
}

const noLists: TreeLists = { files: [], dirs: [], empty_dirs: [], links: {} }

/** The error of a file that is not what it was when it was found. */
export function changed({ saltenv, path }: FileName): SaltError {
  return new SaltError('FILE_CHANGED', `salt://${path} of ${saltenv} changed while it was read`)
}
