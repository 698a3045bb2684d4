// SPDX-License-Identifier: Apache-2.0

import { setImmediate as immediate } from 'node:timers/promises'
import type { DataMap, Logger, MinionId } from '@halite/core'
import type { FileSource } from '@halite/fileserver'
import {
  type EpochGrant,
  type Job,
  type JobReturn,
  loads,
  type OpenReply,
  type PillarAsk,
} from '@halite/protocol'
import {
  type EpochPublisher,
  type Handler,
  type HandlerTable,
  type MinionPeer,
  minionHandler,
  patientHandler,
  type SessionOf,
} from '@halite/transport'
import { type Connection, type Connections, stoppedReason } from '../connections.ts'
import type { EventBus } from '../events.ts'
import type { FileTurns } from '../file-turns.ts'
import type { Batches } from '../jobs/batches.ts'
import type { CallQuota } from '../jobs/call-quota.ts'
import type { JobStore } from '../jobs/job-store.ts'
import type { JobTracker } from '../jobs/job-tracker.ts'
import type { MinionData } from '../minion-data.ts'
import type { PillarCompiler } from '../pillar/compiler.ts'
import { fileRequests } from './file-requests.ts'
import { keep, keepCall } from './returns.ts'

type MinionSession = SessionOf<MinionPeer>

export interface MinionRequestParts {
  /** Names this master to minions that have several. */
  readonly masterId: string
  readonly log: Logger
  readonly data: MinionData
  readonly pillar: PillarCompiler
  readonly store: JobStore
  readonly tracker: JobTracker
  readonly batches: Batches
  readonly calls: CallQuota
  readonly connections: Connections
  /** A daemon opened its session. */
  readonly onOpened: (connection: Connection) => void
  readonly publisher: EpochPublisher
  readonly events: EventBus
  readonly files: FileSource
  readonly fileTurns: FileTurns
  readonly heartbeatSeconds: number
  /** The port minions subscribe to. */
  readonly publishPort: () => number
  readonly push: (session: MinionSession, load: Job) => void
  /** Hands an epoch to one session. */
  readonly handOut: (session: MinionSession, grant: EpochGrant) => void
  /** Deletes the key of a minion that asks for it; false when that is not allowed. */
  readonly revoke: (id: MinionId, keep: { readonly data: boolean }) => boolean
  /** Ends a session the minion says goodbye to. */
  readonly end: (session: MinionSession) => void
}

/** Each of these pushes jobs, arguments included, that the minion may have already. */
const seldom = { most: 4, everyMs: 10_000 }
const nowAndThen = { most: 20, everyMs: 1000 }

/** What an established minion may ask; nothing else has a name. Who asks is in the session. */
export function minionRequests(parts: MinionRequestParts): HandlerTable {
  return new Map<string, Handler>([
    [
      '_open',
      {
        ...minionHandler(loads.openSchema, (session, load) => open(parts, session, load.grains)),
        // A minion whose grains are too large comes in without them.
        isBulk: true,
        often: seldom,
      },
    ],
    [
      '_return',
      { ...patientHandler(loads.returnSchema, (session, load) => keep(parts, session, load)), isBulk: true },
    ],
    [
      '_call',
      {
        ...minionHandler(loads.calledSchema, (session, load) => keepCall(parts, session, load)),
        isBulk: true,
      },
    ],
    ['_started', minionHandler(loads.startedSchema, (session, { jid }) => started(parts, session, jid))],
    ['_confirm', minionHandler(loads.confirmSchema, (session, { epoch }) => confirm(parts, session, epoch))],
    [
      '_missed',
      {
        ...minionHandler(loads.missedSchema, (session, load) => resend(parts, session, load)),
        often: nowAndThen,
      },
    ],
    [
      '_grains',
      {
        ...minionHandler(loads.grainsSchema, (session, { grains }) => takeGrains(parts, session, grains)),
        onOversize: ({ peer }) => {
          if (peer.type === 'minion') parts.data.refuse(peer.id)
        },
      },
    ],
    [
      '_pillar',
      {
        ...minionHandler(loads.pillarSchema, (session, load) => pillar(parts, session, load)),
        isAlone: true,
      },
    ],
    [
      '_revoke_auth',
      minionHandler(loads.revokeSchema, ({ peer }, load) =>
        parts.revoke(peer.id, { data: load.preserve_minion_cache ?? false }),
      ),
    ],
    ['_minion_event', minionHandler(loads.minionEventSchema, (session, load) => fire(parts, session, load))],
    ['_ping', minionHandler(loads.emptySchema, () => true)],
    ...fileRequests(parts.files, parts.fileTurns),
    ['_bye', minionHandler(loads.emptySchema, (session) => bye(parts, session))],
  ])
}

