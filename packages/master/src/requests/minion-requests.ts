// SPDX-License-Identifier: Apache-2.0

import { setImmediate as immediate } from 'node:timers/promises'
import type { Logger, MinionId, Packed } from '@halite/core'
import type { FileSource } from '@halite/fileserver'
import { fileLoads, type JobReturn, loads, type OpenReply, type PillarAsk } from '@halite/protocol'
import { type Handler, type HandlerTable, minionHandler, patientHandler } from '@halite/transport'
import type { EventBus } from '../events.ts'
import type { FileTurns } from '../files/file-turns.ts'
import type { Jobs } from '../jobs/jobs.ts'
import type { MasterTops } from '../master-tops.ts'
import type { Mine } from '../mine/mine.ts'
import type { MineStore } from '../mine/mine-store.ts'
import type { MinionData } from '../minion-data.ts'
import type { Pillars } from '../pillar/pillars.ts'
import type { ReceivedFiles } from '../received-files.ts'
import { type MinionSession, stoppedReason } from '../sessions/connections.ts'
import type { MinionEndpoint } from '../sessions/minion-endpoint.ts'
import { fileRequests } from './file-requests.ts'
import { mineRequests } from './mine-requests.ts'
import { keep, keepCall } from './returns.ts'
import { factsOf } from './sent-facts.ts'
import { fireStateEvent } from './state-events.ts'
import { topsRequests } from './tops-requests.ts'
import { noteUpdate } from './updating-minions.ts'

/** What requests of minions work on. */
export interface MinionRequestContext {
  /** Names this master to minions that have several. */
  readonly masterId: string
  readonly log: Logger
  readonly data: MinionData
  readonly pillar: Pillars
  readonly tops: MasterTops
  readonly jobs: Jobs
  readonly minions: MinionEndpoint
  readonly mine: MineStore
  readonly mineReader: Mine
  readonly events: EventBus
  readonly files: FileSource
  readonly fileTurns: FileTurns
  /** What minions send. */
  readonly received: ReceivedFiles
  /** The port minions subscribe to. */
  readonly publishPort: () => number
  /** Deletes the key of a minion that asks for it; false when that is not allowed. */
  readonly revoke: (id: MinionId, keep: { readonly data: boolean }) => boolean
}

/** Each of these pushes jobs, arguments included, that the minion may have already. */
const seldom = { most: 4, everyMs: 10_000 }
const nowAndThen = { most: 20, everyMs: 1000 }

/** What an established minion may ask; nothing else has a name. The minion is known from the session. */
export function minionRequests(context: MinionRequestContext): HandlerTable {
  return new Map<string, Handler>([
    [
      '_open',
      {
        ...minionHandler(loads.openSchema, (session, load) => open(context, session, load.grains)),
        // A minion whose grains are too large comes in without them.
        isBulk: true,
        often: seldom,
      },
    ],
    [
      '_return',
      {
        ...patientHandler(loads.returnSchema, (session, load) => keep(context, session, load)),
        isBulk: true,
      },
    ],
    [
      '_call',
      {
        ...minionHandler(loads.calledSchema, (session, load) => keepCall(context, session, load)),
        isBulk: true,
      },
    ],
    ['_started', minionHandler(loads.startedSchema, (session, { jid }) => started(context, session, jid))],
    [
      '_confirm',
      minionHandler(loads.confirmSchema, (session, { epoch }) => confirm(context, session, epoch)),
    ],
    [
      '_missed',
      {
        ...minionHandler(loads.missedSchema, (session, load) => resend(context, session, load)),
        often: nowAndThen,
      },
    ],
    [
      '_grains',
      {
        ...minionHandler(loads.grainsSchema, (session, { grains }) => saveGrains(context, session, grains)),
        onOversize: ({ peer }) => {
          if (peer.type === 'minion') context.data.refuse(peer.id)
        },
      },
    ],
    [
      '_pillar',
      {
        ...minionHandler(loads.pillarSchema, (session, load) => pillar(context, session, load)),
        isAlone: true,
      },
    ],
    [
      '_revoke_auth',
      minionHandler(loads.revokeSchema, ({ peer }, load) =>
        context.revoke(peer.id, { data: load.preserve_minion_cache ?? false }),
      ),
    ],
    [
      '_minion_event',
      minionHandler(loads.minionEventSchema, (session, load) => fire(context, session, load)),
    ],
    ['_ping', minionHandler(loads.emptySchema, () => true)],
    ...fileRequests(context.files, context.fileTurns),
    [
      '_file_recv',
      {
        ...minionHandler(fileLoads.receiveSchema, ({ peer }, part) =>
          context.received.receive(peer.id, part),
        ),
        isBulk: true,
      },
    ],
    ...mineRequests(context.mine, context.mineReader),
    ...topsRequests(context.tops, context.data),
    ['_bye', minionHandler(loads.emptySchema, (session) => bye(context, session))],
  ])
}

