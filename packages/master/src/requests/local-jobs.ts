// SPDX-License-Identifier: Apache-2.0
import type { Jid, MinionId } from '@halite/core'
import type { FollowReply, Publish, Skipped } from '@halite/protocol'
import { type Standing, standingOf } from '../jobs/job-standing.ts'
import type { LocalRequestContext, LocalSession } from './local-context.ts'
import { subscribe } from './local-events.ts'

/** Publishes a job and, if asked to, pushes its events from before the first can be fired. */
export function publish(
  context: LocalRequestContext,
  session: LocalSession,
  load: Publish,
): Promise<unknown> {
  const { user } = session.peer
  const { fun, arg, tgt, tgt_type: tgtType } = load
  context.authorise({ user, kind: 'publish', fun, arg, target: { tgt, tgtType } })
  return context.jobs.publisher.publish(user, load, (jid) => {
    context.log.info('job published', { user, jid, fun: load.fun, tgt: load.tgt })
    if (load.listen) subscribe(context, session, `salt/job/${jid}/`)
  })
}

/** The minions of a job that was published before, and its progress; its events are pushed from now on. Null when it is unknown. */
export function follow(context: LocalRequestContext, session: LocalSession, jid: Jid): FollowReply | null {
  const job = context.jobs.store.load(jid)
  if (job === undefined) return null
  subscribe(context, session, `salt/job/${jid}/`)
  const minions = job.minions as MinionId[]
  if (job.batch === undefined) return { minions }
  const stored = { over: true, missing: (job.batch.missing ?? []) as Skipped[] }
  return { minions, batch: context.jobs.batches.state(jid) ?? stored }
}

/**
 * How a job stands with each of these minions, in their order. With `ask` those who have the job and a session are asked
 * whether it still runs: `running`; that takes up to `gather_job_timeout`. One that restarts with the job counts as running.
 */
export async function jobState(
  context: LocalRequestContext,
  { jid, ids, ask = false }: { readonly jid: Jid; readonly ids: readonly MinionId[]; readonly ask?: boolean },
): Promise<readonly JobState[]> {
  const standings = { tracker: context.jobs.tracker, connections: context.connections }
  const asked = ask
    ? standingOf(standings, jid, ids)
        .filter(mayRun)
        .map(({ id }) => id)
    : []
  const running = await context.jobs.publisher.findJob(jid, asked)
  // Asking takes a while, in which more becomes known of those who did not answer.
  return standingOf(standings, jid, ids).map(({ isAway, ...state }) => ({
    ...state,
    running: running.has(state.id) || (ask && isAway),
  }))
}

type JobState = Omit<Standing, 'isAway'> & { readonly running: boolean }

function mayRun({ acknowledged, connected }: Standing): boolean {
  return acknowledged && connected
}

/** Keeps a batch from going on; false when it is not under way. */
export function stopBatch(
  { authorise, jobs }: LocalRequestContext,
  session: LocalSession,
  jid: Jid,
): boolean {
  const { user } = session.peer
  const { fun = 'batch_stop', arg = [], tgt, tgt_type: tgtType = 'glob' } = jobs.store.load(jid) ?? {}
  authorise({ user, kind: 'publish', fun, arg, target: { tgt, tgtType } })
  return jobs.batches.stop(jid, `by ${user}`)
}
