// SPDX-License-Identifier: Apache-2.0
import { type Jid, schema } from '@halite/core'
import type { JobRange, JobsContext, ListedJob, StoredJob, StoredReturn } from '@halite/loader'
import type { Asker, AskTable } from './asks.ts'

const { boolean, jobId, listOf, minionId, optional, record, text } = schema

/** How many jobs one answer lists. */
const pageSize = 500

const rangeSchema = record({
  from: optional(text(64)),
  to: optional(text(64)),
  newestFirst: optional(boolean),
})

/** What a runner may ask about jobs. */
export function jobAsks(jobs: JobsContext): AskTable {
  const jidOf = (value: unknown) => jobId(value, 'jid')
  return {
    'jobs.load': ([jid]) => jobs.load(jidOf(jid)),
    'jobs.returns': ([jid]) => jobs.returns(jidOf(jid)),
    'jobs.page': ([range, after]) =>
      pageOf(jobs, rangeSchema(range, 'range'), optional(jobId)(after, 'after')),
    'jobs.active': () => jobs.active(),
    'jobs.stopBatch': ([jid, reason]) => jobs.stopBatch(jidOf(jid), text()(reason, 'reason')),
    'jobs.batches': () => jobs.batches(),
    'jobs.kill': ([jid, ids]) => jobs.kill(jidOf(jid), listOf(minionId)(ids, 'ids')),
    'jobs.runs': () => jobs.runs(),
    'jobs.stopRun': ([jid, reason]) => jobs.stopRun(jidOf(jid), text()(reason, 'reason')),
  }
}

/** Up to `pageSize` jobs of a range behind the job `after`, in the order of the range. */
async function pageOf(
  jobs: JobsContext,
  range: JobRange,
  after: Jid | undefined,
): Promise<readonly ListedJob[]> {
  const rest = after === undefined ? range : { ...range, [range.newestFirst ? 'to' : 'from']: after }
  const page: ListedJob[] = []
  for await (const job of jobs.list(rest)) {
    if (job.jid === after) continue
    page.push(job)
    if (page.length >= pageSize) break
  }
  return page
}

/** The jobs of the master, as a runner in an executor has them. */
export function askedJobs(asker: Asker): JobsContext {
  return {
    load: async (jid) => ((await asker.ask('jobs.load', jid)) ?? undefined) as StoredJob | undefined,
    returns: async (jid) => (await asker.ask('jobs.returns', jid)) as readonly StoredReturn[],
    list: (range = {}) => allPages(asker, range),
    active: async () => (await asker.ask('jobs.active')) as Awaited<ReturnType<JobsContext['active']>>,
    stopBatch: async (jid, reason) => (await asker.ask('jobs.stopBatch', jid, reason)) as boolean,
    batches: async () => (await asker.ask('jobs.batches')) as Awaited<ReturnType<JobsContext['batches']>>,
    kill: async (jid, ids) => void (await asker.ask('jobs.kill', jid, ids)),
    runs: async () => (await asker.ask('jobs.runs')) as Awaited<ReturnType<JobsContext['runs']>>,
    stopRun: async (jid, reason) => (await asker.ask('jobs.stopRun', jid, reason)) as boolean,
  }
}

async function* allPages(asker: Asker, range: JobRange): AsyncGenerator<ListedJob> {
  for (let after: Jid | undefined; ; ) {
    const page = (await asker.ask('jobs.page', range, after)) as readonly ListedJob[]
    yield* page
    if (page.length < pageSize) return
    after = page.at(-1)?.jid
  }
}
