// SPDX-License-Identifier: Apache-2.0
import { type DataMap, entriesOf, MapBuilder } from './maps.ts'
import { type MergeOptions, mergeMaps } from './merge.ts'
import type { MergeStrategy } from './strategy-names.ts'

/** Which way, and whether lists are joined; default `smart`. */
export interface StrategyOptions extends MergeOptions {
  readonly strategy?: MergeStrategy
}

/**
 * Two maps as one. `smart` and `recurse` merge maps below the same key in turn, and lists with `mergeLists`; `none` is
 * `recurse` that never joins lists; `overwrite` and `aggregate` let the later value of a top-level key stand alone (Salt's
 * `aggregate` joins only what the renderer `yamlex` marks); `list` puts the values that both have into a list. Neither map
 * is changed. Bound the depth of data from outside first, as for `mergeMaps`.
 */
export function mergeBy(
  base: DataMap,
  over: DataMap,
  { strategy = 'smart', ...options }: StrategyOptions,
): DataMap {
  if (strategy === 'overwrite' || strategy === 'aggregate')
    return joined(base, over, (_before, value) => value)
  if (strategy === 'list') return joined(base, over, (before, value) => [before, value])
  return mergeMaps(base, over, strategy === 'none' ? {} : options)
}

function joined(base: DataMap, over: DataMap, both: (before: unknown, value: unknown) => unknown): DataMap {
  const made = new MapBuilder(base)
  for (const [key, value] of entriesOf(over))
    made.set(key, made.has(key) ? both(made.get(key), value) : value)
  return made.build()
}
