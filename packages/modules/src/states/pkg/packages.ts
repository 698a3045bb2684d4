// SPDX-License-Identifier: Apache-2.0
import {
  type DataMap,
  entriesOf,
  isMap,
  isSaltError,
  messageOf,
  pythonStr,
  SaltError,
  valueAt,
} from '@halite/core'
import type { StateContext, StateReturn } from '@halite/loader'

const refreshedKey = 'pkg.refreshed'

/** What a state is asked for; `version` is for the name alone. */
export interface Asked {
  readonly name: string
  readonly version?: string | undefined
  readonly pkgs?: unknown
  readonly sources?: unknown
  readonly normalize?: boolean
  readonly kwargs: Readonly<Record<string, unknown>>
}

/** Name → version that is wanted; undefined for any. Throws `ARGUMENTS_INVALID`. */
export function desiredOf({ name, version, pkgs }: Asked): Map<string, string | undefined> {
  if (pkgs === undefined || pkgs === null) return new Map([[name, version]])
  if (!Array.isArray(pkgs))
    throw new SaltError('ARGUMENTS_INVALID', "Invalidly formatted 'pkgs' parameter: expected a list")
  return new Map(
    pkgs.flatMap((item): [string, string | undefined][] => {
      if (!isMap(item)) return [[pythonStr(item), undefined]]
      return entriesOf(item).map(([each, wanted]) => [
        pythonStr(each),
        wanted === null || wanted === '' ? undefined : pythonStr(wanted),
      ])
    }),
  )
}

/**
 * The same for `sources` as well, of which the value is the file, and with names as the system knows them. Throws
 * `ARGUMENTS_INVALID`.
 */
export async function normalizedDesired(
  ctx: StateContext,
  asked: Asked,
): Promise<Map<string, string | undefined>> {
  const { sources, normalize = true } = asked
  const desired = desiredOf(sources === undefined || sources === null ? asked : { ...asked, pkgs: sources })
  if (!normalize || ![...desired.keys()].some((name) => name.includes(':'))) return desired
  const known = new Map<string, string | undefined>()
  for (const [name, version] of desired)
    known.set(pythonStr(await ctx.call('pkg.normalize_name', { name })), version)
  return known
}

/** Whether to look for new packages: as asked, else, where there is a database of them, once in a run. */
export function refreshWish(ctx: StateContext, refresh: boolean | undefined): boolean {
  if (refresh !== undefined) return refresh
  return !ctx.state.shared.has(refreshedKey) && !ctx.memo.has(refreshedKey)
}

/** Has the states of the run that come later look for no new packages. */
export function noteRefresh(ctx: StateContext): void {
  ctx.state.shared.set(refreshedKey, true)
}

/** What a failed call of `pkg` says, with the changes that it made all the same. */
export function failureOf(error: unknown, doing: string): StateReturn {
  const { changes, comment } = (isSaltError(error) && error.data) || {}
  return {
    changes: isMap(changes) ? changes : {},
    result: false,
    comment:
      typeof comment === 'string'
        ? comment
        : `An error was encountered while ${doing} package(s): ${messageOf(error)}`,
  }
}

/** Keywords for functions of `pkg`: those of the state, and its environment. */
export function keywordsOf(ctx: StateContext, { kwargs }: Asked): Readonly<Record<string, unknown>> {
  return { saltenv: ctx.state.saltenv, ...kwargs }
}

/** Name → installed versions. */
export async function installedNow(
  ctx: StateContext,
  keywords: Readonly<Record<string, unknown>>,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const listed = await ctx.call('pkg.list_pkgs', { ...keywords, versions_as_list: true })
  if (!isMap(listed)) return new Map()
  return new Map(
    entriesOf(listed).map(([name, versions]) => [
      pythonStr(name),
      Array.isArray(versions) ? versions.map(pythonStr) : [],
    ]),
  )
}

/** Of what a function of `pkg` returned: what did change. */
export function changesIn(returned: unknown): Record<string, unknown> {
  if (!isMap(returned)) return {}
  const changes = entriesOf(returned).filter(
    ([, change]) => isMap(change) && valueAt(change, 'new') !== undefined,
  )
  return Object.fromEntries(
    changes.map(([name, change]) => [pythonStr(name), plainChange(change as DataMap)]),
  )
}

function plainChange(change: DataMap): Record<string, unknown> {
  return { old: valueAt(change, 'old'), new: valueAt(change, 'new') }
}

/** What was returned of a package that says why it did not go well; empty where nothing does. */
export function reasonIn(returned: unknown, name: string): string {
  const answer = isMap(returned) ? valueAt(returned, name) : returned
  if (!isMap(answer)) return answer === undefined ? '' : pythonStr(answer)
  const comment = valueAt(answer, 'comment')
  if (comment !== undefined) return pythonStr(comment)
  const words = entriesOf(answer).filter(([key]) => key !== 'old' && key !== 'new')
  return words.map(([key, value]) => `${pythonStr(key)}: ${pythonStr(value)}`).join(', ')
}

/** `app=2.0` or `app>=2.0`, as comments name a package. */
export function shownPackage(name: string, version: string | undefined): string {
  if (version === undefined) return name
  return /^[<>=]/.test(version) ? `${name}${version}` : `${name}=${version}`
}

/** What a state returns that changed nothing. */
export function unchanged(result: boolean, comment: string): StateReturn {
  return { changes: {}, result, comment }
}
