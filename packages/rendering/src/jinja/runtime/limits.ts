// SPDX-License-Identifier: Apache-2.0
import { LimitExceeded } from './errors.ts'

/** What one rendering may use. A template that needs more ends with an error. */
export interface RenderLimits {
  /** Rounds of loops and calls of macros and functions. */
  readonly maxSteps: number
  /** Macros, includes and imports inside one another. */
  readonly maxDepth: number
  /** Characters and items that all values made by the template may have together. */
  readonly maxVolume: number
  /** Characters of the result. */
  readonly maxOutput: number
  /** Time spent computing; waiting for functions counts too. Infinity switches it off. */
  readonly maxMs: number
  /** Most items of `range()`; Jinja's sandbox allows 100,000. */
  readonly maxRange: number
}

/** More than any template needs that people write. */
export const defaultLimits: RenderLimits = {
  maxSteps: 10_000_000,
  maxDepth: 200,
  maxVolume: 256 * 1024 * 1024,
  maxOutput: 64 * 1024 * 1024,
  maxMs: 600_000,
  maxRange: 100_000,
}

/** Counts what a rendering uses. */
export class Budget {
  readonly limits: RenderLimits
  readonly #now: () => number
  readonly #start: number
  #steps = 0
  #volume = 0
  #depth = 0

  constructor(limits: RenderLimits, now: () => number) {
    this.limits = limits
    this.#now = now
    this.#start = now()
  }

  step(): void {
    this.#steps++
    if (this.#steps > this.limits.maxSteps) {
      throw new LimitExceeded(`the template runs more than ${this.limits.maxSteps} rounds and calls`)
    }
    if ((this.#steps & 0x3ff) === 0 && this.#now() - this.#start > this.limits.maxMs) {
      throw new LimitExceeded(`the template runs longer than ${this.limits.maxMs / 1000} s`)
    }
  }

  /** Accounts for values of this size before or right after they are made. */
  charge(size: number): void {
    this.#volume += size
    if (this.#volume > this.limits.maxVolume) {
      throw new LimitExceeded(
        `the values that the template makes are larger than ${this.limits.maxVolume} together`,
      )
    }
  }

  output(length: number): void {
    if (length > this.limits.maxOutput) {
      throw new LimitExceeded(`the result is longer than ${this.limits.maxOutput} characters`)
    }
  }

  enter(): void {
    this.#depth++
    if (this.#depth > this.limits.maxDepth) {
      throw new LimitExceeded(`maximum recursion depth exceeded (${this.limits.maxDepth})`)
    }
  }

  leave(): void {
    this.#depth--
  }
}
