// SPDX-License-Identifier: Apache-2.0
import { setImmediate as immediate } from 'node:timers/promises'
import { loads, type OpenReply } from '@halite/protocol'
import { type Handler, minionHandler } from '@halite/transport'
import { type MinionSession, stoppedReason } from '../sessions/connections.ts'
import type { MinionEndpoint } from '../sessions/minion-endpoint.ts'
import type { MinionRequestContext } from './minion-request-context.ts'

/** Each of these pushes jobs, arguments included, that the minion may have already. */
const seldom = { most: 4, everyMs: 10_000 }

const nowAndThen = { most: 20, everyMs: 1000 }

/** Requests about a session itself, from its first one to its end: opened, confirmed, missed jobs, key given up. */
export function sessionRequests(context: MinionRequestContext): [string, Handler][] {
  return [
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
      '_revoke_auth',
      minionHandler(loads.revokeSchema, ({ peer }, load) =>
        context.revoke(peer.id, { data: load.preserve_minion_cache ?? false }),
      ),
    ],
    ['_ping', minionHandler(loads.emptySchema, () => true)],
    ['_bye', minionHandler(loads.emptySchema, (session) => bye(context, session))],
  ]
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

/** A minion that comes while the next epoch is being handed out gets it as the others did. */
function pushAnnouncedEpoch(minions: MinionEndpoint, session: MinionSession): void {
  const { announced } = minions.publisher
  if (announced) setImmediate(() => minions.pushEpoch(session, announced))
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

/** What the minion returned is committed and acknowledged before it goes: it would send it again. */
async function bye(context: MinionRequestContext, session: MinionSession): Promise<boolean> {
  context.minions.connections.close(session, stoppedReason)
  await context.jobs.store.settled()
  await immediate()
  setImmediate(() => context.minions.end(session))
  return true
}
