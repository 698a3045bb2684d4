// SPDX-License-Identifier: Apache-2.0
import { type Jid, type Logger, type MinionId, version } from '@halite/core'
import { bind, keywordMap, type MasterContext, type Registry } from '@halite/loader'
import { loads, type MasterCall, type Publish, type WireEvent } from '@halite/protocol'
import {
  type Handler,
  type HandlerTable,
  type LocalPeer,
  localHandler,
  type SessionOf,
} from '@halite/transport'
import type { Connections } from '../connections.ts'
import type { EventBus } from '../events.ts'
import type { JobPublisher } from '../job-publisher.ts'
import type { JobStore } from '../jobs/job-store.ts'
import type { JobTracker } from '../jobs/job-tracker.ts'

type LocalSession = SessionOf<LocalPeer>

export interface LocalRequestParts {
  readonly log: Logger
  readonly registry: Registry
  readonly context: MasterContext
  readonly publisher: JobPublisher
  readonly store: JobStore
  readonly events: EventBus
  readonly tracker: JobTracker
  readonly connections: Connections
  readonly push: (session: LocalSession, name: string, load: unknown) => void
  /** Counters and sizes, for `status`. */
  readonly status: () => Record<string, unknown>
}

/** What a program on the master's host may ask, once it proved the key of a user. */
export function localRequests(parts: LocalRequestParts): HandlerTable {
  return new Map<string, Handler>([
    ['ping', localHandler(loads.emptySchema, () => ({ version }))],
    ['publish', localHandler(loads.publishSchema, (session, load) => publish(parts, session, load))],
    [
      'subscribe',
      localHandler(loads.subscribeSchema, (session, { prefix }) => subscribe(parts, session, prefix)),
    ],
    [
      'unsubscribe',
      localHandler(loads.subscribeSchema, (session, { prefix }) => unsubscribe(parts, session, prefix)),
    ],
    [
      'job_returns',
      localHandler(loads.jobReturnsSchema, (_session, { jid }) => parts.store.packedReturns(jid)),
    ],
    ['job_state', localHandler(loads.jobStateSchema, (_session, load) => jobState(parts, load))],
    ['runner', localHandler(loads.callSchema, (_session, load) => call(parts, 'runners', load))],
    ['wheel', localHandler(loads.callSchema, (_session, load) => call(parts, 'wheel', load))],
    ['status', localHandler(loads.emptySchema, () => parts.status())],
  ])
}

function publish(parts: LocalRequestParts, session: LocalSession, load: Publish): Promise<unknown> {
  const { user } = session.peer
  return parts.publisher.publish(user, load, (jid) => {
    parts.log.info('job published', { user, jid, fun: load.fun, tgt: load.tgt })
    if (load.listen) subscribe(parts, session, `salt/job/${jid}/`)
  })
}

function subscribe(parts: LocalRequestParts, session: LocalSession, prefix: string): boolean {
  parts.events.subscribe(session, prefix, (events: readonly WireEvent[]) =>
    parts.push(session, 'events', events),
  )
  return true
}

function unsubscribe(parts: LocalRequestParts, session: LocalSession, prefix: string): boolean {
  parts.events.unsubscribe(session, prefix)
  return true
}

/** How a job stands with each minion: the reason is for people, for when nothing comes any more. */
function jobState({ tracker, connections }: LocalRequestParts, load: { jid: Jid; ids: MinionId[] }): unknown {
  const job = tracker.get(load.jid)
  return load.ids.map((id) => {
    const connected = connections.of(id).size > 0
    // A master that was restarted does not remember who acknowledged: those who are here are asked.
    const acknowledged = job === undefined ? connected : job.running.has(id)
    return { id, connected, acknowledged, reason: stateReason(connections, { id, connected, acknowledged }) }
  })
}

function stateReason(
  connections: Connections,
  at: { id: MinionId; connected: boolean; acknowledged: boolean },
): string {
  if (!at.connected) {
    const lost = connections.absence(at.id)
    return at.acknowledged ? `the job was running when the connection ended: ${lost}` : lost
  }
  return at.acknowledged
    ? 'the job ended there without a return'
    : 'connected, but it did not acknowledge the job'
}

/** Runs a function of the master itself. Its own errors reach the caller with code and hint. */
async function call(parts: LocalRequestParts, kind: 'runners' | 'wheel', load: MasterCall): Promise<unknown> {
  const { fn } = await parts.registry.function(load.fun, kind)
  const values = bind(load.fun, fn, [...load.arg, keywordMap(load.kwarg)])
  const value: unknown = await fn.run(parts.context, values)
  return value === undefined ? null : value
}
