// SPDX-License-Identifier: Apache-2.0
import { type DataMap, isTruthy, mapOf, pythonStr, SaltError } from '@halite/core'
import type { ExecContext } from '@halite/loader'
import { compareDebianVersions } from './debian-version.ts'
import { readInventory, type Versions } from './inventory.ts'
import { checkedGlob, checkedRelease } from './names.ts'
import { outputOf } from './programs.ts'
import { cacheValidTimeOf, refreshDatabase } from './refresh.ts'

export interface CandidateQuery {
  readonly names: readonly string[]
  readonly refresh: boolean
  readonly fromrepo?: string | undefined
  readonly cacheValidTime: number
  /** Tell it of packages too that are installed in this version. */
  readonly showInstalled: boolean
}

/** `pkg.latest_version`: of one package its version, of several a map. */
export async function latestVersion(
  ctx: ExecContext,
  {
    names,
    kwargs,
  }: { readonly names: readonly string[]; readonly kwargs: Readonly<Record<string, unknown>> },
): Promise<string | DataMap> {
  if (names.length === 0) return ''
  if (kwargs['repo'] !== undefined)
    throw new SaltError('ARGUMENTS_INVALID', "The 'repo' argument is invalid, use 'fromrepo' instead")
  const found = await latestVersions(ctx, {
    names,
    refresh: isTruthy(kwargs['refresh'] ?? true),
    fromrepo: releaseOf(kwargs),
    cacheValidTime: cacheValidTimeOf(kwargs),
    showInstalled: isTruthy(kwargs['show_installed'] ?? false),
  })
  const [only] = found.values()
  return found.size === 1 && only !== undefined ? only : mapOf([...found])
}

/** Name → the version that an installation would bring; empty when that is installed, or when there is none. */
export async function latestVersions(ctx: ExecContext, query: CandidateQuery): Promise<Map<string, string>> {
  if (query.refresh) await refreshDatabase(ctx, { cacheValidTime: query.cacheValidTime })
  const { installed } = await readInventory(ctx)
  const release =
    query.fromrepo === undefined ? [] : ['-o', `APT::Default-Release=${checkedRelease(query.fromrepo)}`]
  const names = query.names.map(checkedGlob)
  const text = await outputOf(ctx, ['apt-cache', '-q', ...release, 'policy', ...names])
  const candidates = candidatesIn(text)
  const found = names.flatMap((name) => answersFor(name, candidates))
  return new Map(
    found.map((name) => {
      const candidate = candidates.get(name) ?? ''
      return [name, query.showInstalled || isNewer(candidate, name, installed) ? candidate : '']
    }),
  )
}

/** The repository or release that keywords name. */
export function releaseOf(kwargs: Readonly<Record<string, unknown>>): string | undefined {
  const given = kwargs['fromrepo']
  return given === undefined || given === null || given === '' ? undefined : pythonStr(given)
}

/** What `apt-cache policy` prints: name → candidate, empty for `(none)`. */
export function candidatesIn(text: string): Map<string, string> {
  const candidates = new Map<string, string>()
  let name = ''
  for (const line of text.split('\n')) {
    const [, heading] = /^(\S+):$/.exec(line) ?? []
    if (heading !== undefined) name = heading
    const [, candidate] = /^\s+Candidate:\s*(\S+)/.exec(line) ?? []
    if (candidate !== undefined) candidates.set(name, candidate.toLowerCase() === '(none)' ? '' : candidate)
  }
  return candidates
}

/** Where there is no native package of this name, those of other architectures answer. */
function answersFor(name: string, candidates: ReadonlyMap<string, string>): string[] {
  if (candidates.has(name)) return [name]
  const foreign = [...candidates.keys()].filter((one) => one.startsWith(`${name}:`))
  return foreign.length > 0 ? foreign : [name]
}

function isNewer(candidate: string, name: string, installed: Versions): boolean {
  const versions = installed.get(name) ?? []
  return versions.every((version) => compareDebianVersions(version, candidate) < 0)
}
