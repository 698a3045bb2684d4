// SPDX-License-Identifier: Apache-2.0
import type { Jid, MinionId } from '@halite/core'
import type { FollowReply, Publish, Skipped } from '@halite/protocol'
import { type Standing, standingOf } from '../jobs/job-standing.ts'
import { subscribe } from './local-events.ts'
import type { LocalRequestParts, LocalSession } from './local-requests.ts'

/** Publishes a job and, if asked to, pushes its events from before the first can be fired. */
export function publish(parts: LocalRequestParts, session: LocalSession, load: Publish): Promise<unknown> {
  const { user } = session.peer
  const { fun, arg, tgt, tgt_type: tgtType } = load
  parts.authorise({ user, kind: 'publish', fun, arg, target: { tgt, tgtType } })
  return parts.publisher.publish(user, load, (jid) => {
    parts.log.info('job published', { user, jid, fun: load.fun, tgt: load.tgt })
    if (load.listen) subscribe(parts, session, `salt/job/${jid}/`)
  })
}

/** Whom a job is for that was published before, and how far it is; its events are pushed from now on. Null: not known. */
export function follow(parts: LocalRequestParts, session: LocalSession, jid: Jid): FollowReply | null {
  const job = parts.store.load(jid)
  if (job === undefined) return null
  subscribe(parts, session, `salt/job/${jid}/`)
  const minions = job.minions as MinionId[]
  if (job.batch === undefined) return { minions }
  const stored = { over: true, missing: (job.batch.missing ?? []) as Skipped[] }
  return { minions, batch: parts.publisher.batches.state(jid) ?? stored }
}

/**
 * How a job stands with each of these minions, in their order. With `ask` those who have the job and a session are asked
 * whether it still runs: `running`; that takes up to `gather_job_timeout`.
 */
export async function jobState(
  parts: LocalRequestParts,
  { jid, ids, ask = false }: { readonly jid: Jid; readonly ids: readonly MinionId[]; readonly ask?: boolean },
): Promise<readonly (Standing & { readonly running: boolean })[]> {
  const asked = ask
    ? standingOf(parts, jid, ids)
        .filter(mayRun)
        .map(({ id }) => id)
    : []
  const running = await parts.publisher.findJob(jid, asked)
  // Asking takes a while, in which more becomes known of those who did not answer.
  return standingOf(parts, jid, ids).map((state) => ({ ...state, running: running.has(state.id) }))
}

function mayRun({ acknowledged, connected }: Standing): boolean {
  return acknowledged && connected
}

/** Keeps a batch from going on; false when it is not under way. */
export function stopBatch(
  { authorise, publisher, store }: LocalRequestParts,
  session: LocalSession,
  jid: Jid,
): boolean {
  const { user } = session.peer
  const { fun = 'batch_stop', arg = [], tgt, tgt_type: tgtType = 'glob' } = store.load(jid) ?? {}
  authorise({ user, kind: 'publish', fun, arg, target: { tgt, tgtType } })
  return publisher.batches.stop(jid, `by ${user}`)
}
