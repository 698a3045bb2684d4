// SPDX-License-Identifier: Apache-2.0
import type { KeyObject } from 'node:crypto'
import { Worker } from 'node:worker_threads'
import { opened, sealedParts } from '@halite/protocol'
import type { SealedResult, SealedWork } from './unsealing.ts'

/** The thread's entry beside this file: in the compiled package and in the bundle. */
const unsealingEntry: URL = new URL('./unsealing.js', import.meta.url)

/** Opens sealed frames where nobody waits for it. */
export interface Unsealing {
  /**
   * The body of `frame`, whose memory may be gone afterwards. Rejects with what `openFrame` throws; with another error when it
   * could not be tried.
   */
  open(key: KeyObject, frame: Buffer): Promise<Buffer>
}

interface Waiting {
  readonly resolve: (body: Buffer) => void
  readonly reject: (error: unknown) => void
}

/**
 * One thread for all frames of a master that are large, started with the first of them. When it ends, what it had is rejected,
 * and the next frame starts another. Close it.
 */
export class UnsealThread implements Unsealing {
  readonly #entry: string | URL
  readonly #waiting = new Map<number, Waiting>()
  #worker: Worker | undefined
  #last = 0
  #isClosed = false

  constructor(entry: string | URL = unsealingEntry) {
    this.#entry = entry
  }

  open(key: KeyObject, frame: Buffer): Promise<Buffer> {
    if (this.#isClosed) return Promise.reject(new Error('the thread that opens large frames is closed'))
    const number = ++this.#last
    return new Promise((resolve, reject) => {
      const own = alone(frame)
      const work: SealedWork = { ...sealedParts(own), number, key }
      this.#worker ??= this.#start()
      this.#waiting.set(number, { resolve, reject })
      this.#worker.ref()
      this.#worker.postMessage(work, [own.buffer])
    })
  }

  /** Ends the thread; what it had is rejected. */
  async close(): Promise<void> {
    this.#isClosed = true
    await this.#worker?.terminate()
  }

  #start(): Worker {
    const worker = new Worker(this.#entry)
    worker.on('message', (result: SealedResult) => this.#receive(worker, result))
    worker.on('error', (error) => this.#end(worker, error))
    worker.on('exit', (code) => this.#end(worker, new Error(`it exited with code ${code}`)))
    return worker
  }

  #receive(worker: Worker, { number, body }: SealedResult): void {
    const waiting = this.#waiting.get(number)
    this.#waiting.delete(number)
    // A thread that nobody waits for keeps no process alive.
    if (this.#waiting.size === 0) worker.unref()
    try {
      waiting?.resolve(Buffer.from(opened(body).buffer))
    } catch (error) {
      waiting?.reject(error)
    }
  }

  #end(worker: Worker, cause: Error): void {
    if (this.#worker !== worker) return
    this.#worker = undefined
    const waiting = [...this.#waiting.values()]
    this.#waiting.clear()
    for (const { reject } of waiting)
      reject(new Error(`the thread that opens large frames ended: ${cause.message}`, { cause }))
  }
}

/** Memory that only this frame has, so that it can be handed over. */
function alone(frame: Buffer): Uint8Array<ArrayBuffer> {
  const { buffer, byteLength } = frame
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) return new Uint8Array(buffer)
  return new Uint8Array(frame)
}
