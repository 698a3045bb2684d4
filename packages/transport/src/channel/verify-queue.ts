// SPDX-License-Identifier: Apache-2.0
import { BoundedQueue } from '@halite/core'

type Work = () => Promise<void>

const concurrency = 2
const knownLimit = 16_384
const strangerLimit = 512

/**
 * Where asymmetric work waits: two at a time, on threads of their own, bounded. Callers with an accepted key go before
 * strangers, so that a flood of strangers cannot keep a fleet from coming back.
 */
export class VerifyQueue {
  readonly #known = new BoundedQueue<Work>(knownLimit)
  readonly #strangers = new BoundedQueue<Work>(strangerLimit)
  #running = 0

  /** Work of strangers that waits. */
  get strangerLoad(): number {
    return this.#strangers.length
  }

  /** Takes the work, or returns false when its lane is full. `work` must not reject. */
  add(work: Work, known: boolean): boolean {
    const taken = (known ? this.#known : this.#strangers).push(work)
    this.#next()
    return taken
  }

  #next(): void {
    while (this.#running < concurrency) {
      const work = this.#known.shift() ?? this.#strangers.shift()
      if (work === undefined) return
      this.#running += 1
      void work().finally(() => {
        this.#running -= 1
        this.#next()
      })
    }
  }
}
