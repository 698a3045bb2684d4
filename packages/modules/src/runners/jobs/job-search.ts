// SPDX-License-Identifier: Apache-2.0
import { setImmediate as nextTurn } from 'node:timers/promises'
import { equal, hasKey, isMap, valueAt } from '@halite/core'
import type { JobsContext, ListedJob } from '@halite/loader'
import { compileGlob } from '@halite/targeting'
import { metadataOf } from './job-entry.ts'
import { jidOfMoment } from './moment.ts'

/** What a job has to be like to be found; what is left out or empty does not matter. */
export interface JobSearch {
  /** At least one of these keys has this value in the job's metadata. */
  readonly metadata?: Readonly<Record<string, unknown>> | undefined
  /** Globs: its function, or one of its functions, matches one of them. */
  readonly functions?: readonly string[] | undefined
  /** Globs: its target as written, or an entry of its list, matches one of them. */
  readonly targets?: readonly string[] | undefined
  /** Started then or later, as a person writes a moment. */
  readonly startTime?: string | undefined
  /** Started then or earlier. */
  readonly endTime?: string | undefined
  /** Its function is another one. */
  readonly without?: string | undefined
}

/** After so many jobs others get their turn: a master with a million jobs goes on publishing while it lists them. */
const jobsPerTurn = 500

/**
 * The newest `count` jobs (default all) that a search finds, oldest first. Reads no returns, and no job older than it
 * has to. Rejects with `ARGUMENTS_INVALID` when a moment cannot be read.
 */
export async function findJobs(
  jobs: JobsContext,
  search: JobSearch,
  count = Number.POSITIVE_INFINITY,
): Promise<ListedJob[]> {
  const isWanted = compileSearch(search)
  const from = search.startTime === undefined ? undefined : jidOfMoment(search.startTime)
  const to = search.endTime === undefined ? undefined : jidOfMoment(search.endTime)
  const found: ListedJob[] = []
  let read = 0
  if (count <= 0) return found
  for await (const job of jobs.list({ from, to, newestFirst: true })) {
    if (isWanted(job)) found.push(job)
    if (found.length >= count) break
    read += 1
    if (read % jobsPerTurn === 0) await nextTurn()
  }
  return found.reverse()
}

function compileSearch({ metadata, functions, targets, without }: JobSearch): (job: ListedJob) => boolean {
  const isFunction = anyGlob(functions)
  const isTarget = anyGlob(targets)
  const wanted = Object.entries(metadata ?? {})
  return (job) => {
    if (job.fun === without) return false
    if (!isFunction(job.fun) || !isTarget(job.tgt)) return false
    return wanted.length === 0 || hasAny(metadataOf(job), wanted)
  }
}

function anyGlob(globs: readonly string[] | undefined): (value: unknown) => boolean {
  if (globs === undefined || globs.length === 0) return () => true
  const compiled = globs.map(compileGlob)
  const isOne = (text: unknown) => typeof text === 'string' && compiled.some((matches) => matches(text))
  return (value) => (Array.isArray(value) ? value.some(isOne) : isOne(value))
}

function hasAny(metadata: unknown, wanted: readonly (readonly [string, unknown])[]): boolean {
  if (!isMap(metadata)) return false
  return wanted.some(([key, value]) => hasKey(metadata, key) && equal(valueAt(metadata, key), value))
}
