// SPDX-License-Identifier: Apache-2.0
import { isSaltError, messageOf } from '@halite/core'
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
    const result = isSaltError(error, 'FUNCTION_UNKNOWN')
      ? await restartDirectly(ctx, name)
      : messageOf(error)
    if (result === true) return true
    ctx.log.warning('a service was not restarted', { service: name, reason: result })
    return false
  }
}

/** Where there is no module `service`: by the service manager of this machine. Resolves to true, or to why not. */
async function restartDirectly(ctx: ExecContext, name: string): Promise<true | string> {
  // It becomes a word of a command, and the name of a file.
  if (!/^[A-Za-z0-9_][\w.@:-]*$/.test(name)) return 'that is not the name of a service'
  const argv = await restartCommand(name, ctx)
  if (argv === undefined) return 'no service manager was found'
  try {
    const { retcode, stderr } = await ctx.run(argv)
    return retcode === 0 ? true : `${argv.join(' ')}: exit code ${retcode}, ${String(stderr).trim()}`
  } catch (error) {
    return messageOf(error)
  }
}

/** The command by which the service manager of a machine restarts a service; undefined where none is found. */
export async function restartCommand(
  name: string,
  { platform, fs }: { readonly platform: string; readonly fs: Pick<ExecContext['fs'], 'exists'> },
): Promise<string[] | undefined> {
  if (platform === 'darwin') return ['launchctl', 'kickstart', '-k', `system/${name}`]
  if (platform === 'sunos') return ['svcadm', 'restart', name]
  if (platform !== 'linux') return undefined
  if (await fs.exists('/run/systemd/system')) return ['systemctl', 'restart', name]
  if (await fs.exists('/sbin/openrc-run')) return ['rc-service', name, 'restart']
  const script = `/etc/init.d/${name}`
  return (await fs.exists(script)) ? [script, 'restart'] : undefined
}
