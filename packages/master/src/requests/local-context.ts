// SPDX-License-Identifier: Apache-2.0
import type { Logger } from '@halite/core'
import type { MasterContext } from '@halite/loader'
import type { LocalPeer, SessionOf } from '@halite/transport'
import type { Wish } from '../authorise.ts'
import type { EventBus } from '../events.ts'
import type { Jobs } from '../jobs/jobs.ts'
import type { Runs } from '../jobs/runs.ts'
import type { Connections } from '../sessions/connections.ts'
import type { LocalEndpoint } from '../sessions/local-endpoint.ts'

/** A session of a program that proved the key of a user. */
export type LocalSession = SessionOf<LocalPeer>

/** What requests of local clients work on. */
export interface LocalRequestContext {
  readonly log: Logger
  /** The context of wheel functions. */
  readonly wheel: MasterContext
  readonly runs: Runs
  /** Throws `REQUEST_DENIED` unless the user may do this. */
  readonly authorise: (wish: Wish) => void
  readonly jobs: Jobs
  readonly connections: Connections
  readonly locals: LocalEndpoint
  readonly events: EventBus
  /** Counters and sizes, for `status`. */
  readonly status: () => Record<string, unknown>
}
