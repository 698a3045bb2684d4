// SPDX-License-Identifier: Apache-2.0
import { isMap, pythonStr, valueAt } from '@halite/core'
import type { StateContext, StateReturn } from '@halite/loader'
import {
  type Asked,
  changesIn,
  desiredOf,
  failureOf,
  installedNow,
  keywordsOf,
  noteRefresh,
  reasonIn,
  refreshWish,
  unchanged,
} from './packages.ts'

interface Choice {
  readonly refresh?: boolean | undefined
  readonly fromrepo?: string | undefined
  readonly skip_verify: boolean
}

/** `pkg.latest`. */
export async function latest(ctx: StateContext, args: Asked & Choice): Promise<StateReturn> {
  const keywords = { ...keywordsOf(ctx, args), ...(args.fromrepo && { fromrepo: args.fromrepo }) }
  if (Array.isArray(args.pkgs) && args.pkgs.length === 0)
    return unchanged(true, 'No packages to install provided')
  const names = [...desiredOf(args).keys()]
  const refresh = refreshWish(ctx, args.refresh)
  if (refresh) noteRefresh(ctx)
  const available = await newest(ctx, names, { ...keywords, refresh })
  const current = await installedNow(ctx, keywords)
  const problems = names.filter((name) => !available.has(name) && !current.has(name))
  if (problems.length > 0)
    return unchanged(false, problems.map((name) => `No information found for '${name}'.`).join(' '))
  const targets = names.filter((name) => available.has(name))
  if (targets.length === 0) return unchanged(true, upToDate(names))
  if (ctx.state.test) {
    const change = (name: string) => ({ old: (current.get(name) ?? []).join(','), new: available.get(name) })
    const changes = Object.fromEntries(targets.map((name) => [name, change(name)]))
    const comment = `The following packages would be installed/upgraded: ${targets.toSorted().join(', ')}`
    return { changes, result: null, comment }
  }
  let returned: unknown
  try {
    const pkgs = targets.map((name) => ({ [name]: available.get(name) }))
    const verified = args.skip_verify ? { skip_verify: true } : {}
    returned = await ctx.call('pkg.install', { ...keywords, ...verified, pkgs })
  } catch (error) {
    return failureOf(error, 'installing')
  }
  const now = await installedNow(ctx, keywords)
  const isDone = (name: string) => {
    const version = available.get(name) ?? ''
    const versions = now.get(name) ?? []
    return version === 'latest' ? versions.length > 0 : versions.includes(version)
  }
  const failed = targets.filter((name) => !isDone(name)).sort()
  const done = targets.filter(isDone).sort()
  const others = names.filter((name) => !targets.includes(name)).sort()
  const comment = outcomeText(returned, { failed, done, others })
  return { changes: changesIn(returned), result: failed.length === 0, comment }
}

interface Outcome {
  readonly failed: readonly string[]
  readonly done: readonly string[]
  readonly others: readonly string[]
}

function outcomeText(returned: unknown, { failed, done, others }: Outcome): string {
  return [
    ...(failed.length > 0 ? [`The following packages failed to update: ${failed.join(', ')}`] : []),
    ...failed.map((name) => `${name}: ${reasonIn(returned, name)}`),
    ...(done.length > 0
      ? [`The following packages were successfully installed/upgraded: ${done.join(', ')}`]
      : []),
    ...(others.length > 0 ? [`The following packages were already up-to-date: ${others.join(', ')}`] : []),
  ].join(' ')
}

/** Name → version above the installed one, of those that have one. */
async function newest(
  ctx: StateContext,
  names: readonly string[],
  keywords: Readonly<Record<string, unknown>>,
): Promise<Map<string, string>> {
  const found = await ctx.call('pkg.latest_version', [...names], { ...keywords })
  const pairs = names.map((name): [string, string] => {
    const version = isMap(found) ? valueAt(found, name) : found
    return [name, version === undefined || version === null ? '' : pythonStr(version)]
  })
  return new Map(pairs.filter(([, version]) => version !== ''))
}

function upToDate(names: readonly string[]): string {
  if (names.length > 10) return `All ${names.length} packages are up-to-date.`
  if (names.length > 1) return `All packages are up-to-date (${names.toSorted().join(', ')}).`
  return `Package ${names[0]} is already up-to-date`
}
