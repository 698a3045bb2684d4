// SPDX-License-Identifier: Apache-2.0
import { isMap } from '@halite/core'
import type { StateContext, StateReturn } from '@halite/loader'
import { withHolds } from './holds.ts'
import { type InstallWish, installTargets, type Targets } from './install-targets.ts'
import { newVersions } from './new-versions.ts'
import {
  changesIn,
  failureOf,
  installedNow,
  keywordsOf,
  noteRefresh,
  reasonIn,
  refreshWish,
  shownPackage,
  unchanged,
} from './packages.ts'
import { fulfils } from './versions.ts'

interface InstalledArguments extends InstallWish {
  readonly refresh?: boolean | undefined
  readonly fromrepo?: string | undefined
  readonly skip_verify: boolean
  readonly update_holds: boolean
  readonly hold?: boolean | undefined
  readonly pkg_verify?: unknown
}

/** `pkg.installed`. */
export async function installed(ctx: StateContext, args: InstalledArguments): Promise<StateReturn> {
  const problem = problemOf(args)
  if (problem !== undefined) return problem
  const refresh = refreshWish(ctx, args.refresh)
  const targets = await installTargets(ctx, args, refresh)
  if ('comment' in targets) return unchanged(targets.result, targets.comment)
  if (targets.isRefreshed) noteRefresh(ctx)
  const { desired, missing, reinstalled } = targets
  if (missing.size + reinstalled.size === 0)
    return withHolds(ctx, unchanged(true, allThere(targets)), { hold: args.hold, desired })
  if (ctx.state.test) return planned(ctx, targets)
  const outcome = await install(ctx, { args, targets, refresh: refresh && !targets.isRefreshed })
  return withHolds(ctx, outcome, { hold: args.hold, desired })
}

function problemOf({ pkgs, sources, pkg_verify: verify }: InstalledArguments): StateReturn | undefined {
  if (Array.isArray(pkgs) && pkgs.length === 0) return unchanged(true, 'No packages to install provided')
  if (isGiven(pkgs) && isGiven(sources))
    return unchanged(false, 'Only one of "pkgs" and "sources" is permitted.')
  return verify === true || Array.isArray(verify) ? unchanged(false, 'pkg.verify not implemented') : undefined
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null && value !== ''
}

function allThere({ hasVersions, isFromFiles }: Targets): string {
  return `All specified packages are already installed${hasVersions && !isFromFiles ? ' and are at the desired version' : ''}`
}

async function planned(ctx: StateContext, targets: Targets): Promise<StateReturn> {
  const { missing, reinstalled } = targets
  const changes = await newVersions(ctx, missing, targets)
  for (const name of reinstalled.keys()) changes[name] = { old: '', new: 'installed' }
  const lines = [
    ...(missing.size > 0
      ? [`The following packages would be installed/updated: ${[...missing.keys()].join(', ')}`]
      : []),
    ...(reinstalled.size > 0
      ? [`The following packages would be reinstalled: ${named([...reinstalled.keys()], targets)}`]
      : []),
  ]
  return { changes, result: null, comment: lines.join('\n'), ...warningsOf(targets) }
}

interface Installation {
  readonly args: InstalledArguments
  readonly targets: Targets
  readonly refresh: boolean
}

