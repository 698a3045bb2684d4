// SPDX-License-Identifier: Apache-2.0
import type { StateContext, StateReturn } from '@halite/loader'
import {
  type Asked,
  changesIn,
  failureOf,
  installedNow,
  keywordsOf,
  normalizedDesired,
  reasonIn,
  unchanged,
} from './packages.ts'
import { fulfils } from './versions.ts'

interface RemovedArguments extends Asked {
  readonly action: 'remove' | 'purge'
  readonly ignore_epoch?: boolean | undefined
}

type Desired = ReadonlyMap<string, string | undefined>

/** `pkg.removed` and `pkg.purged`. */
export async function removed(ctx: StateContext, args: RemovedArguments): Promise<StateReturn> {
  const { action } = args
  const keywords = keywordsOf(ctx, args)
  const desired = await normalizedDesired(ctx, args)
  const targets = await targetsIn(ctx, desired, args)
  if (targets.length === 0) return unchanged(true, await allGone(ctx, desired, args))
  if (ctx.state.test) {
    const changes = Object.fromEntries(targets.map((name) => [name, { new: `${action}d`, old: '' }]))
    const comment = `The following packages will be ${action}d: ${targets.join(', ')}.`
    return { changes, result: null, comment }
  }
  let returned: unknown
  try {
    const pkgs = targets.map((name) => {
      const version = desired.get(name)
      return version === undefined ? name : { [name]: version }
    })
    returned = await ctx.call(`pkg.${action}`, { ...keywords, pkgs })
  } catch (error) {
    return failureOf(error, action === 'remove' ? 'removing' : 'purging')
  }
  const left = await targetsIn(ctx, desired, args)
  const failed = targets.filter((name) => left.includes(name))
  const changes = action === 'purge' && ctx.platform !== 'win32' ? purgedIn(returned) : changesIn(returned)
  if (failed.length > 0) {
    const reasons = failed.map((name) => `${name}: ${reasonIn(returned, name)}`)
    const comment = `The following packages failed to ${action}: ${failed.join(', ')}.`
    return { changes, result: false, comment: [comment, ...reasons].join('\n') }
  }
  return { changes, result: true, comment: allDone(action, targets, desired) }
}

/** Those that are there, sorted; to purge one it is enough that its configuration is. */
async function targetsIn(ctx: StateContext, desired: Desired, args: RemovedArguments): Promise<string[]> {
  const keywords = keywordsOf(ctx, args)
  const installed = await installedNow(ctx, keywords)
  const isLeftToo = args.action === 'purge' && ctx.platform !== 'win32'
  const left = isLeftToo ? await installedNow(ctx, { ...keywords, removed: true }) : new Map()
  const targets: string[] = []
  for (const [name, version] of desired) {
    const wish = { version, ignoresEpoch: args.ignore_epoch }
    // No installed version is called `latest`.
    if (version === 'latest') continue
    if (left.has(name) || (await fulfils(ctx, installed.get(name) ?? [], wish))) targets.push(name)
  }
  return targets.sort()
}

/** What `pkg.purge` returns tells of packages and of configuration apart. */
function purgedIn(returned: unknown): StateReturn['changes'] {
  return typeof returned === 'object' && returned !== null ? (returned as StateReturn['changes']) : {}
}

async function allGone(ctx: StateContext, desired: Desired, args: RemovedArguments): Promise<string> {
  if (args.action === 'purge') return 'None of the targeted packages are installed or partially installed'
  const installed = await installedNow(ctx, keywordsOf(ctx, args))
  const hasVersions = [...desired].some(([name, version]) => version !== undefined && installed.has(name))
  return `All specified packages${hasVersions ? ' (matching specified versions)' : ''} are already absent`
}

function allDone(action: string, targets: readonly string[], desired: Desired): string {
  const others = [...desired.keys()].filter((name) => !targets.includes(name)).sort()
  if (others.length === 0) return `All targeted packages were ${action}d.`
  return `The following packages were not installed: ${others.join(', ')} The following packages were ${action}d: ${targets.join(', ')}.`
}