function open(
  context: MinionRequestContext,
  session: MinionSession,
  grains: Record<string, unknown> | undefined,
): OpenReply {
  const { data, minions, jobs, events } = context
  const { id, role } = session.peer
  if (role === 'daemon') {
    if (grains) data.save(id, grains)
    minions.keeper.onOpened(minions.connections.open(session))
    pushAnnouncedEpoch(minions, session)
    events.fire(`salt/minion/${id}/start`, { id, cmd: '_minion_event', data: `Minion ${id} started` })
    setImmediate(() => {
      for (const load of jobs.tracker.unheardBy(id)) minions.pushJob(session, load)
    })
  }
  const { publisher } = minions
  return {
    publishPort: context.publishPort(),
    ...(role === 'daemon' ? { topic: publisher.topicOf(session), epoch: publisher.grant } : {}),
    heartbeat: minions.heartbeatSeconds,
    masterId: context.masterId,
  }
}

/** Answered when they are kept. Throws `VALUE_TOO_LARGE`. */
function saveGrains(
  { data }: MinionRequestContext,
  { peer }: MinionSession,
  grains: Record<string, unknown>,
): void {
  if (!data.save(peer.id, grains)) data.checkSize(peer.id, grains)
}

/** A minion that comes while the next epoch is being handed out gets it as the others did. */
function pushAnnouncedEpoch(minions: MinionEndpoint, session: MinionSession): void {
  const { announced } = minions.publisher
  if (announced) setImmediate(() => minions.pushEpoch(session, announced))
}

function started(context: MinionRequestContext, session: MinionSession, jid: JobReturn['jid']): boolean {
  const { id } = session.peer
  const job = context.jobs.tracker.started(jid, id)
  if (job?.start_event) {
    const { fun, tgt, tgt_type, user, metadata } = job
    const noted = metadata === undefined ? {} : { metadata }
    context.events.fire(`salt/job/${jid}/start/${id}`, { id, jid, fun, tgt, tgt_type, user, ...noted })
  }
  return true
}

function confirm(context: MinionRequestContext, session: MinionSession, epoch: Buffer | undefined): boolean {
  const connection = context.minions.connections.get(session)
  if (connection === undefined) return false
  connection.doubtedUntilMs = undefined
  connection.brokenSinceMs = undefined
  const key = epoch?.toString('latin1')
  if (key !== undefined && context.minions.publisher.isCurrent(key)) connection.epochs.add(key)
  return true
}

function resend(
  context: MinionRequestContext,
  session: MinionSession,
  load: { epoch: Buffer; after: number },
): number {
  const jobs = context.jobs.tracker.missedBy(session.peer.id, load.epoch.toString('latin1'), load.after)
  for (const job of jobs) context.minions.pushJob(session, job)
  return jobs.length
}

/** The pillar of the minion whose session it is; a load cannot name another. */
async function pillar(
  { pillar: pillars, data, minions }: MinionRequestContext,
  session: MinionSession,
  { grains, held, clean_cache, ...wanted }: PillarAsk,
): Promise<{ pillar: Packed }> {
  const { id } = session.peer
  const facts = factsOf(data, session, grains)
  const compiled = await pillars.compile({ ...wanted, id, grains: facts }, { isFresh: clean_cache ?? false })
  // The session may have ended meanwhile, with its key: nothing is kept of a minion that was removed.
  if (held && minions.connections.get(session) !== undefined) data.holdPillar(id, compiled)
  return { pillar: compiled }
}

/** A minion's events stay in its own namespace; of the master's tags it makes those that report its own states, and no other. */
function fire(
  context: MinionRequestContext,
  session: MinionSession,
  load: { tag: string; data?: unknown },
): boolean {
  const { id } = session.peer
  context.events.fire(`minion/${id}/${load.tag}`, {
    id,
    cmd: '_minion_event',
    tag: load.tag,
    data: load.data,
  })
  fireStateEvent(context, id, load)
  noteUpdate(context.jobs.tracker, id, load)
  return true
}

/** What the minion returned is committed and acknowledged before it goes: it would send it again. */
async function bye(context: MinionRequestContext, session: MinionSession): Promise<boolean> {
  context.minions.connections.close(session, stoppedReason)
  await context.jobs.store.settled()
  await immediate()
  setImmediate(() => context.minions.end(session))
  return true
}
