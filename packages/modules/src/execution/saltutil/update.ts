// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path'
import { frozenRelease, isSaltError, messageOf, type WebOptions } from '@halite/core'
import { arg, type ExecContext, failed, fn } from '@halite/loader'
import {
  compareVersions,
  FrozenApp,
  isVersion,
  Layout,
  LocalDirectory,
  longestTrialMs,
  SignedRepository,
  setNote,
  type VersionFinder,
  WebAccess,
  WebDirectory,
} from '@halite/updater'

/** What an update returns: Salt's maps. */
type UpdateResult = Readonly<Record<string, unknown>>

/** The service of the minion, which starts itself again. */
const ownService = 'salt-minion'
const eventTimeoutMs = 5000
/** How many starts a new version may take until it is healthy. */
const mostStarts = 3

const nothingNew = 'No updates available'
const notFrozen = 'Minion is not running an Esky build'

/** The arguments of `saltutil.update`. */
export interface UpdateArguments {
  readonly version: string | undefined
  readonly allow_downgrade: boolean
}

/** `saltutil.update`. */
export const updateFunctions = {
  update: fn({
    doc: 'Update the minion to a newer release, by default the newest at ``update_url``. The release is verified, starts on trial, and has to reach a master within ``update_health_timeout``; else the one before it starts again. The answer comes from the release that runs in the end.',
    examples: ["salt '*' saltutil.update", "salt -b 10% '*' saltutil.update 3007.1"],
    args: {
      version: arg.string('The version; also one that failed here before.').optional(),
      allow_downgrade: arg.boolean('Let the version be older than the one that runs.').default(false),
    },
    run: async (ctx, args) => truthful(await update(ctx, args)),
  }),
}

/** Salt returns what failed with retcode 0. That there is nothing newer is no failure. */
function truthful(result: UpdateResult): unknown {
  return typeof result['_error'] === 'string' && result['_error'] !== nothingNew ? failed(result, 1) : result
}

async function update(ctx: ExecContext, args: UpdateArguments): Promise<UpdateResult> {
  const release = frozenRelease()
  if (release !== undefined) return updateIn(release.root, ctx, args)
  return refusal(notFrozen, 'This minion runs from sources: update the clone with git, and build it.')
}

/** Updates the frozen release in the directory `root`; returns Salt's map. */
export async function updateIn(root: string, ctx: ExecContext, args: UpdateArguments): Promise<UpdateResult> {
  if (new Layout(root).isPackaged)
    return refusal(notFrozen, 'This minion was installed by a package manager: update its package.')
  const { update_url: url } = ctx.options
  if (typeof url !== 'string' || url === '') return refusal('"update_url" not configured on this minion')
  const finder = finderFor(ctx, { url, root })
  if (!finder.isSigned)
    ctx.log.warning('the update comes from a source that is not signed', { source: finder.name })
  const app = new FrozenApp({ root, finder, log: ctx.log })
  const version = await chosenVersion(app, args)
  return typeof version === 'string' ? install(ctx, app, version) : version
}

function finderFor({ options }: ExecContext, { url, root }: { url: string; root: string }): VersionFinder {
  const web = options as unknown as WebOptions
  if (options['update_verify'] === false) {
    // Nothing else says who answers.
    const settings = { access: new WebAccess({ ...web, verify_ssl: true }) }
    return /^https?:/.test(url)
      ? new WebDirectory(url, settings)
      : new LocalDirectory(url.replace(/^file:\/\//, ''))
  }
  const named = options['update_trust_root']
  const trusted = typeof named === 'string' && named !== '' ? named : join(root, 'trust', 'root.json')
  const trust = { root: trusted, directory: join(root, 'trust', 'metadata') }
  return new SignedRepository({ url, trust, settings: { access: new WebAccess(web) } })
}

async function chosenVersion(app: FrozenApp, args: UpdateArguments): Promise<string | UpdateResult> {
  const { version } = args
  if (version === undefined) {
    try {
      return (await app.findUpdate()) ?? refusal(nothingNew)
    } catch (error) {
      const what = isSaltError(error, 'UPDATE_UNREACHABLE') ? 'connect to' : 'use'
      return refusal(`Could not ${what} update_url. Error: ${messageOf(error)}`, hintOf(error))
    }
  }
  if (!isVersion(version)) return refusal(`Unable to fetch version ${version}. Error: it is not a version`)
  const order = compareVersions(version, app.version)
  if (order === 0) return refusal(nothingNew, `The minion runs version ${app.version} already.`)
  if (order < 0 && !args.allow_downgrade)
    return refusal(
      nothingNew,
      `Version ${version} is older than ${app.version}: allow_downgrade=True installs it.`,
    )
  return version
}

async function install(ctx: ExecContext, app: FrozenApp, version: string): Promise<UpdateResult> {
  const before = app.version
  const result: UpdateResult = {
    comment: `Updated from ${before} to ${version}`,
    ...(app.finder?.isSigned === false ? { source: app.finder.name } : {}),
  }
  try {
    await app.fetchVersion(version, { signal: ctx.signal })
  } catch (error) {
    return refusal(`Unable to fetch version ${version}. Error: ${messageOf(error)}`, hintOf(error))
  }
  const jid = ctx.job?.jid
  const limits = {
    maxAttempts: mostStarts,
    deadlineMs: Number(ctx.options['update_health_timeout'] ?? 60) * 1000,
  }
  try {
    const needs = ctx.daemon === undefined ? 'start' : 'master'
    await app.installVersion(version, { needs, ...limits, note: { jid, result } })
  } catch (error) {
    return refusal(`Unable to install version ${version}. Error: ${messageOf(error)}`, hintOf(error))
  }
  // The master waits that long for the answer.
  const within = Math.ceil(longestTrialMs(limits) / 1000)
  await ctx.masters?.fireEvent('update/start', { version, from: before, jid, within }, eventTimeoutMs)
  return restart(ctx, app, { ...result, ...(await cleanUp(app)) })
}

async function cleanUp(app: FrozenApp): Promise<UpdateResult> {
  try {
    await app.cleanup()
    return {}
  } catch (error) {
    return refusal(`Unable to cleanup. Error: ${messageOf(error)}`)
  }
}

/** The minion itself last: its next process answers, with what is noted here. */
async function restart(ctx: ExecContext, app: FrozenApp, result: UpdateResult): Promise<UpdateResult> {
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

/** What to do about it. */
function hintOf(error: unknown): string | undefined {
  return isSaltError(error) ? error.hint : undefined
}

/** Salt's key, and the value by which a return counts as failed. */
function refusal(error: string, comment?: string): UpdateResult {
  return { _error: error, ...(comment === undefined ? {} : { comment }) }
}
