// SPDX-License-Identifier: Apache-2.0
import type { Clock, Logger, MasterOptions, Timers } from '@halite/core'
import type { JobStore } from './jobs/job-store.ts'
import type { KeyChanges } from './keys/key-changes.ts'

export interface MaintenanceInit {
  readonly options: MasterOptions
  readonly clock: Clock & Timers
  readonly log: Logger
  readonly store: JobStore
  readonly keyChanges: KeyChanges
  /** What has something to do every second. */
  readonly eachSecond: readonly { tick(): void }[]
}

const tickMs = 1000
const keysCheckedEveryTicks = 5

/** What a master does from time to time: watches sessions and jobs, reads the keys again, removes old jobs. */
export class Maintenance {
  readonly #init: MaintenanceInit
  #ticks = 0
  #stopTimer: () => void = () => undefined
  #removing: Promise<void> | undefined

  constructor(init: MaintenanceInit) {
    this.#init = init
  }

  start(): void {
    this.#stopTimer = this.#init.clock.after(tickMs, () => {
      this.start()
      this.#tick()
    })
  }

  /** Begins nothing more. */
  stop(): void {
    this.#stopTimer()
  }

  /** The same, and waits for what is under way. */
  async close(): Promise<void> {
    this.stop()
    await this.#removing
  }

  #tick(): void {
    const { options, keyChanges, eachSecond } = this.#init
    this.#ticks += 1
    for (const each of eachSecond) this.#try(() => each.tick())
    if (this.#ticks % keysCheckedEveryTicks === 0) this.#try(() => keyChanges.verify())
    if (this.#ticks % options.loop_interval === 0) this.#removing ??= this.#removeOldJobs()
  }

  /** A fault in one of them costs neither the others nor the master, and comes again with the next round. */
  #try(work: () => void): void {
    try {
      work()
    } catch (error) {
      this.#init.log.error('maintenance failed', { error })
    }
  }

  async #removeOldJobs(): Promise<void> {
    const { options, clock, log, store } = this.#init
    const { keep_jobs_seconds: seconds, keep_jobs_bytes: bytes } = options
    try {
      const jobs = await store.retain({
        sinceWallMs: seconds > 0 ? clock.wallMs() - seconds * 1000 : undefined,
        maxBytes: bytes > 0 ? bytes : undefined,
      })
      if (jobs > 0) log.info('old jobs removed', { jobs, bytes: store.bytes })
    } catch (error) {
      log.error('old jobs could not be removed', { error })
    } finally {
      this.#removing = undefined
    }
  }
}
