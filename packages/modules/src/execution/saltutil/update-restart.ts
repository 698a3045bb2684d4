// SPDX-License-Identifier: Apache-2.0
import { messageOf } from '@halite/core'
import type { ExecContext } from '@halite/loader'
import { type FrozenApp, setNote } from '@halite/updater'

/** What an update returns: Salt's maps. */
export type UpdateResult = Readonly<Record<string, unknown>>

/** The service of the minion, which starts itself again. */
const ownService = 'salt-minion'

/**
 * Restarts what an update concerns: services first, the minion itself last, as its next process answers the job, with what is
 * noted here. Resolves to `result` with what was restarted.
 */
export async function restartFor(
  ctx: ExecContext,
  app: FrozenApp,
  result: UpdateResult,
): Promise<UpdateResult> {
  const names = [ctx.options['update_restart_services'] ?? []].flat().map(String)
  const others = names.filter((name) => name !== ownService)
  const restarted: Record<string, unknown> = {}
  for (const name of others) restarted[name] = await restartService(ctx, name)
  const jid = ctx.job?.jid
  const isOurs = jid !== undefined && ctx.daemon !== undefined && process.env['HALITE_LAUNCHER'] !== undefined
  if (isOurs) {
    setNote(app.layout, { jid, result: { ...result, restarted: { ...restarted, [ownService]: true } } })
    if (await ctx.daemon?.restart(jid)) return { ...result, restarted }
  }
  if (names.includes(ownService)) restarted[ownService] = await restartService(ctx, ownService)
  if (restarted[ownService] !== true)
    ctx.log.warning('the minion was not restarted: the new version starts, on trial, with its next start')
  return { ...result, restarted }
}

async function restartService(ctx: ExecContext, name: string): Promise<unknown> {
  try {
    return await ctx.call('service.restart', [name])
  } catch (error) {
    ctx.log.warning('a service was not restarted', { service: name, reason: messageOf(error) })
    return false
  }
}
