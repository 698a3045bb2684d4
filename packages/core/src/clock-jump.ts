// SPDX-License-Identifier: Apache-2.0
import type { Clock } from './clock.ts'

/**
 * Notices that the machine slept, or was resumed from a snapshot: wall and monotonic clock moved apart.
 * Keys in memory may then be in use elsewhere, so the owner makes new sessions.
 */
export class ClockJumpWatch {
  readonly #clock: Clock
  readonly #toleranceMs: number
  #offsetMs: number

  constructor(clock: Clock, toleranceMs: number) {
    this.#clock = clock
    this.#toleranceMs = toleranceMs
    this.#offsetMs = clock.wallMs() - clock.monotonicMs()
  }

  /** Whether the clocks moved apart by more than the tolerance since the last call. */
  jumped(): boolean {
    const offsetMs = this.#clock.wallMs() - this.#clock.monotonicMs()
    const moved = Math.abs(offsetMs - this.#offsetMs)
    this.#offsetMs = offsetMs
    return moved > this.#toleranceMs
  }
}
