// SPDX-License-Identifier: Apache-2.0
import type { Clock } from '@halite/core'

export interface MissingRefsOptions {
  readonly clock: Clock
  /** How long a ref that a fetch did not bring is not fetched for again. */
  readonly retryMs: number
}

/** How long after a fetch for one missing ref another one is fetched for at the earliest: minions choose what they ask for. */
const pauseMs = 2000
/** Missing refs that are remembered. */
const maxRefs = 1000

/** When a remote is fetched out of its turn, since somebody wants a branch, tag or commit that its copy does not have. */
export class MissingRefs {
  readonly #options: MissingRefsOptions
  /** Ref → when it was fetched for in vain. */
  readonly #asked = new Map<string, number>()
  #fetchedMs = Number.NEGATIVE_INFINITY

  constructor(options: MissingRefsOptions) {
    this.#options = options
  }

  /** Whether to fetch for this ref now; the fetch counts as begun then. */
  claim(ref: string): boolean {
    const { clock, retryMs } = this.#options
    const now = clock.monotonicMs()
    const askedMs = this.#asked.get(ref) ?? Number.NEGATIVE_INFINITY
    if (now - askedMs < retryMs || now - this.#fetchedMs < pauseMs) return false
    if (this.#asked.size >= maxRefs) this.#asked.clear()
    this.#asked.set(ref, now)
    this.#fetchedMs = now
    return true
  }
}
