// SPDX-License-Identifier: Apache-2.0
import { setMaxListeners } from 'node:events'
import { SaltError } from '@halite/core'
import PQueue from 'p-queue'

/** How a job waits for its turn. */
export interface Waiting {
  /** Takes a job that waits out of the queue. */
  readonly signal: AbortSignal
  /** Called when the job has to wait. */
  readonly onWait: () => void
}

/** Jobs that wait for their turn: no more than `process_count_max` run in executors at the same time. */
export class JobQueue {
  readonly #queue: PQueue
  readonly #closing = new AbortController()

  /** -1 = no limit. */
  constructor(processCountMax: number) {
    // Any number of jobs may wait.
    setMaxListeners(0, this.#closing.signal)
    this.#queue = new PQueue({
      concurrency: processCountMax > 0 ? processCountMax : Number.POSITIVE_INFINITY,
    })
  }

  /** Whether the queue was closed: a job that was rejected by it is still to be run, by the next process. */
  get isClosed(): boolean {
    return this.#closing.signal.aborted
  }

  /**
   * Does the work when its turn has come, in the order in which it was added; settles as it does. Rejects with `JOB_ABORTED`
   * when `signal` aborts, or the queue is closed, before the work has begun.
   */
  async add<T>(work: () => Promise<T>, { signal, onWait }: Waiting): Promise<T> {
    if (this.#queue.pending >= this.#queue.concurrency) onWait()
    const settled = new AbortController()
    let hasBegun = false
    const begin = () => {
      hasBegun = true
      return work()
    }
    const left = new Promise<never>((_resolve, reject) => {
      for (const each of [signal, this.#closing.signal]) {
        const leave = () =>
          hasBegun || reject(new SaltError('JOB_ABORTED', 'the job was ended before it began'))
        if (each.aborted) leave()
        else each.addEventListener('abort', leave, { once: true, signal: settled.signal })
      }
    })
    left.catch(() => undefined)
    const turn = this.#queue.add(async () => {
      if (signal.aborted || this.isClosed) return left
      return begin()
    })
    try {
      return await Promise.race([turn, left])
    } finally {
      // Each job would stay listened for as long as the queue lives.
      settled.abort()
    }
  }

  /** Nothing that waits begins any more. */
  close(): void {
    this.#closing.abort()
  }
}
