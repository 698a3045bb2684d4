// SPDX-License-Identifier: Apache-2.0
import { type FileHandle, open } from 'node:fs/promises'
import { Worker } from 'node:worker_threads'
import { keepFreed, SaltError } from '@halite/core'
import { type HashType, hashDescriptor } from '../hash-file.ts'
import type { HasherAnswer, HasherOrder, HasherProblem } from './hasher-orders.ts'
import { writeAll } from './write-all.ts'

/** The thread's entry beside this file: in the compiled package and in the bundle. */
export const fileHasherEntry: URL = new URL('./file-hasher.js', import.meta.url)

/** A file that is hashed while it is written. */
export interface GrowingFile {
  /**
   * Writes the bytes that come next. They must be the caller's alone: nobody may use them afterwards. Resolves when more are welcome,
   * which may be before they are written. Rejects with the system's error, also of bytes before them.
   */
  write(bytes: Uint8Array): Promise<void>
  /** Resolves to the hash of all that was written. Rejects with the system's error. */
  digest(): Promise<string>
  /** The file is not wanted any more. Resolves when nothing uses the descriptor. */
  drop(): Promise<void>
}

interface Open {
  /** Bytes that are with the thread. */
  waiting: number
  failure?: Error
  /** Called when there is room again, or no use in waiting for it. */
  onRoom?: () => void
  onEnd?: { readonly resolve: (hsum: string) => void; readonly reject: (error: Error) => void }
}

/** Files below this size are hashed where they are: a thread costs more than they do. */
const smallBytes = 512 * 1024
/** Bytes of one file that may be with the thread: the disk may be slower than the network. */
const maxWaiting = 4 * 1024 * 1024
/** What an answer of a master has in front of the bytes is less. */
const maxBeside = 1024
/** A thread that has nothing to do ends after this time. */
const idleMs = 10_000

/**
 * Hashes files, and writes those that are fetched, in a thread of its own that is started with the first large one: that takes as long as
 * everything else about a transfer together. Without an entry everything is done in this thread.
 */
export class Hasher {
  readonly #entry: string | URL | undefined
  readonly #open = new Map<number, Open>()
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
      if (size <= smallBytes || this.#entry === undefined) return hashDescriptor(handle.fd, algorithm)
      const file = this.#begin(handle, algorithm)
      this.#tell({ type: 'read', file, size })
      return await this.#end(file)
    } finally {
      await handle.close()
    }
  }

  /** Begins to write a file that is empty; the handle stays open until `digest` or `drop` has settled. */
  write(handle: FileHandle, algorithm: HashType): GrowingFile {
    if (this.#entry === undefined) return writtenHere(handle, algorithm)
    const file = this.#begin(handle, algorithm)
    return {
      write: (bytes) => this.#write(file, withOwnMemory(bytes)),
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

  #begin({ fd }: FileHandle, algorithm: HashType): number {
    const file = ++this.#last
    this.#open.set(file, { waiting: 0 })
    this.#tell({ type: 'start', file, descriptor: fd, algorithm })
    return file
  }

  async #write(file: number, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    const entry = this.#open.get(file)
    if (entry === undefined) throw ended(new Error('it does not write any more'))
    if (entry.failure === undefined) {
      entry.waiting += bytes.length
      this.#tell({ type: 'piece', file, bytes }, [bytes.buffer])
    }
    if (entry.waiting > maxWaiting)
      await new Promise<void>((resolve) => {
        entry.onRoom = resolve
      })
    if (entry.failure !== undefined) throw entry.failure
  }

  #end(file: number): Promise<string> {
    const entry = this.#open.get(file)
    if (entry === undefined) return Promise.reject(ended(new Error('it does not write any more')))
    return new Promise((resolve, reject) => {
      entry.onEnd = { resolve, reject }
      this.#tell({ type: 'end', file })
    })
  }

  #tell(order: HasherOrder, memory: readonly ArrayBuffer[] = []): void {
    const worker = this.#worker ?? this.#start()
    clearTimeout(this.#idle)
    worker.ref()
    worker.postMessage(order, memory)
  }

  #start(): Worker {
    const worker = new Worker(this.#entry ?? '', { trackUnmanagedFds: false })
    this.#worker = worker
    keepFreed(maxWaiting)
    worker.on('message', (answer: HasherAnswer) => this.#receive(answer))
    worker.on('error', (error) => this.#stopped(worker, error))
    worker.on('exit', (code) => this.#stopped(worker, new Error(`it exited with code ${code}`)))
    return worker
  }

  #receive(answer: HasherAnswer): void {
    const entry = this.#open.get(answer.file)
    if (entry === undefined) return
    if ('done' in answer) {
      entry.waiting -= answer.done
      if (entry.waiting <= maxWaiting) entry.onRoom?.()
      return
    }
    if ('problem' in answer) {
      entry.failure ??= problemOf(answer)
      entry.onRoom?.()
      // Pieces that were under way are answered so, too: only who has said `end` waits for the last answer.
      if (entry.onEnd === undefined) return
    }
    this.#settle(answer, entry)
  }

  #settle(answer: HasherAnswer, entry: Open): void {
    if ('hsum' in answer) entry.onEnd?.resolve(answer.hsum)
    else entry.onEnd?.reject(entry.failure ?? ended(new Error('it gave no hash')))
    this.#open.delete(answer.file)
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
    const all = [...this.#open.values()]
    this.#open.clear()
    for (const entry of all) {
      entry.failure ??= ended(cause)
      entry.onRoom?.()
      entry.onEnd?.reject(entry.failure)
    }
  }
}

function writtenHere(handle: FileHandle, algorithm: HashType): GrowingFile {
  let at = 0
  return {
    write: async (bytes) => {
      await writeAll(handle, bytes, at)
      at += bytes.length
    },
    digest: async () => hashDescriptor(handle.fd, algorithm),
    drop: async () => undefined,
  }
}

/** The bytes themselves when their array buffer holds little else, for it goes with them; a copy of others. */
function withOwnMemory(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer } = bytes
  const isAlone = buffer instanceof ArrayBuffer && buffer.byteLength - bytes.length <= maxBeside
  return isAlone ? (bytes as Uint8Array<ArrayBuffer>) : new Uint8Array(bytes)
}

function problemOf({ problem, code }: HasherProblem): Error {
  if (code !== undefined) return Object.assign(new Error(problem), { code })
  return new SaltError('FILE_UNREADABLE', `what was fetched cannot be hashed: ${problem}`)
}

function ended(cause: Error): SaltError {
  return new SaltError('FILE_UNREADABLE', `the thread that hashes files ended: ${cause.message}`, { cause })
}
