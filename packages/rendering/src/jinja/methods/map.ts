// SPDX-License-Identifier: Apache-2.0
import { operationError, pythonRepr, ValueMap } from '@halite/core'
import { itemsOf, iterate } from '../runtime/iteration.ts'
import { type Keywords, type NativeRow, typeError, valueError } from '../runtime/native.ts'
import { MapView, Markup, pair } from '../runtime/objects.ts'
import type { Runtime } from '../runtime/runtime.ts'

type Dict = Map<unknown, unknown>

/** Methods of maps. */
export const mapMethods: readonly NativeRow[] = [
  [
    'get',
    'self, key, default?',
    (_rt, [map, key, fallback]: [Dict, unknown, unknown]) => valueOr(map, key, fallback ?? null),
  ],
  ['items', 'self', (_rt, [map]: [Dict]) => new MapView('items', map)],
  ['keys', 'self', (_rt, [map]: [Dict]) => new MapView('keys', map)],
  ['values', 'self', (_rt, [map]: [Dict]) => new MapView('values', map)],
  [
    'update',
    'self, other?, **',
    (rt, [map, other, keywords]: [Dict, unknown, Keywords]) => updated(rt, map, [other, keywords]),
  ],
  [
    'setdefault',
    'self, key, default?',
    (rt, [map, key, fallback]: [Dict, unknown, unknown]) =>
      setDefault(rt, map, [plain(key), fallback ?? null]),
  ],
  [
    'pop',
    'self, key, default?',
    (_rt, [map, key, fallback]: [Dict, unknown, unknown]) => popped(map, plain(key), fallback),
  ],
  ['popitem', 'self', (_rt, [map]: [Dict]) => lastItem(map)],
  [
    'clear',
    'self',
    (_rt, [map]: [Dict]) => {
      map.clear()
      return null
    },
  ],
  ['copy', 'self', (_rt, [map]: [Dict]) => new ValueMap(map)],
  [
    'fromkeys',
    'self, iterable, value?',
    (_rt, [_map, keys, value]: [Dict, unknown, unknown]) =>
      new ValueMap(itemsOf(keys).map((key) => [key, value ?? null])),
  ],
]

function plain(key: unknown): unknown {
  return key instanceof Markup ? key.text : key
}

function valueOr(map: Dict, key: unknown, fallback: unknown): unknown {
  const value = map.get(plain(key))
  return value === undefined ? fallback : value
}

/** Adds what `dict.update` accepts: a map, or pairs; then the keywords. */
export function updated(rt: Runtime, map: Dict, [other, keywords]: readonly [unknown, Keywords]): null {
  const entries = other === undefined ? [] : entriesFrom(other)
  rt.budget.charge(entries.length + keywords.size)
  for (const [key, value] of entries) map.set(plain(key), value)
  for (const [key, value] of keywords) map.set(key, value)
  return null
}

/** The entries that Python's `dict` makes of its argument. Throws its errors. */
export function entriesFrom(source: unknown): [unknown, unknown][] {
  if (source instanceof Map) return [...source]
  return Array.from(iterate(source), (item, index) => {
    if (typeof item !== 'string' && (typeof item !== 'object' || item === null)) {
      throw typeError(`cannot convert dictionary update sequence element #${index} to a sequence`)
    }
    const parts = itemsOf(item)
    if (parts.length !== 2) {
      throw valueError(
        `dictionary update sequence element #${index} has length ${parts.length}; 2 is required`,
      )
    }
    return [parts[0], parts[1]]
  })
}

function setDefault(rt: Runtime, map: Dict, [key, fallback]: readonly [unknown, unknown]): unknown {
  if (!map.has(key)) {
    rt.budget.charge(1)
    map.set(key, fallback)
  }
  return map.get(key)
}

function popped(map: Dict, key: unknown, fallback: unknown): unknown {
  if (!map.has(key)) {
    if (fallback !== undefined) return fallback
    throw operationError('KeyError', pythonRepr(key))
  }
  const value = map.get(key)
  map.delete(key)
  return value
}

function lastItem(map: Dict): unknown {
  const last = [...map].at(-1)
  if (last === undefined) throw operationError('KeyError', `'popitem(): dictionary is empty'`)
  map.delete(last[0])
  return pair(last[0], last[1])
}
