// SPDX-License-Identifier: Apache-2.0
import { isMap, type Jid, jidStartTime, valueAt } from '@halite/core'
import { isKeywordMap, type ListedJob, plainWords, type StoredJob, type StoredReturn } from '@halite/loader'

/** A job by the names Salt's runners print. */
export interface JobEntry {
  readonly Function: unknown
  readonly Arguments: readonly unknown[]
  readonly Target: unknown
  readonly 'Target-type': string
  readonly User: string
  readonly Metadata?: unknown
  readonly Minions?: readonly string[]
  /** In UTC, from the jid: `2026, Nov 20 04:47:28.176538`. */
  readonly StartTime: string
}

/** A return as `jobs.print_job` shows it. */
export interface ReturnEntry {
  readonly return: unknown
  readonly retcode: number
  readonly success: boolean
  readonly out?: string
}

/** A job as `jobs.list_jobs` shows it: what was asked of whom, and nothing of what came back. */
export function jobEntry(job: ListedJob): JobEntry {
  return { ...askedOf(job), StartTime: jidStartTime(job.jid) }
}

/**
 * A job with the minions it was for and what they returned. One the master does not know has Salt's words for that:
 * `unknown-function`, `unknown-target`, and no result.
 */
export function jobWithResult(
  jid: Jid,
  job: StoredJob | undefined,
  returns: readonly StoredReturn[],
): JobEntry & { readonly Result: Readonly<Record<string, ReturnEntry>> } {
  return {
    ...(job === undefined ? unknownJob : { ...askedOf(job), Minions: [...job.minions].sort() }),
    StartTime: jidStartTime(jid),
    Result: Object.fromEntries(returns.map((ret) => [ret.id, returnEntry(ret)])),
  }
}

/** What was noted on a job, or else its keyword argument `metadata` if that is a map; undefined when there is nothing. */
export function metadataOf({ metadata, arg }: ListedJob): unknown {
  if (metadata !== undefined) return plainWords(metadata)
  const keyword = plainWords(valueAt(arg.find(isKeywordMap) ?? {}, 'metadata'))
  return isMap(keyword) ? keyword : undefined
}

const unknownJob: Omit<JobEntry, 'StartTime'> = {
  Function: 'unknown-function',
  Arguments: [],
  Target: 'unknown-target',
  'Target-type': 'list',
  User: 'root',
}

function askedOf(job: ListedJob): Omit<JobEntry, 'StartTime'> {
  const metadata = metadataOf(job)
  return {
    Function: job.fun,
    Arguments: job.arg.map(plainWords),
    Target: job.tgt,
    'Target-type': job.tgt_type,
    User: job.user,
    ...(metadata === undefined ? {} : { Metadata: metadata }),
  }
}

function returnEntry({ return: value, retcode, success, out }: StoredReturn): ReturnEntry {
  return { return: value, retcode, success, ...(out === undefined ? {} : { out }) }
}
