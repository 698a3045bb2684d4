// SPDX-License-Identifier: Apache-2.0
import { Worker } from 'node:worker_threads'
import { SaltError } from '@halite/core'
import { type AskedReader, type ReaderAnswer, type ReaderMethod, receivedError } from './reader-calls.ts'
import type { RootsOptions, RootsReader } from './roots-reader.ts'

/** The thread's entry beside this file: in the compiled package and in the bundle. */
export const fileReaderEntry: URL = new URL('./file-reader.js', import.meta.url)

interface Waiting {
  readonly resolve: (value: unknown) => void
  readonly reject: (error: Error) => void
}

/** A reader in a thread of its own, started with the first call; one that ends is started again with the next. */
export class ReaderThread implements AskedReader {
  readonly #options: RootsOptions
  readonly #entry: string | URL
  readonly #waiting = new Map<number, Waiting>()
  #worker: Worker | undefined
  #last = 0

  constructor(options: RootsOptions, entry: string | URL) {
    this.#options = plainOptions(options)
    this.#entry = entry
  }

  call<M extends ReaderMethod>(
    method: M,
    ...args: Parameters<RootsReader[M]>
  ): Promise<ReturnType<RootsReader[M]>> {
    const worker = this.#worker ?? this.#start()
    const number = ++this.#last
    worker.ref()
    return new Promise((resolve, reject) => {
      // The thread answers a call with what its own reader gives.
      this.#waiting.set(number, { resolve: (value) => resolve(value as never), reject })
      worker.postMessage({ number, method, args })
    })
  }

  async close(): Promise<void> {
    await this.#worker?.terminate()
  }

  #start(): Worker {
    const worker = new Worker(this.#entry, {
      workerData: this.#options,
      // Descriptors it opens are handed over, and closed by whoever reads.
      trackUnmanagedFds: false,
    })
    this.#worker = worker
    worker.on('message', (answer: ReaderAnswer) => this.#receive(answer))
    worker.on('error', (error) => this.#end(worker, error))
    worker.on('exit', (code) => this.#end(worker, new Error(`it exited with code ${code}`)))
    return worker
  }

  #receive({ number, value, error }: ReaderAnswer): void {
    const waiting = this.#waiting.get(number)
    this.#waiting.delete(number)
    // A thread that nobody waits for keeps no process alive.
    if (this.#waiting.size === 0) this.#worker?.unref()
    if (error === undefined) waiting?.resolve(value)
    else waiting?.reject(receivedError(error))
  }

  #end(worker: Worker, cause: Error): void {
    if (this.#worker !== worker) return
    this.#worker = undefined
    const waiting = [...this.#waiting.values()]
    this.#waiting.clear()
    for (const { reject } of waiting)
      reject(
        new SaltError('FILE_UNREADABLE', `the thread that reads files ended: ${cause.message}`, { cause }),
      )
  }
}

/** Only what a thread needs, and can be handed. */
function plainOptions(options: RootsOptions): RootsOptions {
  const { file_roots, hash_type, file_ignore_glob, file_ignore_regex } = options
  const { fileserver_followsymlinks, fileserver_ignoresymlinks, fileserver_limit_traversal } = options
  return structuredClone({
    file_roots,
    hash_type,
    file_ignore_glob,
    file_ignore_regex,
    fileserver_followsymlinks,
    fileserver_ignoresymlinks,
    fileserver_limit_traversal,
  })
}
