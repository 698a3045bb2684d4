// SPDX-License-Identifier: Apache-2.0
import { isPlainObject } from './schema.ts'

type Data = Readonly<Record<string, unknown>>

export interface MergeOptions {
  /** Two lists become one, without what is there already; default: the later list stands alone. */
  readonly mergeLists?: boolean
}

/**
 * Two maps as one, as Salt merges pillar: maps below the same key are merged in turn, anything else of `over` replaces
 * what `base` has. Neither is changed; values that need no merging are shared with the result. Bound the depth of data
 * from outside first: it recurses once per level.
 */
export function mergeMaps(base: Data, over: Data, options: MergeOptions = {}): Record<string, unknown> {
  const merged = new Map(Object.entries(base))
  for (const [key, value] of Object.entries(over)) {
    merged.set(key, merged.has(key) ? mergeValues(merged.get(key), value, options) : value)
  }
  return Object.fromEntries(merged)
}

function mergeValues(before: unknown, value: unknown, options: MergeOptions): unknown {
  if (isPlainObject(before) && isPlainObject(value)) return mergeMaps(before, value, options)
  if (!options.mergeLists || !Array.isArray(before) || !Array.isArray(value)) return value
  const known = new Set<unknown>(before)
  return [...before, ...value.filter((item) => !known.has(item))]
}
