// SPDX-License-Identifier: Apache-2.0
import { entriesOf, isMap, messageOf, pythonStr } from '@halite/core'
import type { StateContext, StateReturn } from '@halite/loader'
import { type Asked, changesIn, failureOf, installedNow, keywordsOf, unchanged } from './packages.ts'

/** `pkg.uptodate`. */
export async function uptodate(
  ctx: StateContext,
  args: Asked & { readonly refresh: boolean },
): Promise<StateReturn> {
  const keywords = keywordsOf(ctx, args)
  let listed: unknown
  try {
    listed = await ctx.call('pkg.list_upgrades', { ...keywords, refresh: args.refresh })
  } catch (error) {
    return unchanged(false, messageOf(error))
  }
  const wanted = Array.isArray(args.pkgs) ? args.pkgs.map(pythonStr) : undefined
  const upgrades = isMap(listed)
    ? entriesOf(listed).map(([name, version]) => [pythonStr(name), pythonStr(version)] as const)
    : []
  const newer = upgrades.filter(([name]) => wanted?.includes(name) ?? true)
  if (newer.length === 0) return unchanged(true, 'System is already up-to-date')
  if (ctx.state.test) {
    const current = await installedNow(ctx, keywords)
    const changes = newer.map(([name, version]) => [
      name,
      { old: (current.get(name) ?? []).join(','), new: version },
    ])
    return { changes: Object.fromEntries(changes), result: null, comment: 'System update will be performed' }
  }
  try {
    const pkgs = wanted === undefined ? {} : { pkgs: wanted }
    const changes = changesIn(await ctx.call('pkg.upgrade', { ...keywords, ...pkgs, refresh: false }))
    const missing = newer.map(([name]) => name).filter((name) => changes[name] === undefined)
    if (missing.length === 0) return { changes, result: true, comment: 'Upgrade ran successfully' }
    const comment = `The following package(s) failed to update: ${missing.join(', ')}`
    return { changes, result: false, comment }
  } catch (error) {
    return failureOf(error, 'updating')
  }
}
