// SPDX-License-Identifier: Apache-2.0
import { constants } from 'node:os'
import { SaltError } from '@halite/core'
import { arg, defineModule, type ExecContext, fn, type RunningJob } from '@halite/loader'
import { fnmatch } from '@halite/targeting'
import { keyFunctions } from './saltutil/keys.ts'
import { masterFunctions } from './saltutil/master.ts'
import { refreshFunctions } from './saltutil/refresh.ts'
import { syncFunctions } from './saltutil/sync.ts'
import { updateFunctions } from './saltutil/update.ts'

const jid = arg.string('The job id, as ``salt-run jobs.list_jobs`` prints it.')

/** `saltutil`: what a minion is doing, and how to stop it. */
export default defineModule({
  name: 'saltutil',
  doc: 'Shows and ends the jobs of a minion, refreshes what it knows of itself, brings it modules, and changes its keys.',
  functions: {
    running: fn({
      doc: 'Return the jobs that run on the minion, this one left out.',
      examples: ["salt '*' saltutil.running"],
      inline: true,
      run: (ctx) => otherJobs(ctx),
    }),
    is_running: fn({
      doc: 'Return the running jobs of a function.',
      examples: ["salt '*' saltutil.is_running state.highstate"],
      args: { fun: arg.string('The function, or a glob: ``state.*``.') },
      inline: true,
      run: async (ctx, { fun }) => (await otherJobs(ctx)).filter((job) => fnmatch(job.fun, fun)),
    }),
    find_job: fn({
      doc: 'Return the running job with a job id, or an empty map.',
      examples: ["salt '*' saltutil.find_job 20260101120000000000"],
      args: { jid },
      inline: true,
      run: async (ctx, args) => (await otherJobs(ctx)).find((job) => job.jid === args.jid) ?? {},
    }),
    signal_job: fn({
      doc: 'Send a signal to a running job and all its processes. Returns what was signalled, or an empty text when no such job runs.',
      examples: ["salt '*' saltutil.signal_job 20260101120000000000 15"],
      args: { jid, sig: arg.string('The signal, by number or name: ``15``, ``TERM`` or ``SIGTERM``.') },
      inline: true,
      run: (ctx, args) => signalJob(ctx, args.jid, signalNamed(args.sig)),
    }),
    term_job: fn({
      doc: 'Ask a running job to end (signal 15). Returns what was signalled, or an empty text when no such job runs.',
      examples: ["salt '*' saltutil.term_job 20260101120000000000"],
      args: { jid },
      inline: true,
      run: (ctx, args) => signalJob(ctx, args.jid, 'SIGTERM'),
    }),
    kill_job: fn({
      doc: 'End a running job and all its processes at once (signal 9). Returns what was signalled, or an empty text when no such job runs.',
      examples: ["salt '*' saltutil.kill_job 20260101120000000000"],
      args: { jid },
      inline: true,
      run: (ctx, args) => signalJob(ctx, args.jid, 'SIGKILL'),
    }),
    term_all_jobs: fn({
      doc: 'Ask all running jobs to end (signal 15), this one left out. Returns what was signalled.',
      examples: ["salt '*' saltutil.term_all_jobs"],
      inline: true,
      run: (ctx) => signalAll(ctx, 'SIGTERM'),
    }),
    kill_all_jobs: fn({
      doc: 'End all running jobs and their processes at once (signal 9), this one left out. Returns what was signalled.',
      examples: ["salt '*' saltutil.kill_all_jobs"],
      inline: true,
      run: (ctx) => signalAll(ctx, 'SIGKILL'),
    }),
    ...refreshFunctions,
    ...syncFunctions,
    ...keyFunctions,
    ...masterFunctions,
    ...updateFunctions,
  },
})

/** Without a daemon there is no other job. */
async function otherJobs({ daemon, job }: ExecContext): Promise<readonly RunningJob[]> {
  const jobs = (await daemon?.runningJobs()) ?? []
  return jobs.filter((running) => running.jid !== job?.jid)
}

async function signalAll(ctx: ExecContext, signal: NodeJS.Signals): Promise<string[]> {
  const jobs = await otherJobs(ctx)
  return Promise.all(jobs.map((job) => signalJob(ctx, job.jid, signal)))
}

async function signalJob(ctx: ExecContext, jobId: string, signal: NodeJS.Signals): Promise<string> {
  return (await ctx.daemon?.signalJob(jobId, signal)) ?? ''
}

function signalNamed(text: string): NodeJS.Signals {
  const wanted = text.toUpperCase()
  const found = Object.entries(constants.signals).find(
    ([name, number]) => name === wanted || name === `SIG${wanted}` || String(number) === wanted,
  )
  // The keys of this table are the signals.
  if (found !== undefined) return found[0] as NodeJS.Signals
  throw new SaltError('ARGUMENTS_INVALID', `signal '${text}' does not exist here`)
}