async function install(ctx: StateContext, installation: Installation): Promise<StateReturn> {
  const { args, targets, refresh } = installation
  let returned: unknown
  try {
    returned = await ctx.call('pkg.install', installCall(ctx, installation))
  } catch (error) {
    return { ...failureOf(error, 'installing'), ...warningsOf(targets) }
  } finally {
    if (refresh) noteRefresh(ctx)
  }
  const { desired, missing, reinstalled } = targets
  const isReinstalled = (name: string) => isMap(returned) && Object.hasOwn(changesIn(returned), name)
  const failed: string[] = []
  const isWindows = ctx.platform === 'win32'
  const now = await installedNow(ctx, keywordsOf(ctx, args))
  for (const name of [...missing.keys()]) {
    const version = targets.isFromFiles ? undefined : missing.get(name)
    const wish = { version, allowsUpdates: args.allow_updates, ignoresEpoch: args.ignore_epoch }
    const present = now.get(isWindows ? name : bareName(name)) ?? []
    if (!isStarted(returned, name) && !(await fulfils(ctx, present, wish))) failed.push(name)
  }
  const modified = [...missing.keys()].filter((name) => !failed.includes(name))
  const others = [...desired.keys()].filter((name) => !missing.has(name) && !reinstalled.has(name))
  const again = [...reinstalled.keys()]
  const lines = [
    ...(failed.length > 0
      ? [`The following packages failed to install/update: ${named(failed, targets)}`]
      : []),
    ...reasonsOf(failed, { returned, isWindows }),
    ...(modified.length > 0 ? [installedWords(modified, named(modified, targets))] : []),
    ...(others.length > 0 ? [thereWords(others, named(others, targets))] : []),
    ...again.map((name) =>
      isReinstalled(name)
        ? `Package ${named([name], targets)} was reinstalled.`
        : `Reinstall was not successful for package ${named([name], targets)}.`,
    ),
  ]
  const result = failed.length === 0 && again.every(isReinstalled)
  return { changes: changesIn(returned), result, comment: lines.join('\n'), ...warningsOf(targets) }
}

function installCall(ctx: StateContext, { args, targets, refresh }: Installation): Record<string, unknown> {
  const all = [...targets.missing, ...targets.reinstalled]
  const packages = all.map(([name, version]) => (version === undefined ? name : { [name]: version }))
  return {
    ...keywordsOf(ctx, args),
    ...(targets.isFromFiles ? { sources: packages } : { pkgs: packages }),
    ...(args.fromrepo === undefined ? {} : { fromrepo: args.fromrepo }),
    ...(args.ignore_epoch === undefined ? {} : { ignore_epoch: args.ignore_epoch }),
    refresh,
    skip_verify: args.skip_verify,
    reinstall: targets.reinstalled.size > 0,
    ...(ctx.platform === 'win32' ? { force: targets.reinstalled.size > 0 } : {}),
    normalize: args.normalize,
    update_holds: args.update_holds,
  }
}

function installedWords(names: readonly string[], shown: string): string {
  if (shown.length < 20) return `The following packages were installed/updated: ${shown}`
  const [plural, were] = names.length > 1 ? ['s', 'were'] : ['', 'was']
  return `${names.length} targeted package${plural} ${were} installed/updated.`
}

function thereWords(names: readonly string[], shown: string): string {
  if (names.length <= 20) return `The following packages were already installed: ${shown}`
  return `${names.length} targeted packages were already installed`
}

/** With the version or condition of each. */
function named(names: readonly string[], { desired, isFromFiles }: Targets): string {
  return names.map((name) => shownPackage(name, isFromFiles ? undefined : desired.get(name))).join(', ')
}

/** The installer of a minion on Windows ends the minion: nobody can wait for it. */
function isStarted(returned: unknown, name: string): boolean {
  return reasonIn(returned, name) === 'install status: task started'
}

/** Why packages are not there. What is returned on Windows does not name the package. */
function reasonsOf(
  failed: readonly string[],
  { returned, isWindows }: { readonly returned: unknown; readonly isWindows: boolean },
): string[] {
  return failed.flatMap((name) => {
    const reason = reasonIn(returned, name)
    if (reason === '') return []
    return isWindows ? `${name}: ${reason}` : reason
  })
}

/** Of `vim=9.1`. */
function bareName(name: string): string {
  return name.split('=')[0] ?? name
}

function warningsOf({ warnings }: Targets): { warnings?: readonly string[] } {
  return warnings.length === 0 ? {} : { warnings }
}
