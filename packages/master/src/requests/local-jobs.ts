// SPDX-License-Identifier: Apache-2.0
import type { Jid, MinionId } from '@halite/core'
import type { FollowReply, Publish, Skipped } from '@halite/protocol'
import { subscribe } from './local-events.ts'
import type { LocalRequestParts, LocalSession } from './local-requests.ts'

/** Publishes a job and, if asked to, pushes its events from before the first can be fired. */
export function publish(parts: LocalRequestParts, session: LocalSession, load: Publish): Promise<unknown> {
  const { user } = session.peer
  parts.authorise({ user, kind: 'publish', fun: load.fun })
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

/** Keeps a batch from going on; false when it is not under way. */
export function stopBatch(
  { authorise, publisher, store }: LocalRequestParts,
  session: LocalSession,
  jid: Jid,
): boolean {
  const { user } = session.peer
  authorise({ user, kind: 'publish', fun: store.load(jid)?.fun ?? 'batch_stop' })
  return publisher.batches.stop(jid, `by ${user}`)
}
