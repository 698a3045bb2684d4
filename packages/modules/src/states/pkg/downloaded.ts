// SPDX-License-Identifier: Apache-2.0
import { entriesOf, isMap, pythonStr } from '@halite/core'
import type { StateContext, StateReturn } from '@halite/loader'
import {
  type Asked,
  changesIn,
  failureOf,
  keywordsOf,
  normalizedDesired,
  shownPackage,
  unchanged,
} from './packages.ts'
import { fulfils } from './versions.ts'

interface DownloadedArguments extends Asked {
  readonly fromrepo?: string | undefined
  readonly ignore_epoch?: boolean | undefined
}

type Desired = ReadonlyMap<string, string | undefined>

/** `pkg.downloaded`. */
export async function downloaded(ctx: StateContext, args: DownloadedArguments): Promise<StateReturn> {
  if (Array.isArray(args.pkgs) && args.pkgs.length === 0)
    return unchanged(true, 'No packages to download provided')
  const desired = await normalizedDesired(ctx, args)
  const missing = await missingOf(ctx, desired, args)
  if (missing.size === 0) return unchanged(true, allThere(desired))
  const names = [...missing.keys()].join(', ')
  if (ctx.state.test)
    return { changes: {}, result: null, comment: `The following packages would be downloaded: ${names}` }
  let returned: unknown
  try {
    const pkgs = [...missing].map(([name, version]) => (version === undefined ? name : { [name]: version }))
    const { downloadonly: _, ...keywords } = keywordsOf(ctx, args)
    const release = args.fromrepo === undefined ? {} : { fromrepo: args.fromrepo }
    returned = await ctx.call('pkg.install', { ...keywords, ...release, pkgs, downloadonly: true })
  } catch (error) {
    return failureOf(error, 'downloading')
  }
  const failed = await missingOf(ctx, missing, args)
  const changes = changesIn(returned)
  if (failed.size === 0) return { changes, result: true, comment: `Packages downloaded: ${names}` }
  const shown = [...failed].map(([name, version]) => shownPackage(name, version)).join(', ')
  return { changes, result: false, comment: `The following packages failed to download: ${shown}` }
}

/** Those whose file is not kept in the version that is asked for. */
async function missingOf(
  ctx: StateContext,
  desired: Desired,
  { ignore_epoch: ignoresEpoch }: DownloadedArguments,
): Promise<Desired> {
  const listed = await ctx.call('pkg.list_downloaded')
  const kept = new Map(
    isMap(listed) ? entriesOf(listed).map(([name, versions]) => [pythonStr(name), versionsIn(versions)]) : [],
  )
  const missing = new Map<string, string | undefined>()
  for (const [name, version] of desired)
    if (!(await fulfils(ctx, kept.get(name) ?? [], { version, ignoresEpoch }))) missing.set(name, version)
  return missing
}

function versionsIn(versions: unknown): string[] {
  return isMap(versions) ? entriesOf(versions).map(([version]) => pythonStr(version)) : []
}

function allThere(desired: Desired): string {
  const hasVersions = [...desired.values()].some((version) => version !== undefined)
  return `All specified packages${hasVersions ? ' (matching specified versions)' : ''} are already downloaded`
}
