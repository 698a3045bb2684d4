// SPDX-License-Identifier: Apache-2.0
import PQueue from 'p-queue'

/** Jobs that wait for their turn: no more than `process_count_max` run in executors at the same time. */
export class JobQueue {
  readonly #queue: PQueue

  /** -1 = no limit. */
  constructor(processCountMax: number) {
    this.#queue = new PQueue({
      concurrency: processCountMax > 0 ? processCountMax : Number.POSITIVE_INFINITY,
    })
  }

  /** Does the work when its turn has come, in the order in which it was added; settles as it does. */
  add<T>(work: () => Promise<T>): Promise<T> {
    return this.#queue.add(work)
  }
}
