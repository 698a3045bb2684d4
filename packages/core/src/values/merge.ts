// SPDX-License-Identifier: Apache-2.0
import { identityText } from './identity.ts'
import { type DataMap, entriesOf, isMap, MapBuilder } from './maps.ts'

export interface MergeOptions {
  /** Two lists become one, without what is there already; default: the later list stands alone. */
  readonly mergeLists?: boolean
}

/**
 * Two maps as one, as Salt merges pillar: maps below the same key are merged in turn, anything else of `over` replaces
 * what `base` has. Neither is changed; values that need no merging are shared with the result. Bound the depth of data
 * from outside first: it recurses once per level.
 */
export function mergeMaps(base: DataMap, over: DataMap, options: MergeOptions = {}): DataMap {
  const merged = new MapBuilder(base)
  for (const [key, value] of entriesOf(over)) {
    merged.set(key, merged.has(key) ? mergeValues(merged.get(key), value, options) : value)
  }
  return merged.build()
}

function mergeValues(before: unknown, value: unknown, options: MergeOptions): unknown {
  if (isMap(before) && isMap(value)) return mergeMaps(before, value, options)
  if (!options.mergeLists || !Array.isArray(before) || !Array.isArray(value)) return value
  const known = new Set(before.map(identityText))
  return [...before, ...value.filter((item) => !known.has(identityText(item)))]
}
