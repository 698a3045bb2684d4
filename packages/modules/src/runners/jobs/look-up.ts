// SPDX-License-Identifier: Apache-2.0
import type { Jid } from '@halite/core'
import type { JobsContext, StoredJob, StoredReturn } from '@halite/loader'
import { withOutputter } from './with-outputter.ts'

/** `jobs.lookup_jid`. */
export async function lookUp(
  jobs: JobsContext,
  jid: Jid,
  wanted: { returned: boolean; missing: boolean },
): Promise<unknown> {
  const [job, returns] = await Promise.all([jobs.load(jid), jobs.returns(jid)])
  const shown = wanted.returned ? returns.map((ret): [string, unknown] => [ret.id, ret.return]) : []
  const absent = wanted.missing ? absentees(job, returns) : []
  const why = new Map(job?.batch?.missing?.map(({ id, reason }) => [id, reason]))
  const data = Object.fromEntries([...shown, ...absent.map((id) => [id, absenceText(why.get(id))] as const)])
  return withOutputter(
    returns.map(({ out }) => out).find((out) => out !== undefined && out !== 'nested'),
    data,
  )
}

/** The reason is known of a batch that is over. */
function absenceText(reason: string | undefined): string {
  return reason === undefined ? 'Minion did not return' : `Minion did not return: ${reason}`
}

function absentees(job: StoredJob | undefined, returns: readonly StoredReturn[]): readonly string[] {
  const returned = new Set(returns.map(({ id }) => id))
  return (job?.minions ?? []).filter((id) => !returned.has(id))
}
