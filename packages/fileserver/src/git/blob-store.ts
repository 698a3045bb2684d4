// SPDX-License-Identifier: Apache-2.0
import { createReadStream, open as openDescriptor } from 'node:fs'
import { rm, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { SaltError, systemCodeOf } from '@halite/core'
import type { HashType } from '../hash-file.ts'
import { namesIn } from '../names-in.ts'
import { BlobWriter } from './blob-writer.ts'
import { ContentSums } from './content-sums.ts'
import type { GitMirror } from './git-mirror.ts'
import type { TreeFile } from './git-tree.ts'

/** Where contents are kept, and what they are compared by. */
export interface BlobStoreOptions {
  readonly directory: string
  readonly hashType: HashType
}

interface Wanted {
  readonly file: TreeFile
  readonly resolve: (hsum: string) => void
  readonly reject: (error: unknown) => void
}

const openLate = promisify(openDescriptor)
const maxKnown = 200_000
/** Blobs that one git is asked for. */
const batchSize = 500
/** Gits at a time, of one mirror: a large file holds up one of them. */
const atOnce = 2
/** What was not used for so long is removed. */
const keepMs = 7 * 24 * 3600 * 1000

/**
 * Contents of files of git, on disk under their object ids: written once for all revisions that hold them, verified before their
 * first use by a process.
 */
export class BlobStore {
  readonly #options: BlobStoreOptions
  /** Hashes of what is there and verified, by object id. */
  readonly #known = new Map<string, string>()
  readonly #pending = new Map<string, Promise<string>>()
  readonly #queues = new Map<GitMirror, Wanted[]>()
  readonly #running = new Map<GitMirror, number>()

  constructor(options: BlobStoreOptions) {
    this.#options = options
  }

  /** Where a content lies once it is here. */
  pathOf(oid: string): string {
    return join(this.#options.directory, oid.slice(0, 2), oid.slice(2))
  }

  /** Makes sure that a content is here; resolves to its hash. Rejects with `GIT_FAILED` and the system's error. */
  fetch(mirror: GitMirror, file: TreeFile): Promise<string> {
    const known = this.#known.get(file.oid)
    if (known !== undefined) return Promise.resolve(known)
    const running = this.#pending.get(file.oid)
    if (running !== undefined) return running
    const fetching = new Promise<string>((resolve, reject) => {
      const queue = this.#queues.get(mirror) ?? []
      queue.push({ file, resolve, reject })
      this.#queues.set(mirror, queue)
    })
    this.#pending.set(file.oid, fetching)
    fetching.catch(() => undefined).then(() => this.#pending.delete(file.oid))
    // Those that are asked for in one turn go together.
    setImmediate(() => this.#next(mirror))
    return fetching
  }

  /** Opens a content that was fetched; it is written again when somebody removed it. The caller closes the descriptor. */
  async open(mirror: GitMirror, file: TreeFile): Promise<number> {
    await this.fetch(mirror, file)
    const path = this.pathOf(file.oid)
    try {
      return await openLate(path, 'r')
    } catch (error) {
      if (systemCodeOf(error) !== 'ENOENT') throw error
      this.#known.delete(file.oid)
      await this.fetch(mirror, file)
      return openLate(path, 'r')
    }
  }

  /** Removes everything. */
  async clear(): Promise<void> {
    this.#known.clear()
    await rm(this.#options.directory, { recursive: true, force: true })
  }

  /** Removes what was not used for a week. */
  async prune(nowMs: number = Date.now()): Promise<void> {
    const { directory } = this.#options
    for (const shelf of await namesIn(directory)) {
      for (const name of await namesIn(join(directory, shelf))) {
        const path = join(directory, shelf, name)
        const { mtimeMs } = await stat(path)
        if (nowMs - mtimeMs > keepMs) await rm(path, { force: true })
      }
    }
  }

  #next(mirror: GitMirror): void {
    const queue = this.#queues.get(mirror)
    const running = this.#running.get(mirror) ?? 0
    if (queue === undefined || running >= atOnce) return
    const batch = queue.splice(0, batchSize)
    if (queue.length === 0) this.#queues.delete(mirror)
    if (batch.length === 0) return
    this.#running.set(mirror, running + 1)
    void this.#serve(mirror, batch).then(() => {
      this.#running.set(mirror, (this.#running.get(mirror) ?? 1) - 1)
      this.#next(mirror)
    })
  }

  /** Never rejects: each of the batch learns what became of it. */
  async #serve(mirror: GitMirror, batch: readonly Wanted[]): Promise<void> {
    try {
      const absent: Wanted[] = []
      for (const wanted of batch) {
        const hsum = await this.#verify(wanted.file)
        if (hsum === undefined) absent.push(wanted)
        else this.#settle(wanted, hsum)
      }
      if (absent.length > 0) await this.#extract(mirror, absent)
    } catch (error) {
      // Those that have their answer keep it.
      for (const { reject } of batch) reject(error)
    }
  }

  #settle({ file, resolve }: Wanted, hsum: string): void {
    this.#known.set(file.oid, hsum)
    if (this.#known.size > maxKnown) {
      for (const oldest of this.#known.keys()) {
        this.#known.delete(oldest)
        break
      }
    }
    resolve(hsum)
  }

  /** The hash of a content that an earlier process wrote; undefined when it is not there or not whole. */
  async #verify({ oid, size }: TreeFile): Promise<string | undefined> {
    const path = this.pathOf(oid)
    try {
      if ((await stat(path)).size !== size) return undefined
      const sums = new ContentSums(oid, size, this.#options.hashType)
      for await (const piece of createReadStream(path, { highWaterMark: 256 * 1024 })) sums.add(piece)
      const now = new Date()
      await utimes(path, now, now)
      return sums.isRight() ? sums.hsum() : undefined
    } catch (error) {
      if (systemCodeOf(error) === 'ENOENT') return undefined
      throw error
    }
  }

  async #extract(mirror: GitMirror, absent: readonly Wanted[]): Promise<void> {
    const byId = new Map(absent.map((wanted) => [wanted.file.oid, wanted]))
    const writer = new BlobWriter({
      files: absent.map(({ file }) => file),
      hashType: this.#options.hashType,
      pathOf: (oid) => this.pathOf(oid),
      onWritten: (oid, hsum) => {
        const wanted = byId.get(oid)
        if (wanted !== undefined) this.#settle(wanted, hsum)
      },
    })
    try {
      await mirror.blobs(
        absent.map(({ file }) => file.oid),
        writer,
      )
    } finally {
      await writer.abandon()
    }
    for (const { file, reject } of absent) {
      if (this.#known.has(file.oid)) continue
      mirror.noteDamage()
      reject(
        new SaltError('GIT_FAILED', `object ${file.oid} of ${mirror.remote.id} is not there or not whole`),
      )
    }
  }
}
