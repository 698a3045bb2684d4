// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path'
import type { Clock, Logger, MasterOptions } from '@halite/core'
import type { EventBus } from '../events.ts'
import type { KeyStore } from '../keys/key-store.ts'
import type { MinionData } from '../minion-data.ts'
import type { MinionEndpoint } from '../sessions/minion-endpoint.ts'
import type { Batches } from './batches.ts'
import { CallQuota } from './call-quota.ts'
import { JobPublisher } from './job-publisher.ts'
import { JobStore } from './job-store.ts'
import { JobTracker } from './job-tracker.ts'

export interface JobsInit {
  /** Names this master to minions that have several. */
  readonly masterId: string
  readonly options: MasterOptions
  readonly clock: Clock
  readonly log: Logger
  readonly keys: KeyStore
  readonly data: MinionData
  readonly events: EventBus
  readonly minions: MinionEndpoint
}

/** The jobs of a master: those that are kept, those under way, and how new ones reach their minions. */
export class Jobs {
  readonly store: JobStore
  readonly tracker: JobTracker
  readonly publisher: JobPublisher
  /** Calls that minions make on themselves. */
  readonly calls: CallQuota
  readonly #minions: MinionEndpoint

  /** Throws `STORE_FAILED`. */
  constructor(init: JobsInit) {
    const { options, clock, log, minions } = init
    this.#minions = minions
    this.store = JobStore.open(join(options.cachedir, 'jobs'), {
      onUnflushed: (error) => log.critical('jobs are not flushed to the disk', { reason: error.message }),
      onFailing: (error) =>
        log.error('jobs and returns cannot be kept; minions keep their returns and send them again', {
          reason: error.message,
          directory: join(options.cachedir, 'jobs'),
        }),
      onRecovered: () => log.warning('jobs and returns are kept again'),
    })
    this.tracker = new JobTracker(clock, () => options.job_cache)
    this.publisher = new JobPublisher({
      ...init,
      log: log.child({ part: 'publish' }),
      store: this.store,
      tracker: this.tracker,
      connections: minions.connections,
      publisher: minions.publisher,
      push: (session, load) => minions.pushJob(session, load),
    })
    this.calls = new CallQuota({
      options,
      clock,
      log,
      storeBytes: () => this.store.bytes,
      nextJid: () => this.publisher.nextJid(),
    })
  }

  /** Jobs that run on a few minions at a time. */
  get batches(): Batches {
    return this.publisher.batches
  }

  /** Called every second: sends unacknowledged jobs again. */
  tick(): void {
    this.calls.tick()
    for (const { load, id } of this.tracker.due())
      for (const { session } of this.#minions.connections.of(id)) this.#minions.pushJob(session, load)
  }

  /** Sizes and counters, as `status` shows them. */
  snapshot(): Record<string, unknown> {
    return { jobs_bytes: this.store.bytes, calls: this.calls.snapshot() }
  }

  async close(): Promise<void> {
    await this.store.close()
  }
}
