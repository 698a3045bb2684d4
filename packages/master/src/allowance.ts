// SPDX-License-Identifier: Apache-2.0
import type { Clock } from '@halite/core'

/** How often something may be done. */
export interface AllowanceOptions {
  /** So often at once, when it was not done for long. */
  readonly most: number
  /** Time after which it may be done once more, ms. */
  readonly everyMs: number
}

/** Counts how often something was done, and says when it is too often. */
export class Allowance {
  readonly #clock: Clock
  readonly #options: AllowanceOptions
  #spent = 0
  #atMs: number

  constructor(clock: Clock, options: AllowanceOptions) {
    this.#clock = clock
    this.#options = options
    this.#atMs = clock.monotonicMs()
  }

  /** Counts once, or returns false when it was done too often. */
  take(): boolean {
    const { most, everyMs } = this.#options
    const nowMs = this.#clock.monotonicMs()
    this.#spent = Math.max(0, this.#spent - (nowMs - this.#atMs) / everyMs)
    this.#atMs = nowMs
    if (this.#spent + 1 > most) return false
    this.#spent += 1
    return true
  }
}
