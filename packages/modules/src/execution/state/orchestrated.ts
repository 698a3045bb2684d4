// SPDX-License-Identifier: Apache-2.0
import { type DataMap, mapOf } from '@halite/core'
import type { ExecContext } from '@halite/loader'

/** An orchestration as it is returned: by the id of what ran it, and how it is shown and counts. */
export interface Orchestrated {
  readonly data: DataMap
  readonly outputter: 'highstate'
  readonly retcode: number
}

/** Runs a function of `state` as an orchestration. */
export async function orchestrated(
  ctx: ExecContext,
  fun: string,
  keywords: Readonly<Record<string, unknown>>,
): Promise<Orchestrated> {
  const { value, retcode } = await ctx.call.result<string>(fun, givenOf(keywords))
  return { data: mapOf([[ctx.id, value]]), outputter: 'highstate', retcode: retcode === 0 ? 0 : 1 }
}

/** The arguments that were given. */
export function givenOf(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined && value !== null),
  )
}
