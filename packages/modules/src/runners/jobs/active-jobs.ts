// SPDX-License-Identifier: Apache-2.0
import type { JobsContext } from '@halite/loader'
import { type JobEntry, jobEntry } from './job-entry.ts'

/** A job that minions are working on. */
export interface ActiveJob extends JobEntry {
  /** Id → pid, one map a minion. Process ids do not reach the master: null. */
  readonly Running: readonly Readonly<Record<string, null>>[]
  readonly Returned: readonly string[]
}

/** `jobs.active`. */
export async function activeJobs(jobs: JobsContext): Promise<Readonly<Record<string, ActiveJob>>> {
  const active = await jobs.active()
  const entries = active.map(({ job, running, returned }): [string, ActiveJob] => {
    const runners = [...running].sort().map((id) => ({ [id]: null }))
    return [job.jid, { ...jobEntry(job), Running: runners, Returned: [...returned].sort() }]
  })
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)))
}
