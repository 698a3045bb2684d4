// SPDX-License-Identifier: Apache-2.0
import { type DataMap, equal, isMap, keysOf, mergeMaps, SaltError } from '@halite/core'
import type { ExecContext } from '@halite/loader'
import { lookUp } from '../parts/look-up.ts'

interface GetValues {
  readonly key: string
  readonly default?: unknown
  readonly merge: boolean
  readonly merge_nested_lists?: boolean | undefined
  readonly delimiter: string
  readonly pillarenv?: string | undefined
}

const missing = Symbol('missing')

/** `pillar.get`. */
export async function getValue(ctx: ExecContext, values: GetValues): Promise<unknown> {
  const { key, default: fallback, delimiter: separator, pillarenv } = values
  const pillar = pillarenv === undefined ? ctx.pillar : await ctx.compilePillar(pillarenv)
  const found = lookUp(pillar, key.split(separator), missing)
  if (values.merge) {
    const merged = mergedIntoDefault(ctx, found, values)
    if (merged !== missing) return merged
  }
  if (found !== missing) return found
  if (fallback !== undefined) return fallback
  if (ctx.options['pillar_raise_on_missing'] === true) throw notFound(key)
  return ''
}

/** `missing` when the two cannot be merged, which is logged. */
function mergedIntoDefault(ctx: ExecContext, found: unknown, values: GetValues): unknown {
  const { default: below, merge_nested_lists: own, key } = values
  const mergeLists = own ?? ctx.options['pillar_merge_lists'] === true
  const above = found === missing && below !== undefined ? (Array.isArray(below) ? [] : {}) : found
  if (isMap(below) && isMap(above)) return mergeMaps(below, above, { mergeLists })
  if (Array.isArray(below) && Array.isArray(above)) {
    return [...below, ...above.filter((item) => !below.some((each) => equal(each, item)))]
  }
  ctx.log.error('pillar.get: the value and its default cannot be merged; both must be maps, or lists', {
    key,
  })
  return missing
}

/** `pillar.keys`. */
export function keysAt(pillar: DataMap, key: string, separator: string): unknown[] {
  const found = lookUp(pillar, key.split(separator), missing)
  if (found === missing) throw notFound(key)
  if (isMap(found)) return keysOf(found)
  throw new SaltError('COMMAND_FAILED', `Pillar value in key ${key} is not a dict`)
}

function notFound(key: string): SaltError {
  return new SaltError('COMMAND_FAILED', `Pillar key not found: ${key}`)
}
