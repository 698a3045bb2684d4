// SPDX-License-Identifier: Apache-2.0
import {
  type DataMap,
  entriesOf,
  hasKey,
  isMap,
  MapBuilder,
  mapOf,
  mergeMaps,
  pythonTypeName,
  SaltError,
  valueAt,
} from '@halite/core'
import type { ExecContext } from '@halite/loader'

/** Which merge, as `slsutil.merge` and its like name it. */
export interface MergeChoice {
  readonly strategy: string
  /** A pipe that ends in `yamlex` means `aggregate` for `smart`. */
  readonly renderer: string
  readonly merge_lists: boolean
}

/** Two maps as one by Salt's strategies; an unknown one is logged and counts as `recurse`. */
export function mergeBy(ctx: ExecContext, [a, b]: readonly [unknown, unknown], choice: MergeChoice): DataMap {
  const [base, over] = [mapArgument(a), mapArgument(b)]
  const strategy = choice.strategy === 'smart' ? smartFor(choice.renderer) : choice.strategy
  if (strategy === 'list') return pairedLists(base, over)
  if (strategy === 'overwrite' || strategy === 'aggregate') return overwritten(base, over)
  if (strategy === 'recurse') return mergeMaps(base, over, { mergeLists: choice.merge_lists })
  if (strategy !== 'none') ctx.log.warning(`Unknown merging strategy '${strategy}', fallback to recurse`)
  return mergeMaps(base, over)
}

/** A value that has to be a map. Throws `ARGUMENTS_INVALID`. */
export function mapArgument(value: unknown): DataMap {
  if (isMap(value)) return value
  throw new SaltError('ARGUMENTS_INVALID', `Cannot update using non-dict types (${pythonTypeName(value)})`)
}

function smartFor(renderer: string): string {
  const isMarked = renderer.split('|').at(-1) === 'yamlex' || renderer.startsWith('yamlex_')
  return isMarked ? 'aggregate' : 'recurse'
}

/** The keys of the first, each with a list of both values where the second has it too. */
function pairedLists(base: DataMap, over: DataMap): DataMap {
  return mapOf(
    entriesOf(base).map(([key, value]) => [key, hasKey(over, key) ? [value, valueAt(over, key)] : value]),
  )
}

function overwritten(base: DataMap, over: DataMap): DataMap {
  const merged = new MapBuilder(base)
  for (const [key, value] of entriesOf(over)) merged.set(key, value)
  return merged.build()
}
