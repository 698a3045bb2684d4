// SPDX-License-Identifier: Apache-2.0
import { type Decoder, type Logger, version } from '@halite/core'
import type { MasterContext, Registry } from '@halite/loader'
import { loads } from '@halite/protocol'
import {
  type Handler,
  type HandlerTable,
  type LocalPeer,
  localHandler,
  type SessionOf,
} from '@halite/transport'
import type { Wish } from '../authorise.ts'
import type { Connections } from '../connections.ts'
import type { EventBus } from '../events.ts'
import type { JobPublisher } from '../job-publisher.ts'
import type { JobStore } from '../jobs/job-store.ts'
import type { JobTracker } from '../jobs/job-tracker.ts'
import type { Runs } from '../runs.ts'
import { fire, subscribe, unsubscribe } from './local-events.ts'
import { follow, jobState, publish, stopBatch } from './local-jobs.ts'
import { call } from './master-calls.ts'

/** A session of a program that proved the key of a user. */
export type LocalSession = SessionOf<LocalPeer>

export interface LocalRequestParts {
  readonly log: Logger
  readonly registry: Registry
  readonly context: MasterContext
  readonly runs: Runs
  /** Throws `REQUEST_DENIED` unless the user may do this. */
  readonly authorise: (wish: Wish) => void
  readonly publisher: JobPublisher
  readonly store: JobStore
  readonly events: EventBus
  readonly tracker: JobTracker
  readonly connections: Connections
  readonly push: (session: LocalSession, name: string, load: unknown) => void
  /** Ends the session of a program that says goodbye. */
  readonly end: (session: LocalSession) => void
  /** Counters and sizes, for `status`. */
  readonly status: () => Record<string, unknown>
}

/** What a program on the master's host may ask, once it proved the key of a user. All but `ping` and `bye` is authorised first. */
export function localRequests(parts: LocalRequestParts): HandlerTable {
  const { store } = parts
  /** A request that only reads what the master knows. */
  const reading = <T>(name: string, decode: Decoder<T>, run: (session: LocalSession, load: T) => unknown) => {
    const handler = localHandler(decode, (session, load) => {
      parts.authorise({ user: session.peer.user, kind: 'read', fun: name, arg: [load] })
      return run(session, load)
    })
    return [name, handler] as const
  }
  return new Map<string, Handler>([
    ['ping', localHandler(loads.emptySchema, () => ({ version }))],
    ['bye', localHandler(loads.emptySchema, (session) => bye(parts, session))],
    ['publish', localHandler(loads.publishSchema, (session, load) => publish(parts, session, load))],
    ['batch_stop', localHandler(loads.oneJobSchema, (session, { jid }) => stopBatch(parts, session, jid))],
    ['fire_event', localHandler(loads.fireSchema, (session, load) => fire(parts, session, load))],
    [
      'runner',
      localHandler(loads.callSchema, (session, load) => call(parts, session, { ...load, kind: 'runner' })),
    ],
    [
      'wheel',
      localHandler(loads.callSchema, (session, load) => call(parts, session, { ...load, kind: 'wheel' })),
    ],
    reading('subscribe', loads.subscribeSchema, (session, { prefix }) => subscribe(parts, session, prefix)),
    reading('unsubscribe', loads.subscribeSchema, (session, { prefix }) =>
      unsubscribe(parts, session, prefix),
    ),
    reading('follow', loads.oneJobSchema, (session, { jid }) => follow(parts, session, jid)),
    reading('job_returns', loads.jobReturnsSchema, async (_session, { jid, after }) => {
      // Every announced return must be readable.
      await store.settled()
      return store.packedReturns(jid, after)
    }),
    reading('job_state', loads.jobStateSchema, (_session, load) => jobState(parts, load)),
    reading('preview', loads.previewSchema, (_session, load) => parts.publisher.preview(load)),
    reading('status', loads.emptySchema, () => parts.status()),
  ])
}

function bye({ end }: LocalRequestParts, session: LocalSession): true {
  // The answer goes out first.
  setImmediate(() => end(session))
  return true
}
