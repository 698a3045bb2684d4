// SPDX-License-Identifier: Apache-2.0
import { type Jid, parseJid, SaltError } from '@halite/core'
import { arg, defineModule, type JobsContext, type MasterContext, masterFn } from '@halite/loader'
import { activeJobs } from './jobs/active-jobs.ts'
import { jobEntry, jobWithResult } from './jobs/job-entry.ts'
import { findJobs, type JobSearch } from './jobs/job-search.ts'
import { lookUp } from './jobs/look-up.ts'
import { withOutputter } from './jobs/with-outputter.ts'

const jid = arg.string('The job id, as ``jobs.list_jobs`` prints it.')

const ext_source = arg
  .string('Another job cache to ask. It is ignored: jobs are kept in the store of the master.')
  .optional()

const display_progress = arg
  .boolean('Report on the way. It is ignored: nothing is waited for.')
  .default(false)

const outputter = arg.string('The outputter that shows the result, unless ``--out`` names one.').optional()

const glob = arg.string('A glob.')

/** `jobs`: what was asked of minions, what they returned, and what still runs. */
export default defineModule({
  name: 'jobs',
  doc: 'Shows what was asked of minions, what they returned, and what still runs.',
  functions: {
    active: masterFn({
      doc: 'Return the jobs that minions are working on now, by job id, with the minions that run each and those that have returned. No minion is asked: the master knows.',
      examples: ['salt-run jobs.active'],
      args: { display_progress },
      run: (ctx) => activeJobs(jobsOf(ctx)),
    }),
    lookup_jid: masterFn({
      doc: 'Return what the minions returned to a job, by minion. A job nobody returned to, or that does not exist, gives an empty map.',
      examples: [
        'salt-run jobs.lookup_jid 20260101120000000000',
        'salt-run jobs.lookup_jid 20260101120000000000 missing=True --out=json',
      ],
      args: {
        jid,
        ext_source,
        returned: arg.boolean('Include the minions that did return.').default(true),
        missing: arg.boolean('Include the minions that did not return, and say so.').default(false),
        display_progress,
      },
      run: (ctx, { jid, ...wanted }) => lookUp(store(ctx, wanted.ext_source), parseJid(jid), wanted),
    }),
    list_job: masterFn({
      doc: 'Return one job: what was asked of whom, and what each minion returned.',
      examples: ['salt-run jobs.list_job 20260101120000000000'],
      args: { jid, ext_source, display_progress },
      run: async (ctx, { jid, ext_source }) => ({
        jid,
        ...(await oneJob(store(ctx, ext_source), parseJid(jid))),
      }),
    }),
    print_job: masterFn({
      doc: 'Return one job below its job id: what was asked of whom, and what each minion returned.',
      examples: ['salt-run jobs.print_job 20260101120000000000'],
      args: { jid, ext_source },
      run: async (ctx, { jid, ext_source }) => ({
        [jid]: await oneJob(store(ctx, ext_source), parseJid(jid)),
      }),
    }),
    exit_success: masterFn({
      doc: 'Return for each minion of a job whether it returned, with success: a return code of 0.',
      examples: ['salt-run jobs.exit_success 20260101120000000000'],
      args: { jid, ext_source },
      run: (ctx, { jid, ext_source }) => successes(store(ctx, ext_source), parseJid(jid)),
    }),
    list_jobs: masterFn({
      doc: 'Return the jobs the master remembers, oldest first, by job id. With several filters a job has to pass each.',
      examples: [
        'salt-run jobs.list_jobs',
        "salt-run jobs.list_jobs search_function='test.*,pkg.install' search_target='web*'",
        "salt-run jobs.list_jobs start_time='2026, Jan 16 19:00' end_time='2026-01-18 22:00'",
      ],
      args: {
        ext_source,
        outputter,
        search_metadata: arg.map('Only jobs whose metadata have one of these values.').optional(),
        search_function: arg.list('Only jobs of these functions; globs, ``a,b`` or a list.', glob).optional(),
        search_target: arg
          .list('Only jobs of these targets as written; globs, ``a,b`` or a list.', glob)
          .optional(),
        start_time: arg.string('Only jobs started then or later; UTC.').optional(),
        end_time: arg.string('Only jobs started then or earlier; UTC.').optional(),
        display_progress,
        count: arg.integer('Only the newest so many.').optional(),
      },
      run: async (ctx, args) => {
        const jobs = await findJobs(store(ctx, args.ext_source), searchOf(args), args.count)
        return withOutputter(args.outputter, Object.fromEntries(jobs.map((job) => [job.jid, jobEntry(job)])))
      },
    }),
    list_jobs_filter: masterFn({
      doc: 'Return the newest jobs as a list, oldest first, each with its job id as ``JID``.',
      examples: [
        'salt-run jobs.list_jobs_filter 50',
        'salt-run jobs.list_jobs_filter 100 filter_find_job=False',
      ],
      args: {
        count: arg.integer('How many jobs.'),
        filter_find_job: arg.boolean('Leave out ``saltutil.find_job``.').default(true),
        ext_source,
        outputter,
        display_progress,
      },
      run: async (ctx, args) => {
        const search = args.filter_find_job ? { without: 'saltutil.find_job' } : {}
        const jobs = await findJobs(store(ctx, args.ext_source), search, args.count)
        return withOutputter(
          args.outputter,
          jobs.map((job) => ({ ...jobEntry(job), JID: job.jid })),
        )
      },
    }),
    stop_batch: masterFn({
      doc: 'Keep a batch from going on to further minions; those that run the job already go on. ``False`` when no such batch is under way. Not a function of Salt, where a batch ends with the program that began it.',
      examples: ['salt-run jobs.stop_batch 20260101120000000000'],
      args: { jid },
      run: (ctx, { jid }) => jobsOf(ctx).stopBatch(parseJid(jid), 'by jobs.stop_batch'),
    }),
    runs: masterFn({
      doc: 'Return the runners that run now, by job id: function, user and the process id of each. Not a function of Salt, where a runner runs in the program that called it.',
      examples: ['salt-run jobs.runs'],
      run: async (ctx) => {
        const runs = await jobsOf(ctx).runs()
        return Object.fromEntries(runs.map(({ jid, ...run }) => [jid, run]))
      },
    }),
    stop_run: masterFn({
      doc: 'End a runner: what it waits for is aborted, and after a moment its process is killed. ``False`` when it does not run. Not a function of Salt.',
      examples: ['salt-run jobs.stop_run 20260101120000000000'],
      args: { jid },
      run: (ctx, { jid }) => jobsOf(ctx).stopRun(parseJid(jid), 'by jobs.stop_run'),
    }),
    last_run: masterFn({
      doc: 'Return the newest job that passes the filters, as ``jobs.print_job`` does, or ``False`` if no job does.',
      examples: [
        'salt-run jobs.last_run',
        "salt-run jobs.last_run function='cmd.run' target=web1",
        "salt-run jobs.last_run metadata='{foo: bar}'",
      ],
      args: {
        ext_source,
        outputter,
        metadata: arg.map('Only jobs whose metadata have one of these values.').optional(),
        function: arg.list('Only jobs of these functions; globs, ``a,b`` or a list.', glob).optional(),
        target: arg.list('Only jobs of these targets as written; globs, ``a,b`` or a list.', glob).optional(),
        display_progress,
      },
      run: async (ctx, { metadata, function: functions, target: targets, ...args }) => {
        const jobs = store(ctx, args.ext_source)
        const [last] = await findJobs(jobs, { metadata, functions, targets }, 1)
        return (
          last !== undefined && withOutputter(args.outputter, { [last.jid]: await oneJob(jobs, last.jid) })
        )
      },
    }),
  },
})

