// SPDX-License-Identifier: Apache-2.0
import { type Jid, jidTimeMs, parseJid, SaltError } from '@halite/core'
import {
  arg,
  type BatchStatus,
  defineModule,
  type JobsContext,
  type MasterContext,
  masterFn,
} from '@halite/loader'

const jid = arg.string('The job id of the batch.')

/** `batch`: the batches that the master takes round. */
export default defineModule({
  name: 'batch',
  doc: 'Shows and stops batches: jobs that go round their minions a few at a time.',
  functions: {
    status: masterFn({
      doc: 'Return how a batch stands: how many minions have returned, have the job, are still to come, and failed; and whether it was halted. One that is over is known as long as its job is kept.',
      examples: ['salt-run batch.status 20260101120000000000'],
      args: { jid },
      run: (ctx, { jid }) => statusOf(jobsOf(ctx), parseJid(jid)),
    }),
    list_active: masterFn({
      doc: 'Return the batches that are under way, by job id, each as ``batch.status`` shows it.',
      examples: ['salt-run batch.list_active'],
      run: async (ctx) => {
        const batches = await jobsOf(ctx).batches()
        return Object.fromEntries(batches.map((batch) => [batch.jid, shown(batch)]))
      },
    }),
    stop: masterFn({
      doc: 'Keep a batch from going on to further minions, and with ``kill`` kill the job where it runs. Returns the ids it is killed on, and whether the batch was under way.',
      examples: [
        'salt-run batch.stop 20260101120000000000',
        'salt-run batch.stop 20260101120000000000 kill=True',
      ],
      args: { jid, kill: arg.boolean('Kill what runs; else it goes on to its end.').default(false) },
      run: (ctx, { jid, kill }) => stop(jobsOf(ctx), parseJid(jid), kill),
    }),
  },
})

/** What `batch.status` returns; the names are those of Salt 3008. */
interface ShownBatch extends Omit<BatchStatus, 'active' | 'progressWallMs'> {
  readonly active: number
  /** Who goes round: here always the master. */
  readonly driver: 'master'
  /** UTC, in ISO form, as are the others. */
  readonly created: string
  /** None for a batch that is over. */
  readonly last_progress: string | null
  readonly age_seconds: number
}

async function stop(
  jobs: JobsContext,
  jid: Jid,
  kill: boolean,
): Promise<{ stopped: boolean; killed: string[] }> {
  const active = (await jobs.batches()).find((batch) => batch.jid === jid)?.active ?? []
  const stopped = await jobs.stopBatch(jid, 'by batch.stop')
  const killed = stopped && kill ? [...active].sort() : []
  if (killed.length > 0) await jobs.kill(jid, killed)
  return { stopped, killed }
}

async function statusOf(jobs: JobsContext, jid: Jid): Promise<ShownBatch> {
  const underWay = (await jobs.batches()).find((batch) => batch.jid === jid)
  if (underWay !== undefined) return shown(underWay)
  const job = await jobs.load(jid)
  if (job?.batch === undefined) {
    const why = job === undefined ? 'there is no such job' : 'that job is no batch'
    throw new SaltError('ARGUMENTS_INVALID', `no batch ${jid}: ${why}`, {
      hint: 'salt-run batch.list_active shows those under way, jobs.list_jobs all that are kept.',
    })
  }
  const returns = await jobs.returns(jid)
  const notRun = (job.batch.missing ?? []).filter(({ status }) => status === 'Not run')
  const bad = returns.filter(({ retcode }) => retcode !== 0).length
  const { fun, tgt, tgt_type, user, minions } = job
  return {
    ...{
      jid,
      fun,
      tgt,
      tgt_type,
      user,
      total: minions.length,
      completed: returns.length,
      active: 0,
      pending: 0,
    },
    failed: bad + minions.length - returns.length,
    batch_size: 0,
    halted: notRun.length > 0,
    halted_reason: notRun[0]?.reason ?? '',
    ...timesOf(jid, null),
  }
}

function shown({ progressWallMs, active, ...status }: BatchStatus): ShownBatch {
  return { ...status, active: active.length, ...timesOf(status.jid, progressWallMs) }
}

function timesOf(jid: Jid, progressWallMs: number | null) {
  const createdMs = jidTimeMs(jid)
  return {
    driver: 'master' as const,
    created: isoOf(createdMs),
    last_progress: progressWallMs === null ? null : isoOf(progressWallMs),
    age_seconds: Math.max(0, Math.round((Date.now() - createdMs) / 1000)),
  }
}

function isoOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, -1)
}

function jobsOf({ jobs }: MasterContext): JobsContext {
  if (jobs !== undefined) return jobs
  throw new SaltError('MASTER_UNREACHABLE', 'batches are known to a running master only')
}
