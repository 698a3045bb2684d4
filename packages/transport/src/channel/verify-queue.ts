// SPDX-License-Identifier: Apache-2.0
import { BoundedQueue } from '@halite/core'

type Work = () => Promise<void>

const concurrency = 2
const knownLimit = 16_384
const unknownLimit = 512

/**
 * Bounded queue of asymmetric work, two at a time, on separate threads. Callers with an accepted key go first, so that a
 * flood of unknown callers cannot keep a fleet from reconnecting.
 */
export class VerifyQueue {
  readonly #known = new BoundedQueue<Work>(knownLimit)
  readonly #unknown = new BoundedQueue<Work>(unknownLimit)
  #running = 0

  /** Queued work of callers without an accepted key. */
  get unknownLoad(): number {
    return this.#unknown.length
  }

  /** Queues the work; returns false if its lane is full. `work` must not reject. */
  add(work: Work, known: boolean): boolean {
    const taken = (known ? this.#known : this.#unknown).push(work)
    this.#next()
    return taken
  }

  #next(): void {
    while (this.#running < concurrency) {
      const work = this.#known.shift() ?? this.#unknown.shift()
      if (work === undefined) return
      this.#running += 1
      void work().finally(() => {
        this.#running -= 1
        this.#next()
      })
    }
  }
}
