// SPDX-License-Identifier: Apache-2.0
import { isSaltError, isTruthy, messageOf, unpack } from '@halite/core'
import type { ExecContext } from '@halite/loader'
import { type Repository, repositoryFrom } from '@halite/winrepo'
import { refreshRepository } from './compile.ts'
import { ageOf, placeOf } from './place.ts'
import { keepRepository, knownRepository, readOnce } from './repository-memo.ts'

const noLimits = { maxBytes: Number.MAX_SAFE_INTEGER, maxDepth: 512, maxValues: Number.MAX_SAFE_INTEGER }

/** The compiled definitions of an environment; they are made when there are none. */
export function repositoryOf(ctx: ExecContext, saltenv: string): Promise<Repository> {
  const known = knownRepository(ctx, saltenv)
  if (known !== undefined) return known
  const reading = read(ctx, saltenv)
  keepRepository(ctx, saltenv, reading)
  return reading
}

/**
 * Fetches definitions when there are none or they are too old (`winrepo_cache_expire_max`), and with `force` unless they are quite new
 * (`winrepo_cache_expire_min`). Files that cannot be used are logged.
 */
export async function refreshIfDue(ctx: ExecContext, saltenv: string, force: unknown): Promise<void> {
  const age = await ageOf(ctx, await placeOf(ctx, saltenv))
  const min = Number(ctx.options['winrepo_cache_expire_min'])
  const max = Number(ctx.options['winrepo_cache_expire_max'])
  const isForced = isTruthy(force ?? false)
  if (age !== undefined && age <= (max ?? 0) && !(isForced && age >= (min ?? 0))) {
    if (isForced)
      ctx.log.info(`definitions are ${Math.round(age)} s old, less than winrepo_cache_expire_min: kept`)
    return
  }
  await refreshRepository(ctx, { saltenv, verbose: false, failhard: false })
}

async function read(ctx: ExecContext, saltenv: string): Promise<Repository> {
  const place = await placeOf(ctx, saltenv)
  const options = { saltenv, verbose: false, failhard: false }
  const refreshed = () => refreshRepository(ctx, options)
  const readDatabase = async () => repositoryFrom(unpack(await ctx.fs.read(place.database), noLimits))
  try {
    return await readOnce(ctx, place, { read: readDatabase, refresh: refreshed })
  } catch (error) {
    if (!isSaltError(error)) throw error
    ctx.log.warning(`${place.database} is made again: ${messageOf(error)}`)
    await refreshed()
    return readDatabase()
  }
}
