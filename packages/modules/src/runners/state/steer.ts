// SPDX-License-Identifier: Apache-2.0
import type { MasterContext } from '@halite/loader'

/** What is asked of an orchestration that runs. */
export interface Steering {
  readonly jid: string
  readonly state_id?: string | undefined
  readonly duration?: number
}

/** Asks it of an orchestration, at its next state or before one id. */
export async function steerRun(
  ctx: MasterContext,
  action: 'pause' | 'resume' | 'soft_kill',
  { state_id: id, ...wish }: Steering,
): Promise<null> {
  const minion = await ctx.asMinion({ fun: `state.${action}` })
  const keywords: Readonly<Record<string, unknown>> = {
    ...wish,
    ...(id === undefined ? {} : { state_id: id }),
  }
  await minion.call<string>(`state.${action}`, keywords)
  return null
}
