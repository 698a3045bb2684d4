// SPDX-License-Identifier: Apache-2.0
import { frozenRelease, isRecord, isSaltError, messageOf } from '@halite/core'
import { arg, type ExecContext, failed, fn } from '@halite/loader'
import {
  compareVersions,
  FrozenApp,
  isVersion,
  Layout,
  longestTrialMs,
  parseReleaseName,
  readTrial,
} from '@halite/updater'
import { restartFor, type UpdateResult } from './update-restart.ts'
import { updateSource } from './update-source.ts'

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
  const finder = updateSource(ctx.options, { url, root })
  if (!finder.isSigned)
    ctx.log.warning('the update comes from a source that is not signed', { source: finder.name })
  const app = new FrozenApp({ root, finder, log: ctx.log })
  try {
    // From the choice to the restart: what one update has begun is not for another to change.
    return await app.locked(async () => (await underWay(ctx, app)) ?? updateWith(ctx, app, args))
  } catch (error) {
    const what =
      args.version === undefined ? 'Could not use update_url' : `Unable to fetch version ${args.version}`
    return refusal(`${what}. Error: ${messageOf(error)}`, hintOf(error))
  }
}

/**
 * Refuses while another update is about to restart this minion, or its version is on trial: that is decided within minutes.
 * A version that nothing is going to start, as its job was ended, is left.
 */
async function underWay(ctx: ExecContext, app: FrozenApp): Promise<UpdateResult | undefined> {
  const trial = readTrial(app.layout)
  if (trial === undefined || trial.needs !== 'master') return undefined
  const version = parseReleaseName(trial.version)?.version ?? trial.version
  const jid = isRecord(trial.note) ? trial.note['jid'] : undefined
  const jobs = jid === undefined ? [] : await ctx.daemon?.runningJobs()
  if (trial.attempts > 0 || jobs?.some((job) => job.jid === jid))
    return refusal(
      `Another update is under way: version ${version} is on trial`,
      'Try again when it is confirmed, or rolled back.',
    )
  await app.leaveTrial('its update ended before the minion was restarted')
  return undefined
}

async function updateWith(ctx: ExecContext, app: FrozenApp, args: UpdateArguments): Promise<UpdateResult> {
  const version = await chosenVersion(app, args)
  return typeof version === 'string' ? install(ctx, app, version) : version
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
  return restartFor(ctx, app, { ...result, ...(await cleanUp(app)) })
}

async function cleanUp(app: FrozenApp): Promise<UpdateResult> {
  try {
    await app.cleanup()
    return {}
  } catch (error) {
    return refusal(`Unable to cleanup. Error: ${messageOf(error)}`)
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
