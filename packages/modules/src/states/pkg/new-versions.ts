// SPDX-License-Identifier: Apache-2.0
import { isMap, pythonStr, valueAt } from '@halite/core'
import type { StateContext } from '@halite/loader'
import { shownPackage } from './packages.ts'

type Versions = ReadonlyMap<string, string | undefined>

/** What an installation would change: name → `old` version and `new` one, `installed` where that is not known. */
export async function newVersions(
  ctx: StateContext,
  targets: Versions,
  {
    current,
    isFromFiles,
  }: { readonly current: ReadonlyMap<string, readonly string[]>; readonly isFromFiles: boolean },
): Promise<Record<string, { old: string; new: string }>> {
  const found = isFromFiles ? new Map<string, string>() : await availableVersions(ctx, targets)
  return Object.fromEntries(
    [...targets.keys()].map((name) => [
      name,
      { old: (current.get(name) ?? []).join(','), new: found.get(name) || 'installed' },
    ]),
  )
}

async function availableVersions(ctx: StateContext, targets: Versions): Promise<Map<string, string>> {
  const names = [...targets.keys()]
  const open = names.filter((name) => targets.get(name) === undefined)
  const named = names.filter((name) => targets.get(name) !== undefined)
  const newest = open.length === 0 ? {} : await ctx.call('pkg.latest_version', open, { refresh: false })
  const words = named.map((name) => shownPackage(name, targets.get(name)))
  const exact = words.filter((word) => !/[<>]/.test(word))
  const listed = exact.length === 0 ? {} : await ctx.call('pkg.list_repo_pkgs', exact)
  return new Map([
    ...open.map((name): [string, string] => {
      const version = isMap(newest) ? valueAt(newest, name) : newest
      return [name, version ? pythonStr(version) : '']
    }),
    ...named.map((name): [string, string] => {
      const versions = isMap(listed) ? valueAt(listed, name) : undefined
      return [name, Array.isArray(versions) && versions.length > 0 ? pythonStr(versions[0]) : '']
    }),
  ])
}
