// SPDX-License-Identifier: Apache-2.0
import { type DataMap, mapOf, SaltError } from '@halite/core'
import type { ExecContext } from '@halite/loader'
import { aptPaths } from './paths.ts'
import { runProgram, wordsOf } from './programs.ts'

/** What a job notes when it has refreshed: states need it once in a run. */
export const refreshedKey = 'pkg.refreshed'

export interface RefreshOptions {
  /** Seconds for which an earlier refresh is good enough. */
  readonly cacheValidTime?: number
  /** Fail when one of the repositories cannot be read. */
  readonly failhard?: boolean
}

/**
 * `pkg.refresh_db`: repository → true when it was read, null when nothing was new, false when it could not be read. Rejects with
 * COMMAND_FAILED.
 */
export async function refreshDatabase(
  ctx: ExecContext,
  { cacheValidTime = 0, failhard = false }: RefreshOptions = {},
): Promise<DataMap> {
  ctx.memo.set(refreshedKey, true)
  if (cacheValidTime > 0 && (await isYoung(ctx, cacheValidTime))) return {}
  const result = await runProgram(ctx, ['apt-get', '-q', 'update'])
  if (result.retcode !== 0) throw new SaltError('COMMAND_FAILED', wordsOf(result))
  const { repositories, failed } = repositoriesIn(result.stdout)
  if (failhard && failed.length > 0)
    throw new SaltError('COMMAND_FAILED', `Error getting repos: ${failed.join(', ')}`)
  return mapOf([...repositories])
}

/** The seconds in a keyword. Throws ARGUMENTS_INVALID. */
export function cacheValidTimeOf(kwargs: Readonly<Record<string, unknown>>): number {
  const given = kwargs['cache_valid_time'] ?? 0
  const seconds = Number(given)
  if (Number.isFinite(seconds) && seconds >= 0) return seconds
  throw new SaltError('ARGUMENTS_INVALID', `cache_valid_time is a number of seconds, not ${String(given)}`)
}

/** What `apt-get update` prints. */
export function repositoriesIn(text: string): {
  readonly repositories: ReadonlyMap<string, boolean | null>
  readonly failed: readonly string[]
} {
  const repositories = new Map<string, boolean | null>()
  const failed: string[] = []
  for (const line of text.split('\n')) {
    const [word = '', ...rest] = line.trim().split(/\s+/)
    const [, verb] = /^(Get|Ign|Hit|Err):/.exec(word) ?? []
    if (verb === undefined) continue
    const repository = rest.join(' ')
    if (verb === 'Get') repositories.set(repository.replace(/ \[.+B\]$/, ''), true)
    else repositories.set(repository, verb === 'Hit' ? null : false)
    if (verb === 'Err') failed.push(repository)
  }
  return { repositories, failed }
}

async function isYoung(ctx: ExecContext, seconds: number): Promise<boolean> {
  const { lists } = await aptPaths(ctx)
  const found = await ctx.fs.stat(lists)
  return found !== undefined && found.mtimeMs + seconds * 1000 > Date.now()
}
