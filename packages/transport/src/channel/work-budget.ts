// SPDX-License-Identifier: Apache-2.0

/** What a session may cost the master's loop in the long run; twice that much, or more, at once after a while of rest. */
export interface WorkLimits {
  /** Bytes a second. */
  readonly bytesPerSecond: number
  /** Milliseconds of work a second. */
  readonly msPerSecond: number
}

/** Seconds of rest that are saved up. */
const savedSeconds = 2
/** At least so much is saved up: the largest frame is never late for its size alone. */
const leastSavedBytes = 80 * 1024 * 1024

/** A bucket of bytes and one of milliseconds. A frame is always served; after an overdraft the next one is read later. */
export class WorkBudget {
  readonly #limits: WorkLimits
  #bytes: number
  #ms: number
  #atMs: number

  constructor(limits: WorkLimits, nowMs: number) {
    this.#limits = limits
    this.#bytes = savedBytes(limits)
    this.#ms = limits.msPerSecond * savedSeconds
    this.#atMs = nowMs
  }

  /** Takes what a frame cost; gives how long its sender has to wait, ms, mostly 0. */
  spend(bytes: number, ms: number, nowMs: number): number {
    const { bytesPerSecond, msPerSecond } = this.#limits
    const seconds = (nowMs - this.#atMs) / 1000
    this.#atMs = nowMs
    this.#bytes = Math.min(savedBytes(this.#limits), this.#bytes + seconds * bytesPerSecond) - bytes
    this.#ms = Math.min(msPerSecond * savedSeconds, this.#ms + seconds * msPerSecond) - ms
    if (this.#bytes >= 0 && this.#ms >= 0) return 0
    return 1000 * Math.max(-this.#bytes / bytesPerSecond, -this.#ms / msPerSecond)
  }
}

function savedBytes({ bytesPerSecond }: WorkLimits): number {
  return Math.max(leastSavedBytes, bytesPerSecond * savedSeconds)
}
