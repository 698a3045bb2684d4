// SPDX-License-Identifier: Apache-2.0
import { schema } from '@halite/core'
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

/** Bytes that jobs and returns take. The file may be larger: pages that became free are used again. */
export function bytesOf({ jobs, targets, returns }: JobTables): number {
  return [jobs, targets, returns].map(pagesOf).reduce((sum, bytes) => sum + bytes, 0)
}

function pagesOf(database: { getStats(): unknown }): number {
  const stats = schema.anyMap(database.getStats(), 'statistics')
  const count = (name: string) => Number(stats[name] ?? 0)
  const pages = count('treeBranchPageCount') + count('treeLeafPageCount') + count('overflowPages')
  return pages * count('pageSize')
}
