// SPDX-License-Identifier: Apache-2.0
import { isMap, isSaltError, messageOf, pythonStr, valueAt } from '@halite/core'
import type { StateContext } from '@halite/loader'
import { type Asked, installedNow, keywordsOf, normalizedDesired } from './packages.ts'
import { fulfils } from './versions.ts'

/** What `pkg.installed` is asked for. */
export interface InstallWish extends Asked {
  readonly allow_updates: boolean
  readonly reinstall: boolean
  readonly ignore_epoch?: boolean | undefined
}

type Versions = ReadonlyMap<string, string | undefined>

/** What there is to do. Versions are those that are asked for, of `sources` the files. */
export interface Targets {
  /** All that is asked for. */
  readonly desired: Versions
  /** What is not installed in the version that is asked for. */
  readonly missing: Versions
  readonly reinstalled: Versions
  readonly current: ReadonlyMap<string, readonly string[]>
  readonly isFromFiles: boolean
  /** A version was compared. */
  readonly hasVersions: boolean
  readonly isRefreshed: boolean
  readonly warnings: readonly string[]
}

/** Why nothing can be done. */
export interface NoTargets {
  readonly result: false
  readonly comment: string
}

/** Compares what is asked for with what is installed. */
export async function installTargets(
  ctx: StateContext,
  args: InstallWish,
  refresh: boolean,
): Promise<Targets | NoTargets> {
  const isFromFiles = args.sources !== undefined && args.sources !== null
  // On Windows the names of software come from the definitions.
  const listRefreshes = ctx.platform === 'win32' && refresh
  const keywords = keywordsOf(ctx, args)
  const current = await installedNow(ctx, listRefreshes ? { ...keywords, refresh } : keywords)
  const asked = await normalizedDesired(ctx, args)
  const wantsNewest = !isFromFiles && [...asked.values()].includes('latest')
  const desired = wantsNewest
    ? await withNewest(ctx, asked, { args, current, refresh: refresh && !listRefreshes })
    : asked
  const missing = new Map<string, string | undefined>()
  const reinstalled = new Map<string, string | undefined>()
  const problems: string[] = []
  let hasVersions = false
  for (const [name, version] of desired) {
    const present = current.get(name) ?? []
    if (present.length === 0) missing.set(name, version)
    else if (args.reinstall) reinstalled.set(name, version)
    else if (version !== undefined) {
      hasVersions = true
      const wanted = isFromFiles ? await versionOfFile(ctx, version, problems) : version
      const wish = {
        version: wanted,
        allowsUpdates: !isFromFiles && args.allow_updates,
        ignoresEpoch: args.ignore_epoch,
      }
      if (!(await fulfils(ctx, present, wish))) missing.set(name, version)
    }
  }
  if (problems.length > 0) return { result: false, comment: problems.join(' ') }
  const found = { desired, missing, reinstalled, current, isFromFiles, hasVersions }
  return { ...found, isRefreshed: refresh && (wantsNewest || listRefreshes), warnings: [] }
}

/** `latest` becomes the newest version there is, or the installed one where that is as new. */
async function withNewest(
  ctx: StateContext,
  asked: Versions,
  {
    args,
    current,
    refresh,
  }: Pick<Targets, 'current'> & { readonly args: InstallWish; readonly refresh: boolean },
): Promise<Versions> {
  const names = [...asked].flatMap(([name, version]) => (version === 'latest' ? [name] : []))
  const found = await ctx.call('pkg.latest_version', names, { ...keywordsOf(ctx, args), refresh })
  const newest = (name: string) => {
    const version = isMap(found) ? valueAt(found, name) : found
    return version ? pythonStr(version) : current.get(name)?.at(-1)
  }
  return new Map([...asked].map(([name, version]) => [name, version === 'latest' ? newest(name) : version]))
}

/** The version in the file of a package; undefined, with a problem, when it cannot be read. */
async function versionOfFile(
  ctx: StateContext,
  source: string,
  problems: string[],
): Promise<string | undefined> {
  try {
    const found = await ctx.call('lowpkg.bin_pkg_info', [source], { saltenv: ctx.state.saltenv })
    return isMap(found) ? pythonStr(valueAt(found, 'version')) : undefined
  } catch (error) {
    // Where nothing reads such files what is installed is good enough.
    if (!isSaltError(error, 'FUNCTION_UNKNOWN')) problems.push(messageOf(error))
    return undefined
  }
}
