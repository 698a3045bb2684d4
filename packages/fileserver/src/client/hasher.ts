// SPDX-License-Identifier: Apache-2.0
import { type FileHandle, open } from 'node:fs/promises'
import { Worker } from 'node:worker_threads'
import { SaltError } from '@halite/core'
import { type HashType, hashDescriptor } from '../hash-file.ts'
import type { HasherAnswer, HasherOrder } from './hasher-orders.ts'

/** The thread's entry beside this file: in the compiled package and in the bundle. */
export const fileHasherEntry: URL = new URL('./file-hasher.js', import.meta.url)

/** A file that is hashed while it is written. */
export interface GrowingHash {
  /** So many bytes of it are written by now. */
  grown(size: number): void
  /** Resolves to the hash of all that is written. Rejects when it cannot be read. */
  digest(): Promise<string>
  /** The hash is not wanted any more. Resolves when nothing reads the descriptor. */
  drop(): Promise<void>
}

interface Waiting {
  readonly resolve: (hsum: string) => void
  readonly reject: (error: Error) => void
}

/** Files below this size are hashed where they are: a thread costs more than they do. */
const smallBytes = 512 * 1024
/** A thread that has nothing to do ends after this time. */
const idleMs = 10_000

/**
 * Hashes files in a thread of its own, started with the first large one: hashing takes as long as everything else about a
 * transfer together. Without an entry everything is hashed in this thread.
 */
export class Hasher {
  readonly #entry: string | URL | undefined
  readonly #waiting = new Map<number, Waiting>()
  readonly #open = new Set<number>()
  #worker: Worker | undefined
  #idle: NodeJS.Timeout | undefined
  #last = 0

  constructor(entry: string | URL | undefined) {
    this.#entry = entry
  }

  /** The hash of a file. Rejects with the system's error. */
  async hashFile(path: string, algorithm: HashType): Promise<string> {
    const handle = await open(path, 'r')
    try {
      const { size } = await handle.stat()
      if (size <= smallBytes) return hashDescriptor(handle.fd, algorithm)
      const hash = this.follow(handle, algorithm)
      hash.grown(size)
      return await hash.digest()
    } finally {
      await handle.close()
    }
  }

  /** Begins to hash a file that is being written; the handle stays open until `digest` or `drop` has settled. */
  follow(handle: FileHandle, algorithm: HashType): GrowingHash {
    if (this.#entry === undefined) return hashedAtTheEnd(handle, algorithm)
    const file = ++this.#last
    this.#open.add(file)
    this.#tell({ type: 'start', file, descriptor: handle.fd, algorithm })
    return {
      grown: (size) => this.#tell({ type: 'grown', file, size }),
      digest: () => this.#end(file),
      drop: async () => {
        await this.#end(file).catch(() => undefined)
      },
    }
  }

  /** Ends the thread. */
  async close(): Promise<void> {
    clearTimeout(this.#idle)
    await this.#worker?.terminate()
  }

  #end(file: number): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#waiting.set(file, { resolve, reject })
      this.#tell({ type: 'end', file })
    })
  }

  #tell(order: HasherOrder): void {
    const worker = this.#worker ?? this.#start()
    clearTimeout(this.#idle)
    worker.ref()
    worker.postMessage(order)
  }

  #start(): Worker {
    const worker = new Worker(this.#entry ?? '', { trackUnmanagedFds: false })
    this.#worker = worker
    worker.on('message', (answer: HasherAnswer) => this.#receive(answer))
    worker.on('error', (error) => this.#stopped(worker, error))
    worker.on('exit', (code) => this.#stopped(worker, new Error(`it exited with code ${code}`)))
    return worker
  }

  #receive(answer: HasherAnswer): void {
    const waiting = this.#waiting.get(answer.file)
    this.#waiting.delete(answer.file)
    this.#open.delete(answer.file)
    if ('hsum' in answer) waiting?.resolve(answer.hsum)
    else
      waiting?.reject(new SaltError('FILE_UNREADABLE', `what was fetched cannot be read: ${answer.problem}`))
    if (this.#open.size === 0) this.#rest()
  }

  /** A thread that nobody waits for keeps no process alive, and does not stay for long. */
  #rest(): void {
    this.#worker?.unref()
    this.#idle = setTimeout(() => {
      const worker = this.#worker
      this.#worker = undefined
      void worker?.terminate()
    }, idleMs).unref()
  }

  #stopped(worker: Worker, cause: Error): void {
    if (this.#worker !== worker) return
    this.#worker = undefined
    this.#open.clear()
    const waiting = [...this.#waiting.values()]
    this.#waiting.clear()
    for (const { reject } of waiting)
      reject(
        new SaltError('FILE_UNREADABLE', `the thread that hashes files ended: ${cause.message}`, { cause }),
      )
  }
}

function hashedAtTheEnd(handle: FileHandle, algorithm: HashType): GrowingHash {
  return {
    grown: () => undefined,
    digest: async () => hashDescriptor(handle.fd, algorithm),
    drop: async () => undefined,
  }
}
