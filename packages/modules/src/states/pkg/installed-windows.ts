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
  shownPackage,
  unchanged,
} from './packages.ts'

interface InstalledArguments extends Asked {
  readonly refresh?: boolean | undefined
  readonly allow_updates: boolean
  readonly reinstall: boolean
}

type Versions = ReadonlyMap<string, readonly string[]>
type Desired = Map<string, string | undefined>

/** `pkg.installed` on Windows: a single package without a version is wanted in the newest. */
export async function installedOnWindows(ctx: StateContext, args: InstalledArguments): Promise<StateReturn> {
  const keywords = keywordsOf(ctx, args)
  const isList = args.pkgs !== undefined && args.pkgs !== null
  const current = await installedNow(ctx, { ...keywords, refresh: args.refresh ?? false })
  const desired = await resolved(ctx, desiredOf(args), { keywords, isList })
  const unknown = isList ? undefined : await unknownPackage(ctx, args, current)
  if (unknown !== undefined) return unchanged(false, unknown)
  const targets: Desired = new Map()
  for (const [name, version] of desired) {
    const isFine = await fulfils(ctx, { versions: current.get(name) ?? [], version, ...args })
    if (!isFine || args.reinstall) targets.set(name, version)
  }
  if (targets.size === 0) return unchanged(true, allThere(args, desired, isList))
  if (ctx.state.test) return wouldInstall(targets, current)
  return install(ctx, { args, targets, desired, keywords })
}

/** A version `latest`, and a single package without one, stand for the newest there is. */
async function resolved(
  ctx: StateContext,
  desired: Desired,
  { keywords, isList }: { readonly keywords: Readonly<Record<string, unknown>>; readonly isList: boolean },
): Promise<Desired> {
  for (const [name, version] of desired) {
    if (version !== 'latest' && !(version === undefined && !isList)) continue
    const { refresh: _, ...rest } = keywords
    const available = await ctx.call('pkg.list_available', [name], { ...rest })
    if (Array.isArray(available) && !available.includes('latest')) desired.set(name, String(available.at(-1)))
  }
  return desired
}

async function unknownPackage(
  ctx: StateContext,
  { name }: Asked,
  current: Versions,
): Promise<string | undefined> {
  const available = await ctx.call('pkg.list_available', [name], { saltenv: ctx.state.saltenv })
  return Array.isArray(available) || current.has(name)
    ? undefined
    : `Package ${name} not found in the repository.`
}

interface Wanted {
  readonly versions: readonly string[]
  readonly version: string | undefined
  readonly allow_updates: boolean
}

/** A version may be one with an operator in front: `>=1.2`. */
async function fulfils(
  ctx: StateContext,
  { versions, version, allow_updates: allowsUpdates }: Wanted,
): Promise<boolean> {
  if (versions.length === 0) return false
  if (version === undefined || version === 'latest' || versions.includes(version)) return true
  const [, operator, number = ''] = /^(==|!=|<=|>=|<|>)\s*(.+)$/.exec(version) ?? []
  if (operator === undefined && !allowsUpdates) return false
  for (const one of versions) {
    if (await ctx.call('pkg.compare_versions', [one, operator ?? '>=', number || version])) return true
  }
  return false
}

function allThere({ name }: Asked, desired: Desired, isList: boolean): string {
  const version = desired.get(name)
  if (!isList && version !== undefined) return `Version ${version} of package '${name}' is already installed`
  if (!isList) return `Package ${name} is already installed`
  const hasVersions = [...desired.values()].some((one) => one !== undefined)
  return `All specified packages are already installed${hasVersions ? ' and are at the desired version' : ''}`
}

function wouldInstall(targets: Desired, current: Versions): StateReturn {
  const changes = [...targets].map(([name, version]) => [
    name,
    { old: (current.get(name) ?? []).join(','), new: version ?? 'installed' },
  ])
  return {
    changes: Object.fromEntries(changes),
    result: null,
    comment: `The following packages would be installed/updated: ${[...targets.keys()].join(', ')}`,
  }
}

interface Installation {
  readonly args: InstalledArguments
  readonly targets: Desired
  readonly desired: Desired
  readonly keywords: Readonly<Record<string, unknown>>
}

async function install(
  ctx: StateContext,
  { args, targets, desired, keywords }: Installation,
): Promise<StateReturn> {
  const pkgs = [...targets].map(([name, version]) => (version === undefined ? name : { [name]: version }))
  let returned: unknown
  try {
    returned = await ctx.call('pkg.install', { ...keywords, pkgs, force: args.reinstall })
  } catch (error) {
    return unchanged(false, `An error was encountered while installing package(s): ${messageOf(error)}`)
  }
  const now = await installedNow(ctx, keywords)
  const modified: string[] = []
  const failed: string[] = []
  for (const [name, version] of targets) {
    const isFine = await fulfils(ctx, { versions: now.get(name) ?? [], version, ...args })
    const isStarted = reasonIn(returned, name) === 'install status: task started'
    ;(isFine || isStarted ? modified : failed).push(name)
  }
  const others = [...desired.keys()].filter((name) => !targets.has(name))
  const named = (names: readonly string[]) =>
    names.map((name) => shownPackage(name, desired.get(name))).join(', ')
  const lines = [
    ...(failed.length > 0 ? [`The following packages failed to install/update: ${named(failed)}`] : []),
    ...failed.map((name) => `${name}: ${reasonIn(returned, name)}`),
    ...(modified.length > 0 ? [summaryOf(modified, named(modified))] : []),
    ...(others.length > 0 ? [`The following packages were already installed: ${named(others)}`] : []),
  ]
  return { changes: changesIn(returned), result: failed.length === 0, comment: lines.join('\n') }
}

function summaryOf(modified: readonly string[], named: string): string {
  if (named.length < 20) return `The following packages were installed/updated: ${named}`
  const [plural, were] = modified.length > 1 ? ['s', 'were'] : ['', 'was']
  return `${modified.length} targeted package${plural} ${were} installed/updated.`
}
