// SPDX-License-Identifier: Apache-2.0
import { isAbsolute } from 'node:path'
import { type DataMap, entriesOf, isMap, parseYaml, pythonStr, SaltError } from '@halite/core'
import type { ExecContext } from '@halite/loader'

/** How packages are named to functions of `pkg`. */
export interface Named {
  readonly name?: string | undefined
  readonly pkgs?: unknown
  readonly sources?: unknown
  readonly version?: unknown
  readonly normalize?: boolean
}

/** A name without an architecture that is the machine's own. */
export function normalizedName(name: string, grains: ExecContext['grains']): string {
  const colon = name.lastIndexOf(':')
  if (colon < 0) return name
  return [grains['osarch'], 'all', 'any'].includes(name.slice(colon + 1)) ? name.slice(0, colon) : name
}

/**
 * The packages that are asked for and the version of each, where one is: a name, several with commas between, or in `pkgs` names
 * and maps from a name to its version. Throws ARGUMENTS_INVALID.
 */
export function wantedPackages(
  { grains }: Pick<ExecContext, 'grains'>,
  { name, pkgs, version, normalize = true }: Named,
): Map<string, string | undefined> {
  const shown = (one: string) => (normalize ? normalizedName(one, grains) : one)
  if (isGiven(pkgs)) {
    const pairs = itemsOf(pkgs, 'pkgs').flatMap((item): [string, string | undefined][] =>
      isMap(item)
        ? entriesOf(item).map(([key, wanted]) => [shown(pythonStr(key)), versionOf(wanted)])
        : [[shown(pythonStr(item)), undefined]],
    )
    const packages = new Map(pairs)
    if (packages.size === pairs.length) return packages
    throw new SaltError(
      'ARGUMENTS_INVALID',
      `pkgs names a package twice: ${pairs.map(([one]) => one).join(', ')}`,
    )
  }
  const names = (name ?? '')
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '')
  const wanted = names.length === 1 ? versionOf(version) : undefined
  return new Map(names.map((one) => [shown(one), wanted]))
}

/** Name → path or URL of its file. Throws ARGUMENTS_INVALID. */
export function wantedSources(
  { grains }: Pick<ExecContext, 'grains'>,
  { sources, normalize = true }: Named,
): Map<string, string> {
  return new Map(
    itemsOf(sources, 'sources').map((item) => {
      const [only, ...others] = isMap(item) ? entriesOf(item) : []
      if (only === undefined || others.length > 0)
        throw new SaltError(
          'ARGUMENTS_INVALID',
          "Invalidly formatted 'sources' parameter: it lists maps from a name to the file of the package",
        )
      const name = pythonStr(only[0])
      return [normalize ? normalizedName(name, grains) : name, pythonStr(only[1])]
    }),
  )
}

/** The file of a source on this machine. Rejects with COMMAND_FAILED when it cannot be fetched. */
export async function sourcePath(
  ctx: ExecContext,
  { name, source, saltenv }: { readonly name: string; readonly source: string; readonly saltenv: string },
): Promise<string> {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(source)) {
    const path = await ctx.files.cacheFile(source, { saltenv })
    if (path !== undefined) return path
    throw new SaltError('COMMAND_FAILED', `${source} of package ${name} could not be fetched`)
  }
  if (isAbsolute(source) && !/[\p{Cc}]/u.test(source)) return source
  throw new SaltError(
    'ARGUMENTS_INVALID',
    `Path ${source} for package ${name} is either not absolute or an invalid protocol`,
  )
}

/** Whether an argument holds anything. */
export function isGiven(value: unknown): boolean {
  if (value === undefined || value === null || value === '') return false
  return Array.isArray(value) ? value.length > 0 : true
}

function versionOf(value: unknown): string | undefined {
  return value === undefined || value === null || value === '' ? undefined : pythonStr(value).trim()
}

/** A list, a map, or a text that is one in YAML or has commas. */
function itemsOf(value: unknown, argument: string): readonly unknown[] {
  const given = typeof value === 'string' ? parsed(value) : value
  if (isMap(given)) return entriesOf(given).map(([key, item]): DataMap => new Map([[key, item]]))
  if (Array.isArray(given)) return given
  if (argument === 'pkgs' && typeof given === 'string') return given.split(',').map((one) => one.trim())
  throw new SaltError('ARGUMENTS_INVALID', `Invalidly formatted '${argument}' parameter: expected a list`)
}

function parsed(text: string): unknown {
  try {
    return parseYaml(text, 'argument')
  } catch {
    return text
  }
}
