// SPDX-License-Identifier: Apache-2.0
import type { Clock } from './clock.ts'

/**
 * Notices that this process was held up: stopped, starved of CPU, or its machine paused. What others sent meanwhile waits unread, so
 * that nobody may be called silent by a timer that comes right after it.
 */
export class StallWatch {
  readonly #clock: Clock
  readonly #intervalMs: number
  #seenMs: number

  /** `intervalMs` lies between two calls of `stalled` while nothing is wrong. */
  constructor(clock: Clock, intervalMs: number) {
    this.#clock = clock
    this.#intervalMs = intervalMs
    this.#seenMs = clock.monotonicMs()
  }

  /** Whether this call comes more than an interval late. */
  stalled(): boolean {
    const nowMs = this.#clock.monotonicMs()
    const isLate = nowMs - this.#seenMs > 2 * this.#intervalMs
    this.#seenMs = nowMs
    return isLate
  }
}
