// SPDX-License-Identifier: Apache-2.0
import type { Clock, Jid, Logger, MinionId } from '@halite/core'
import type { BatchPlan, Job } from '@halite/protocol'
import type { EventBus } from '../events.ts'
import type { Connections } from '../sessions/connections.ts'
import type { JobStore } from './job-store.ts'
import type { JobTracker } from './job-tracker.ts'

/** One batch: a job, whom it is for, and how it goes round. */
export interface BatchOrder {
  readonly load: Job
  readonly minions: readonly MinionId[]
  readonly plan: BatchPlan
  /** How long a minion of which nothing was heard is waited for, and how often one that works on the job is asked. */
  readonly timeoutMs: number
  /** How long a minion that reconnects is still given the job. */
  readonly lifetimeMs: number
}

/**
 * How many minions run a job at a time, of `connected` ones: the count as it is, of a share the whole number below it, but
 * never less than one, as Salt rounds.
 */
export function placesOf({ count, percent }: BatchPlan, connected: number): number {
  return Math.max(1, count ?? Math.floor((connected * (percent ?? 100)) / 100))
}

/** What a batch works with: the master's own init. */
export interface BatchInit {
  readonly clock: Clock
  readonly log: Logger
  readonly store: JobStore
  readonly tracker: JobTracker
  readonly connections: Connections
  readonly events: EventBus
  /** Gives the job to these minions, and to those of them that reconnect within `lifetimeMs`. */
  readonly send: (load: Job, ids: readonly MinionId[], lifetimeMs: number) => void
  /** Asks minions whether they run the job; resolves to those that do. */
  readonly findJob: (jid: Jid, ids: readonly MinionId[]) => Promise<ReadonlySet<string>>
}
