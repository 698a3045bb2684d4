// SPDX-License-Identifier: Apache-2.0
import { isJid } from '@halite/core'
import type { RunningJobs } from './jobs/running-jobs.ts'

/** How long a restart waits for running jobs, and how often it checks. */
const patienceMs = 300_000
const checkMs = 100

/** The jobs that a restart concerns. */
export type RestartingJobs = Pick<RunningJobs, 'handOver' | 'ownSize'>

/** Restarts the daemon on request of a job. */
export class MinionRestart {
  readonly #running: RestartingJobs
  readonly #onRestart: (() => void) | undefined
  readonly #timers = new Set<NodeJS.Timeout>()

  /** Without `onRestart` every request is refused: no supervisor would start the daemon again. */
  constructor(running: RestartingJobs, onRestart: (() => void) | undefined) {
    this.#running = running
    this.#onRestart = onRestart
  }

  /**
   * Requests a restart on behalf of the job `jid`, which counts as handed over to the next process at once. All other jobs end first,
   * while new ones still start. False if the restart is refused.
   */
  request(jid: string): boolean {
    const onRestart = this.#onRestart
    if (onRestart === undefined || !isJid(jid) || !this.#running.handOver(jid)) return false
    const endMs = performance.now() + patienceMs
    const timer = setInterval(() => {
      if (this.#running.ownSize > 0 && performance.now() < endMs) return
      this.#stop(timer)
      onRestart()
    }, checkMs)
    this.#timers.add(timer)
    return true
  }

  /** Cancels requested restarts. */
  close(): void {
    for (const timer of this.#timers) this.#stop(timer)
  }

  #stop(timer: NodeJS.Timeout): void {
    clearInterval(timer)
    this.#timers.delete(timer)
  }
}
