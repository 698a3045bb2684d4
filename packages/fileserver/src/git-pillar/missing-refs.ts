// SPDX-License-Identifier: Apache-2.0
import type { Clock } from '@halite/core'

export interface MissingRefsOptions {
  readonly clock: Clock
  /** How long to wait before fetching again for a ref that a fetch did not bring. */
  readonly retryMs: number
}

/** Minimum pause between fetches for missing refs: minions choose which refs they ask for. */
const pauseMs = 2000
/** Missing refs that are remembered. */
const maxRefs = 1000

/** When a remote is fetched out of its turn, since somebody wants a branch, tag or commit that its copy does not have. */
export class MissingRefs {
  readonly #options: MissingRefsOptions
  /** Ref → time of the last fetch that did not bring it. */
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
