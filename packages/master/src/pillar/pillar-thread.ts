// SPDX-License-Identifier: Apache-2.0
import { Worker } from 'node:worker_threads'
import type { FromWorker, ToWorker, WorkerSetup } from './worker-messages.ts'

/** The thread's entry beside this file: in the compiled package and in the bundle. */
export const pillarWorkerEntry: URL = new URL('./pillar-worker.js', import.meta.url)

/** Memory of one thread in MiB; what needs more ends it. Buffers do not count. */
const heapMiB = 512
/** Renderings make much that is soon gone: in a larger nursery less of it is copied. */
const youngMiB = 64

export interface PillarThreadParts {
  readonly setup: WorkerSetup
  readonly entry: string | URL
  readonly onMessage: (message: FromWorker) => void
  /** It ended by itself: a lack of memory, or a module that ended it. */
  readonly onExit: (reason: string) => void
}

/** A thread that compiles pillar. It keeps no process alive by itself. */
export class PillarThread {
  readonly #worker: Worker
  #isEnded = false
  /** When it last said anything. */
  heardAtMs = 0

  constructor({ setup, entry, onMessage, onExit }: PillarThreadParts) {
    this.#worker = new Worker(entry, {
      workerData: setup,
      resourceLimits: { maxOldGenerationSizeMb: heapMiB, maxYoungGenerationSizeMb: youngMiB },
    })
    this.#worker.unref()
    let problem: string | undefined
    this.#worker.on('message', (message: FromWorker) => {
      if (!this.#isEnded) onMessage(message)
    })
    this.#worker.on('error', (error: Error) => {
      problem = error.message
    })
    this.#worker.on('exit', (code) => {
      if (this.#isEnded) return
      this.#isEnded = true
      onExit(problem ?? `it exited with code ${code}`)
    })
  }

  /** Gives the thread something to do. */
  send(message: ToWorker): void {
    this.#worker.postMessage(message)
  }

  /** Ends it, whatever it is doing. */
  async end(): Promise<void> {
    this.#isEnded = true
    await this.#worker.terminate()
  }
}
