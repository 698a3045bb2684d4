// SPDX-License-Identifier: Apache-2.0
import { isInteger, isJid, isMap, type MinionId, valueAt } from '@halite/core'
import type { JobTracker } from '../jobs/job-tracker.ts'

/** Whatever a minion says, nobody waits longer for it. */
const mostSeconds = 3600

/**
 * A minion that restarts for an update (`update/start`) says with which job it goes on then, and how many seconds that may take:
 * meanwhile it counts as running the job. Of its own jobs alone.
 */
export function noteUpdate(
  tracker: JobTracker,
  id: MinionId,
  { tag, data }: { readonly tag: string; readonly data?: unknown },
): void {
  if (tag !== 'update/start' || !isMap(data)) return
  const jid = valueAt(data, 'jid')
  const seconds = valueAt(data, 'within')
  if (!isJid(jid) || !isInteger(seconds) || Number(seconds) <= 0) return
  tracker.leaves(jid, id, Math.min(Number(seconds), mostSeconds) * 1000)
}
