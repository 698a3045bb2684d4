// SPDX-License-Identifier: Apache-2.0

/** Shorter times are believed: to read the CPU time for each frame would cost more than it tells. */
const noticeableMs = 20
/** The CPU time is read so often that what happened before a long time says little about it. */
const sampleMs = 500

/**
 * Tells work from waiting: a time measured by the clock goes on while this process is stopped, or waits for a core. No session is
 * charged for more than the CPU time that the process has used.
 */
export class WorkMeter {
  readonly #readCpuMs: () => number
  #cpuMs: number
  #sampledMs: number

  constructor(nowMs: number, readCpuMs: () => number = cpuMsOfProcess) {
    this.#readCpuMs = readCpuMs
    this.#cpuMs = readCpuMs()
    this.#sampledMs = nowMs
  }

  /** The part of `elapsedMs`, a time that ended at `nowMs`, that can have been work. */
  workOf(elapsedMs: number, nowMs: number): number {
    if (elapsedMs < noticeableMs) {
      if (nowMs - this.#sampledMs > sampleMs) this.#sample(nowMs)
      return elapsedMs
    }
    return Math.min(elapsedMs, this.#sample(nowMs))
  }

  /** CPU time since the sample before. */
  #sample(nowMs: number): number {
    const cpuMs = this.#readCpuMs()
    const usedMs = cpuMs - this.#cpuMs
    this.#cpuMs = cpuMs
    this.#sampledMs = nowMs
    return usedMs
  }
}

function cpuMsOfProcess(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}
