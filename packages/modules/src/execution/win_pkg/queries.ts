// SPDX-License-Identifier: Apache-2.0
import { type DataMap, isTruthy, mapOf } from '@halite/core'
import type { ExecContext } from '@halite/loader'
import { fnmatch } from '@halite/targeting'
import {
  compareVersions,
  newestVersion,
  newestVersionsFirst,
  type PackageData,
  packageOf,
  type Repository,
  sortedVersions,
  textOf,
} from '@halite/winrepo'
import { installedPackages } from './installed.ts'
import { saltenvOf } from './place.ts'
import { refreshIfDue, repositoryOf } from './repository.ts'

type Keywords = Readonly<Record<string, unknown>>

/** What a question about packages is asked with. */
export interface Question {
  readonly names: readonly string[]
  readonly kwargs: Keywords
}

/** Name → versions, or `''` for no name; a single name gives its value alone. */
function answerFor<T>(names: readonly string[], of: (name: string) => T): T | '' | DataMap {
  const [first] = names
  if (first === undefined) return ''
  return names.length === 1 ? of(first) : mapOf(names.map((name): [string, T] => [name, of(name)]))
}

/** `pkg.version`. */
export async function installedVersions(ctx: ExecContext, { names, kwargs }: Question): Promise<unknown> {
  const saltenv = saltenvOf(ctx, kwargs['saltenv'])
  await refreshIfDue(ctx, saltenv, kwargs['refresh'])
  const installed = await installedPackages(ctx, saltenv)
  const versionOf = (name: string) => (installed.get(name) ?? []).join(',')
  return names.length === 0 ? {} : answerFor(names, versionOf)
}

/** `pkg.latest_version`. */
export async function newerVersions(ctx: ExecContext, { names, kwargs }: Question): Promise<unknown> {
  if (names.length === 0) return ''
  const saltenv = saltenvOf(ctx, kwargs['saltenv'])
  await refreshIfDue(ctx, saltenv, kwargs['refresh'] ?? true)
  const [repository, installed] = [await repositoryOf(ctx, saltenv), await installedPackages(ctx, saltenv)]
  return answerFor(names, (name) => newerOf(repository, name, installed))
}

/** `pkg.list_upgrades`. */
export async function upgradesOf(
  ctx: ExecContext,
  { refresh, kwargs }: { readonly refresh: boolean; readonly kwargs: Keywords },
): Promise<Map<string, string>> {
  const saltenv = saltenvOf(ctx, kwargs['saltenv'])
  await refreshIfDue(ctx, saltenv, refresh)
  const [repository, installed] = [await repositoryOf(ctx, saltenv), await installedPackages(ctx, saltenv)]
  const names = [...installed.keys()].filter((name) => repository.packages.has(name))
  const newer = names.map((name): [string, string] => [name, newerOf(repository, name, installed)])
  return new Map(newer.filter(([, version]) => version !== ''))
}

/** The version above every installed one; '' when there is none. A package may be named as in Add/Remove Programs. */
function newerOf(
  repository: Repository,
  wanted: string,
  installed: ReadonlyMap<string, readonly string[]>,
): string {
  const found = packageOf(repository, wanted)
  if (found === undefined) return ''
  const newest = newestVersion(found.versions.keys())
  const present = newestVersion(installed.get(found.name) ?? []) || '0'
  return newest !== '' && compareVersions(newest, '>', present) ? newest : ''
}

/** `pkg.list_available`. */
export async function availableVersions(ctx: ExecContext, { names, kwargs }: Question): Promise<unknown> {
  if (names.length === 0) return ''
  const packages = await packagesFor(ctx, { names, kwargs })
  const isReversed = isTruthy(kwargs['reverse_sort'] ?? false)
  const sorted = isReversed ? newestVersionsFirst : sortedVersions
  const versionsOf = (versions: PackageData) => sorted(versions.keys())
  if (names.length === 1 && !isTruthy(kwargs['return_dict_always'] ?? false)) {
    const [versions] = packages.values()
    return versions === undefined ? '' : versionsOf(versions)
  }
  return mapOf([...packages].map(([name, versions]): [string, unknown] => [name, versionsOf(versions)]))
}

/** `pkg.available_version`: name → version → its name in Add/Remove Programs. */
export async function availableNames(ctx: ExecContext, question: Question): Promise<DataMap> {
  const packages = await packagesFor(ctx, question)
  return mapOf(
    [...packages].map(([name, versions]): [string, unknown] => [
      name,
      mapOf(
        sortedVersions(versions.keys()).map((version): [string, unknown] => [
          version,
          textOf(versions.get(version) ?? {}, 'full_name'),
        ]),
      ),
    ]),
  )
}

async function packagesFor(ctx: ExecContext, { names, kwargs }: Question): Promise<Map<string, PackageData>> {
  const saltenv = saltenvOf(ctx, kwargs['saltenv'])
  await refreshIfDue(ctx, saltenv, kwargs['refresh'])
  const repository = await repositoryOf(ctx, saltenv)
  return new Map(
    names.flatMap((name) => {
      const versions = packageOf(repository, name)?.versions
      return versions === undefined ? [] : [[name, versions]]
    }),
  )
}

/** `pkg.list_repo_pkgs`. */
export async function repositoryPackages(
  ctx: ExecContext,
  { patterns, saltenv }: { readonly patterns: readonly string[]; readonly saltenv: string },
): Promise<DataMap> {
  const { packages } = await repositoryOf(ctx, saltenv)
  const all = [...packages].map(([name, versions]): [string, string[]] => [
    name,
    newestVersionsFirst(versions.keys()),
  ])
  if (patterns.length === 0) return mapOf(all)
  const chosen = new Map<string, string[]>()
  for (const pattern of patterns) {
    const [, glob = '', version = ''] = /^([^=]*)=*(.*)$/s.exec(pattern) ?? []
    for (const [name, versions] of all) {
      if (!fnmatch(name, glob)) continue
      chosen.set(name, [...(chosen.get(name) ?? []), ...(versions.includes(version) ? [version] : versions)])
    }
  }
  return mapOf(chosen)
}
