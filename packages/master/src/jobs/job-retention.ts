// SPDX-License-Identifier: Apache-2.0
import { jidAt } from '@halite/core'
import { failureOf } from './commits.ts'
import { dropLargestShares } from './job-shares.ts'
import { bytesOf, type JobTables } from './job-tables.ts'

/** What may stay in the store. */
export interface Retention {
  /** Jobs made before it are dropped, with their returns; undefined keeps all. */
  readonly sinceWallMs: number | undefined
  /** While jobs and returns take more, returns of minions that take far more than others are dropped, then the oldest jobs. */
  readonly maxBytes: number | undefined
}

/** What is removed in one go. */
interface Slice {
  readonly jobs: readonly string[]
  readonly returns: readonly [string, string][]
  /** A job of which only some returns are in the slice, perhaps. */
  readonly begun: string | undefined
}

/** Keys that are removed in one go: about a millisecond of work. */
const sliceKeys = 200
/** Sorts behind every jid. */
const afterJids = '~'

/** Once the limit is passed, so much less is kept: what is read for it is read rarely. */
const keptShare = 0.9

/**
 * Drops what may not stay: jobs that are too old; beyond the limit of size what minions returned far more of than others,
 * then the oldest jobs, each with all its returns. Resolves to how many jobs; rejects with `STORE_FAILED`. Works in slices
 * with a commit after each, so that the loop is never held for more than a few milliseconds.
 */
export async function retain(tables: JobTables, retention: Retention): Promise<number> {
  try {
    return await drop(tables, retention)
  } catch (thrown) {
    throw await failureOf(thrown)
  }
}

async function drop(tables: JobTables, { sinceWallMs, maxBytes }: Retention): Promise<number> {
  let dropped = 0
  if (sinceWallMs !== undefined)
    dropped += await dropBelow(tables, jidAt(BigInt(Math.trunc(sinceWallMs)) * 1000n))
  if (maxBytes === undefined) return dropped
  // More may come meanwhile, of the same minions above all.
  while (bytesOf(tables) > maxBytes) {
    const { jobs, returns } = await dropLargestShares(tables, maxBytes * keptShare)
    dropped += jobs
    if (returns === 0) break
  }
  return dropped + (await dropOldest(tables, maxBytes))
}

async function dropOldest(tables: JobTables, maxBytes: number): Promise<number> {
  let dropped = 0
  let slice: Slice | undefined
  while (bytesOf(tables) > maxBytes) {
    slice = await dropSlice(tables, afterJids)
    dropped += slice.jobs.length
    if (slice.returns.length + slice.jobs.length === 0) break
  }
  // No job stays with a part of its returns.
  return slice?.begun === undefined ? dropped : dropped + (await dropBelow(tables, `${slice.begun}\0`))
}

async function dropBelow(tables: JobTables, end: string): Promise<number> {
  let dropped = 0
  for (;;) {
    const { jobs, returns } = await dropSlice(tables, end)
    dropped += jobs.length
    if (jobs.length + returns.length === 0) return dropped
  }
}

async function dropSlice(tables: JobTables, end: string): Promise<Slice> {
  const slice = oldest(tables, end)
  await Promise.all([
    ...slice.returns.map((key) => tables.returns.remove(key)),
    ...slice.jobs.flatMap((key) => [tables.jobs.remove(key), tables.targets.remove(key)]),
  ])
  return slice
}

/** The oldest keys below `end`: returns, also those whose job is gone, and jobs that have no returns beyond these. */
function oldest(tables: JobTables, end: string): Slice {
  const jobs = [...tables.jobs.getKeys({ end, limit: sliceKeys })]
  const last = jobs.length < sliceKeys ? undefined : jobs.at(-1)
  const upTo: [string, string] = [last === undefined ? end : `${last}\0`, '']
  const returns = [...tables.returns.getKeys({ end: upTo, limit: sliceKeys })]
  if (returns.length < sliceKeys) return { jobs, returns, begun: undefined }
  const begun = returns.at(-1)?.[0] ?? end
  return { jobs: jobs.filter((jid) => jid < begun), returns, begun }
}
