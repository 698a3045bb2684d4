// SPDX-License-Identifier: Apache-2.0
import { type Decoder, type Jid, type Logger, type MinionId, version } from '@halite/core'
import { bind, keywordMap, type MasterContext, type Registry } from '@halite/loader'
import { loads, type MasterCall, type Publish, type WireEvent } from '@halite/protocol'
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

type LocalSession = SessionOf<LocalPeer>

export interface LocalRequestParts {
  readonly log: Logger
  readonly registry: Registry
  readonly context: MasterContext
  /** Throws `REQUEST_DENIED` unless the user may do this. */
  readonly authorise: (wish: Wish) => void
  readonly publisher: JobPublisher
  readonly store: JobStore
  readonly events: EventBus
  readonly tracker: JobTracker
  readonly connections: Connections
  readonly push: (session: LocalSession, name: string, load: unknown) => void
  /** Counters and sizes, for `status`. */
  readonly status: () => Record<string, unknown>
}

/** What a program on the master's host may ask, once it proved the key of a user. All but `ping` is authorised first. */
export function localRequests(parts: LocalRequestParts): HandlerTable {
  const { store } = parts
  /** A request that only reads what the master knows. */
  const reading = <T>(name: string, decode: Decoder<T>, run: (session: LocalSession, load: T) => unknown) => {
    const handler = localHandler(decode, (session, load) => {
      parts.authorise({ user: session.peer.user, kind: 'read', fun: name })
      return run(session, load)
    })
    return [name, handler] as const
  }
  return new Map<string, Handler>([
    ['ping', localHandler(loads.emptySchema, () => ({ version }))],
    ['publish', localHandler(loads.publishSchema, (session, load) => publish(parts, session, load))],
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
    reading('job_returns', loads.jobReturnsSchema, (_session, { jid }) => store.packedReturns(jid)),
    reading('job_state', loads.jobStateSchema, (_session, load) => jobState(parts, load)),
    reading('status', loads.emptySchema, () => parts.status()),
  ])
}

function publish(parts: LocalRequestParts, session: LocalSession, load: Publish): Promise<unknown> {
  const { user } = session.peer
  parts.authorise({ user, kind: 'publish', fun: load.fun })
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
async function call(
  parts: LocalRequestParts,
  session: LocalSession,
  load: MasterCall & { readonly kind: 'runner' | 'wheel' },
): Promise<unknown> {
  parts.authorise({ user: session.peer.user, kind: load.kind, fun: load.fun })
  const { fn } = await parts.registry.function(load.fun, load.kind === 'runner' ? 'runners' : 'wheel')
  const values = bind(load.fun, fn, [...load.arg, keywordMap(load.kwarg)])
  const value: unknown = await fn.run(parts.context, values)
  return value === undefined ? null : value
}
