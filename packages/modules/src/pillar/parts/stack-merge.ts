// SPDX-License-Identifier: Apache-2.0
import {
  type DataMap,
  entriesOf,
  equal,
  hasKey,
  isMap,
  mapOf,
  mapValues,
  SaltError,
  valueAt,
  withoutKey,
} from '@halite/core'

const strategies = ['overwrite', 'merge-first', 'merge-last', 'remove'] as const
type Strategy = (typeof strategies)[number]

/** Two maps of a stack as one: the key `__` of the second says how, by default its values win. */
export function stackedMaps(stack: DataMap, over: DataMap): DataMap {
  const strategy = strategyIn(over)
  const own = withoutKey(over, '__')
  if (strategy === 'overwrite') return cleaned(own) as DataMap
  const merged = new Map(entriesOf(stack))
  for (const [key, value] of entriesOf(own)) {
    if (strategy === 'remove') merged.delete(key)
    else if (!merged.has(key)) merged.set(key, cleaned(value))
    else if (strategy === 'merge-first') merged.set(key, stackedValues(cleaned(value), merged.get(key)))
    else merged.set(key, stackedValues(merged.get(key), value))
  }
  return mapOf(merged)
}

function stackedValues(below: unknown, over: unknown): unknown {
  if (isMap(below) && isMap(over)) return stackedMaps(below, over)
  if (Array.isArray(below) && Array.isArray(over)) return stackedLists(below, over)
  return cleaned(over)
}

/** The first item of a list may be a map that says how. */
function stackedLists(stack: readonly unknown[], [first, ...rest]: readonly unknown[]): readonly unknown[] {
  const isNote = isMap(first) && hasKey(first, '__')
  const own = isNote ? rest : first === undefined && rest.length === 0 ? [] : [first, ...rest]
  const strategy = isNote ? strategyIn(first) : 'merge-last'
  if (strategy === 'overwrite') return own
  if (strategy === 'remove') return stack.filter((item) => !own.some((other) => equal(item, other)))
  return strategy === 'merge-first' ? [...own, ...stack] : [...stack, ...own]
}

/** Data without the notes of how it is merged. */
function cleaned(value: unknown): unknown {
  if (isMap(value)) return mapValues(withoutKey(value, '__'), cleaned)
  if (!Array.isArray(value)) return value
  const [first] = value
  return isMap(first) && hasKey(first, '__') ? value.slice(1) : value
}

function strategyIn(map: DataMap): Strategy {
  const named = hasKey(map, '__') ? valueAt(map, '__') : 'merge-last'
  const strategy = strategies.find((known) => known === named)
  if (strategy !== undefined) return strategy
  throw new SaltError('VALUE_MALFORMED', `the strategy ${String(named)} is none of ${strategies.join(', ')}`)
}
