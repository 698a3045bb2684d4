// SPDX-License-Identifier: Apache-2.0
import { entriesOf, isMap, pythonStr, SaltError } from '@halite/core'
import type { Repository, Wish } from '@halite/winrepo'
import { packageOf } from '@halite/winrepo'

/** How packages are named to `pkg.install` and its kind. */
export interface Named {
  readonly name?: string | undefined
  readonly pkgs?: unknown
  readonly version?: unknown
}

/**
 * What is wanted: a name, several with commas between, all in the same version, or a list of names and of maps from a name to its version. A
 * name with commas in it is one package when the repository knows it. Throws `ARGUMENTS_INVALID`, also for a list that has a package twice.
 */
export function wishesOf(repository: Repository, { name, pkgs, version }: Named): Wish[] {
  if (pkgs !== undefined && pkgs !== null && pkgs !== '') return distinct(repository, listed(pkgs))
  const names = new Set(namesIn(repository, name ?? ''))
  return distinct(
    repository,
    [...names].map((one) => wish(one, version)),
  )
}

/** Two versions of a package, or one twice, would run in an order that nobody chose. */
function distinct(repository: Repository, wishes: readonly Wish[]): Wish[] {
  const names = wishes.map(({ name }) => packageOf(repository, name)?.name ?? name)
  const twice = names.find((name, at) => names.indexOf(name) < at)
  if (twice === undefined) return [...wishes]
  throw new SaltError(
    'ARGUMENTS_INVALID',
    `the list names ${twice} twice: ${wishes.map(({ name }) => name).join(', ')}`,
    {
      hint: 'name its versions in calls of their own',
    },
  )
}

function namesIn(repository: Repository, name: string): string[] {
  if (packageOf(repository, name) !== undefined) return [name]
  return name
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '')
}

function listed(pkgs: unknown): Wish[] {
  if (isMap(pkgs)) return entriesOf(pkgs).map(([name, version]) => wish(name, version))
  if (!Array.isArray(pkgs))
    return pythonStr(pkgs)
      .split(',')
      .map((name) => ({ name: name.trim() }))
  return pkgs.flatMap((item) => {
    if (isMap(item)) return entriesOf(item).map(([name, version]) => wish(name, version))
    if (typeof item === 'object' && item !== null) {
      throw new SaltError('ARGUMENTS_INVALID', 'pkgs must list names, and maps from a name to its version')
    }
    return [{ name: pythonStr(item) }]
  })
}

function wish(name: unknown, version: unknown): Wish {
  return { name: pythonStr(name), version: versionText(version) }
}

/** A number is the version that it is written as. */
function versionText(version: unknown): string | undefined {
  return version === undefined || version === null || version === '' ? undefined : pythonStr(version)
}