function open(
  parts: MinionRequestParts,
  session: MinionSession,
  grains: Record<string, unknown> | undefined,
): OpenReply {
  const { data, connections, publisher, tracker, events } = parts
  const { id, role } = session.peer
  if (role === 'daemon') {
    if (grains) data.save(id, grains)
    parts.onOpened(connections.open(session))
    announce(parts, session)
    events.fire(`salt/minion/${id}/start`, { id, cmd: '_minion_event', data: `Minion ${id} started` })
    setImmediate(() => {
      for (const load of tracker.unheardBy(id)) parts.push(session, load)
    })
  }
  return {
    publishPort: parts.publishPort(),
    ...(role === 'daemon' ? { topic: publisher.topicOf(session), epoch: publisher.grant } : {}),
    heartbeat: parts.heartbeatSeconds,
    masterId: parts.masterId,
  }
}

/** Answered when they are kept. Throws `VALUE_TOO_LARGE`. */
function takeGrains(
  { data }: MinionRequestParts,
  { peer }: MinionSession,
  grains: Record<string, unknown>,
): void {
  if (!data.save(peer.id, grains)) data.checkSize(peer.id, grains)
}

/** A minion that comes while the next epoch is being handed out gets it as the others did. */
function announce({ publisher, handOut }: MinionRequestParts, session: MinionSession): void {
  const { announced } = publisher
  if (announced) setImmediate(() => handOut(session, announced))
}

function started(parts: MinionRequestParts, session: MinionSession, jid: JobReturn['jid']): boolean {
  const { id } = session.peer
  const job = parts.tracker.started(jid, id)
  if (job?.start_event) {
    const { fun, tgt, tgt_type, user, metadata } = job
    const noted = metadata === undefined ? {} : { metadata }
    parts.events.fire(`salt/job/${jid}/start/${id}`, { id, jid, fun, tgt, tgt_type, user, ...noted })
  }
  return true
}

function confirm(parts: MinionRequestParts, session: MinionSession, epoch: Buffer | undefined): boolean {
  const connection = parts.connections.get(session)
  if (connection === undefined) return false
  connection.doubtedUntilMs = undefined
  connection.brokenSinceMs = undefined
  const key = epoch?.toString('latin1')
  if (key !== undefined && parts.publisher.isCurrent(key)) connection.epochs.add(key)
  return true
}

function resend(
  parts: MinionRequestParts,
  session: MinionSession,
  load: { epoch: Buffer; after: number },
): number {
  const jobs = parts.tracker.missedBy(session.peer.id, load.epoch.toString('latin1'), load.after)
  for (const job of jobs) parts.push(session, job)
  return jobs.length
}

/** The pillar of the minion whose session it is; a load cannot name another. */
async function pillar(
  { pillar: compiler, data, connections }: MinionRequestParts,
  session: MinionSession,
  { grains, pillarenv, held }: PillarAsk,
): Promise<{ pillar: DataMap }> {
  const { id, role } = session.peer
  const kept = data.grains(id) ?? {}
  if (role === 'call' && grains) data.checkSize(id, grains)
  const facts = role === 'call' && grains ? { ...kept, ...grains } : kept
  const compiled = await compiler.compile({ id, grains: facts, pillarenv })
  // The session may have ended meanwhile, with its key: nothing is kept of a minion that was removed.
  if (held && connections.get(session) !== undefined) data.holdPillar(id, compiled)
  return { pillar: compiled }
}

/** A minion's events stay in its own namespace: no tag of the master's can be made this way. */
function fire(
  parts: MinionRequestParts,
  session: MinionSession,
  load: { tag: string; data?: unknown },
): boolean {
  const { id } = session.peer
  parts.events.fire(`minion/${id}/${load.tag}`, {
    id,
    cmd: '_minion_event',
    tag: load.tag,
    data: load.data,
  })
  return true
}

/** What the minion returned is committed and acknowledged before it goes: it would send it again. */
async function bye(parts: MinionRequestParts, session: MinionSession): Promise<boolean> {
  parts.connections.close(session, stoppedReason)
  await parts.store.settled()
  await immediate()
  setImmediate(() => parts.end(session))
  return true
}
