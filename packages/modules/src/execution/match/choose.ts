// SPDX-License-Identifier: Apache-2.0
import { isMap, isTruthy, mergeMaps, pythonStr, SaltError } from '@halite/core'
import type { ExecContext } from '@halite/loader'
import { type Choice, selects } from './select.ts'

interface FilterValues extends Choice {
  readonly lookup: Readonly<Record<string, unknown>>
  readonly merge?: unknown
  readonly merge_lists: boolean
  readonly default: string
}

/** `match.filter_by`. */
export async function filterBy(ctx: ExecContext, values: FilterValues): Promise<unknown> {
  const { lookup, default: fallback } = values
  for (const [expression, value] of Object.entries(lookup)) {
    if (await selects(ctx, expression, values)) return withMerged(value, values)
  }
  return Object.hasOwn(lookup, fallback) ? lookup[fallback] : null
}

/** The chosen value, merged with `merge`. */
export function withMerged(value: unknown, { merge, merge_lists: mergeLists }: FilterValues): unknown {
  if (!isTruthy(merge ?? null)) return value
  if (!isMap(merge)) {
    throw new SaltError('COMMAND_FAILED', 'filter_by merge argument must be a dictionary.')
  }
  if (value === null) return merge
  if (isMap(value)) return mergeMaps(value, merge, { mergeLists })
  throw new SaltError('COMMAND_FAILED', 'Cannot update using non-dict types in dictupdate.update()')
}

/** `match.search_by`. */
export async function searchBy(
  ctx: ExecContext,
  values: Choice & { readonly lookup: Readonly<Record<string, unknown>> },
): Promise<readonly string[] | null> {
  const found: string[] = []
  for (const [key, targets] of Object.entries(values.lookup)) {
    for (const expression of Array.isArray(targets) ? targets : [targets]) {
      if (await selects(ctx, pythonStr(expression), values)) found.push(key)
    }
  }
  return found.length === 0 ? null : found
}
