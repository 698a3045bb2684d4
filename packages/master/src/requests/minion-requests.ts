// SPDX-License-Identifier: Apache-2.0
import type { Packed } from '@halite/core'
import { fileLoads, type JobReturn, loads, type PillarAsk } from '@halite/protocol'
import { type Handler, type HandlerTable, minionHandler, patientHandler } from '@halite/transport'
import type { MinionSession } from '../sessions/connections.ts'
import { fileRequests } from './file-requests.ts'
import { mineRequests } from './mine-requests.ts'
import type { MinionRequestContext } from './minion-request-context.ts'
import { keep, keepCall } from './returns.ts'
import { factsOf } from './sent-facts.ts'
import { sessionRequests } from './session-requests.ts'
import { fireStateEvent } from './state-events.ts'
import { topsRequests } from './tops-requests.ts'
import { noteUpdate } from './updating-minions.ts'

/** What an established minion may ask; nothing else has a name. The minion is known from the session. */
export function minionRequests(context: MinionRequestContext): HandlerTable {
  return new Map<string, Handler>([
    ...sessionRequests(context),
    ...returnRequests(context),
    ...factRequests(context),
    [
      '_minion_event',
      minionHandler(loads.minionEventSchema, (session, load) => fire(context, session, load)),
    ],
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
  ])
}

/** What becomes of jobs: that they started, and their returns. */
function returnRequests(context: MinionRequestContext): [string, Handler][] {
  return [
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
  ]
}

/** Grains that the minion sends, and the pillar that it gets by them. */
function factRequests(context: MinionRequestContext): [string, Handler][] {
  return [
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
  ]
}

/** Answered when they are kept. Throws `VALUE_TOO_LARGE`. */
function saveGrains(
  { data }: MinionRequestContext,
  { peer }: MinionSession,
  grains: Record<string, unknown>,
): void {
  if (!data.save(peer.id, grains)) data.checkSize(peer.id, grains)
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
