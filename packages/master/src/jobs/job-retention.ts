// SPDX-License-Identifier: Apache-2.0
import { jidAt, schema } from '@halite/core'
import type { Database, RootDatabase } from 'lmdb'

/** What the store consists of. */
export interface JobTables {
  readonly root: RootDatabase<Buffer, string>
  /** Jid → what was asked. */
  readonly jobs: Database<Buffer, string>
  /** Jid → of whom, and who of a batch did not return. Apart, so that jobs are listed without it. */
  readonly targets: Database<Buffer, string>
  /** Jid and minion → what it returned. */
  readonly returns: Database<Buffer, [string, string]>
}

/** What may stay in the store. */
export interface Retention {
  /** Jobs made before it are dropped, with their returns; undefined keeps all. */
  readonly sinceWallMs: number | undefined
  /** While jobs and returns take more, the oldest jobs are dropped; undefined for no limit. */
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

/** Bytes that jobs and returns take. The file may be larger: pages that became free are used again. */
export function bytesOf({ jobs, targets, returns }: JobTables): number {
  return [jobs, targets, returns].map(pagesOf).reduce((sum, bytes) => sum + bytes, 0)
}

/**
 * Drops what may not stay, oldest jobs first, each with all its returns; resolves to how many jobs. Works in slices with a
 * commit after each, so that the loop is never held for more than a few milliseconds.
 */
export async function retain(tables: JobTables, { sinceWallMs, maxBytes }: Retention): Promise<number> {
  let dropped = 0
  if (sinceWallMs !== undefined)
    dropped += await dropBelow(tables, jidAt(BigInt(Math.trunc(sinceWallMs)) * 1000n))
  if (maxBytes === undefined) return dropped
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
  for (const key of slice.returns) void tables.returns.remove(key)
  for (const key of slice.jobs) {
    void tables.jobs.remove(key)
    void tables.targets.remove(key)
  }
  await tables.root.committed
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

function pagesOf(database: { getStats(): unknown }): number {
  const stats = schema.anyMap(database.getStats(), 'statistics')
  const count = (name: string) => Number(stats[name] ?? 0)
  const pages = count('treeBranchPageCount') + count('treeLeafPageCount') + count('overflowPages')
  return pages * count('pageSize')
}
