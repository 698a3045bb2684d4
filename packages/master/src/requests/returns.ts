// SPDX-License-Identifier: Apache-2.0
import { type Logger, type MinionId, SaltError } from '@halite/core'
import { shownArguments } from '@halite/loader'
import type { CallReturn, JobReturn } from '@halite/protocol'
import { type MinionPeer, type SessionOf, SharedAnswer } from '@halite/transport'
import type { EventBus } from '../events.ts'
import type { SavedReturn } from '../jobs/job-store.ts'
import type { Jobs } from '../jobs/jobs.ts'
import { addressOf } from '../sessions/connections.ts'

type MinionSession = SessionOf<MinionPeer>

/** Where returns go. */
export interface ReturnContext {
  readonly jobs: Jobs
  readonly events: EventBus
  readonly log: Logger
}

/** What a minion was asked, as the event of its return says. */
interface Asked {
  readonly fun: string | readonly string[]
  readonly fun_args: readonly unknown[]
  /** Whether the job store takes the return; answers to questions of the system itself are passed on only. */
  readonly isStored: boolean
  /** Whether this master published the job and had no return of this minion yet. */
  readonly isFirst: boolean
}

/**
 * Receives a return: its event is fired once, it is stored once, and acknowledged when it is committed. One whose commit fails is sent
 * again by its minion, and then stored without another event. A minion may answer only what it was asked, and what that
 * was is what the master knows; the answer to a question that is over is acknowledged and dropped. Throws `REQUEST_DENIED`; what is returned rejects with `STORE_FAILED`.
 */
export function keep(context: ReturnContext, session: MinionSession, ret: JobReturn): SharedAnswer {
  const { jobs, events } = context
  const { store } = jobs
  const { id } = session.peer
  const asked = askedOf(jobs, session, ret.jid)
  if (asked === undefined) {
    if (jobs.tracker.wasAsked(ret.jid, id)) return new SharedAnswer(Promise.resolve(), () => true)
    throw new SaltError('REQUEST_DENIED', `job ${ret.jid} was not sent to ${id}`)
  }
  const { fun, fun_args, isStored, isFirst } = asked
  const saving = { first: isFirst, urgent: session.peer.role === 'call' }
  const { isNew, committed } = isStored ? store.saveReturn(id, ret, saving) : unstored(jobs, ret.jid, id)
  // Whoever waits for it need not wait for the disk as well; the minion keeps it until the commit is done.
  if (isNew) {
    const data = () => ({ cmd: '_return', id, fun, fun_args, ...ret })
    events.fireWith(`salt/job/${ret.jid}/ret/${id}`, data)
  } else if (isStored) compareLater(context, session, { committed, ret })
  // A batch goes on although nothing can be kept; the return was shown, and its minion sends it again.
  if (jobs.batches.has(ret.jid)) committed.catch(() => jobs.batches.returned(ret.jid, id, ret.retcode))
  return afterwards(jobs, committed, { jid: ret.jid, id, retcode: ret.retcode })
}

/** The same return comes again when an acknowledgement was lost; another one means that two run under this id. */
function compareLater(
  { jobs: { store }, log }: ReturnContext,
  session: MinionSession,
  { committed, ret }: Pick<SavedReturn, 'committed'> & { readonly ret: JobReturn },
): void {
  const { jid, return: value, retcode } = ret
  const { id } = session.peer
  const compare = () => {
    const kept = store.packedReturn(jid, id)
    if (kept === undefined || (kept.retcode === retcode && Buffer.compare(kept.return, value) === 0)) return
    log.warning('a second return of a job differs from the first and is dropped', {
      jid,
      id,
      address: addressOf(session),
    })
  }
  // What failed to be committed may come again as it likes.
  committed
    .then(compare)
    .catch((error: unknown) => log.debug('a second return was not compared', { jid, id, error }))
}

/** A return that is passed on only. Its event was fired before if the record of its job failed after it had come. */
function unstored({ store }: Jobs, jid: JobReturn['jid'], id: MinionId): SavedReturn {
  return { isNew: !store.isTold(jid, id), committed: Promise.resolve() }
}

/** Apart from `keep`, so that what waits for the commit does not hold the value that was returned. */
function afterwards(
  { tracker, batches }: Jobs,
  committed: Promise<void>,
  { jid, id, retcode }: Pick<JobReturn, 'jid' | 'retcode'> & { readonly id: MinionId },
): SharedAnswer {
  return new SharedAnswer(committed, () => {
    tracker.returned(jid, id)
    batches.returned(jid, id, retcode)
    return true
  })
}

/**
 * A call made on the minion itself becomes a job of its own, under a jid of the master. Rejects with `QUOTA_EXCEEDED` and
 * `STORE_FAILED`.
 */
export async function keepCall(
  context: ReturnContext,
  session: MinionSession,
  call: CallReturn,
): Promise<unknown> {
  const { store, calls } = context.jobs
  const { id } = session.peer
  if (!calls.keepsJobs) return true
  const job = calls.admit(id, call)
  if (store.load(job.jid) === undefined) await store.saveJob(job, [id])
  const { fun: _, fun_args: __, ...ret } = call
  const { settled, answer } = keep(context, session, { ...ret, jid: job.jid })
  await settled
  return answer()
}

function askedOf({ store, tracker }: Jobs, session: MinionSession, jid: JobReturn['jid']): Asked | undefined {
  const { id } = session.peer
  const tracked = tracker.get(jid)
  if (tracked && (tracked.silent.has(id) || tracked.running.has(id))) {
    const { load, isStored, shownArg = shownArguments(store.load(jid)?.arg ?? []) } = tracked
    return { fun: load.fun, fun_args: shownArg, isStored, isFirst: true }
  }
  const job = store.load(jid)
  if (!job?.minions.includes(id)) return undefined
  const isStored = tracked?.isStored !== false
  return { fun: job.fun, fun_args: shownArguments(job.arg), isStored, isFirst: false }
}