/** The store of jobs; another one that was asked for is not served, which the log tells. */
function store(ctx: MasterContext, extSource: string | undefined): JobsContext {
  if (extSource !== undefined)
    ctx.log.info('ext_source ignored: jobs are in the store of the master', { extSource })
  return jobsOf(ctx)
}

function jobsOf({ jobs }: MasterContext): JobsContext {
  if (jobs !== undefined) return jobs
  throw new SaltError('MASTER_UNREACHABLE', 'jobs are known to a running master only')
}

async function oneJob(jobs: JobsContext, jid: Jid): Promise<ReturnType<typeof jobWithResult>> {
  return jobWithResult(jid, await jobs.load(jid), await jobs.returns(jid))
}

async function successes(jobs: JobsContext, jid: Jid): Promise<Readonly<Record<string, boolean>>> {
  const job = await jobs.load(jid)
  const expected = (job?.minions ?? []).map((id): [string, boolean] => [id, false])
  const returns = await jobs.returns(jid)
  const returned = returns.map(({ id, success }): [string, boolean] => [id, success])
  return Object.fromEntries([...expected, ...returned])
}

interface ListFilters {
  readonly search_metadata: JobSearch['metadata']
  readonly search_function: JobSearch['functions']
  readonly search_target: JobSearch['targets']
  readonly start_time: string | undefined
  readonly end_time: string | undefined
}

function searchOf(filters: ListFilters): JobSearch {
  return {
    metadata: filters.search_metadata,
    functions: filters.search_function,
    targets: filters.search_target,
    startTime: filters.start_time,
    endTime: filters.end_time,
  }
}
