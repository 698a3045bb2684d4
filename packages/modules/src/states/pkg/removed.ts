// SPDX-License-Identifier: Apache-2.0
import { messageOf } from '@halite/core'
import type { StateContext, StateReturn } from '@halite/loader'
import {
  type Asked,
  changesIn,
  desiredOf,
  installedNow,
  keywordsOf,
  reasonIn,
  unchanged,
} from './packages.ts'

interface RemovedArguments extends Asked {
  readonly action: 'remove' | 'purge'
}

/** `pkg.removed` and `pkg.purged`. */
export async function removed(ctx: StateContext, args: RemovedArguments): Promise<StateReturn> {
  const { action } = args
  const keywords = keywordsOf(ctx, args)
  const desired = desiredOf(args)
  const current = await installedNow(ctx, keywords)
  const isThere = (name: string, versions: ReadonlyMap<string, readonly string[]>) => {
    const present = versions.get(name) ?? []
    const wanted = desired.get(name)
    return wanted === undefined ? present.length > 0 : present.includes(wanted)
  }
  const targets = [...desired.keys()].filter((name) => isThere(name, current)).sort()
  if (targets.length === 0) return unchanged(true, allGone(action, desired))
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
    const doing = action === 'remove' ? 'removing' : 'purging'
    return unchanged(false, `An error was encountered while ${doing} package(s): ${messageOf(error)}`)
  }
  const now = await installedNow(ctx, keywords)
  const failed = targets.filter((name) => isThere(name, now))
  const changes = changesIn(returned)
  if (failed.length > 0) {
    const reasons = failed.map((name) => `${name}: ${reasonIn(returned, name)}`)
    const comment = `The following packages failed to ${action}: ${failed.join(', ')}.`
    return { changes, result: false, comment: [comment, ...reasons].join('\n') }
  }
  return { changes, result: true, comment: allDone(action, targets, desired) }
}

function allGone(action: string, desired: ReadonlyMap<string, string | undefined>): string {
  if (action === 'purge') return 'None of the targeted packages are installed or partially installed'
  const hasVersions = [...desired.values()].some((version) => version !== undefined)
  return `All specified packages${hasVersions ? ' (matching specified versions)' : ''} are already absent`
}

function allDone(
  action: string,
  targets: readonly string[],
  desired: ReadonlyMap<string, string | undefined>,
): string {
  const others = [...desired.keys()].filter((name) => !targets.includes(name)).sort()
  if (others.length === 0) return `All targeted packages were ${action}d.`
  return `The following packages were not installed: ${others.join(', ')} The following packages were ${action}d: ${targets.join(', ')}.`
}
