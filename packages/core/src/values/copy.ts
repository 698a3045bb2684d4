// SPDX-License-Identifier: Apache-2.0
import { Float } from './float.ts'
import { jsonKey } from './json-dump.ts'
import { type DataMap, entriesOf, isMap, mapValues } from './maps.ts'
import { pythonStr } from './text.ts'
import { Tuple, tupleOf } from './tuple.ts'

/** A copy that shares nothing that can change with `value`; floats and objects of other classes are shared. */
export function copyValue(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof Uint8Array) return Uint8Array.prototype.slice.call(value)
  if (Array.isArray(value))
    return value instanceof Tuple ? tupleOf(value.map(copyValue)) : value.map(copyValue)
  if (value instanceof Set) return new Set([...value].map(copyValue))
  return isMap(value) ? mapValues(value, copyValue) : value
}

/**
 * A value as programs expect it that know nothing of Python: every map is a plain object with text keys (`1`, `true`,
 * `null`; of keys with one text the last value stays, and keys that are array indexes come first), whole floats are
 * numbers, tuples and sets are lists. Integers beyond 2^53 stay BigInt, bytes stay bytes.
 */
export function toPlain(value: unknown): unknown {
  if (value instanceof Float) return value.value
  if (Array.isArray(value)) return Array.from(value, toPlain)
  if (value instanceof Set) return [...value].map(toPlain)
  if (!isMap(value)) return value
  return Object.fromEntries(entriesOf(value).map(([key, part]) => [jsonKey(key), toPlain(part)]))
}

/**
 * A map by name: a plain object whose keys are the texts of the keys (`5`, `True`), for what is looked up by names that
 * people write. Keys that are array indexes come first; of keys with one text the last value stays.
 */
export function textKeyed(map: DataMap): Record<string, unknown> {
  // A plain object has no keys but text.
  if (!(map instanceof Map)) return map as Record<string, unknown>
  return Object.fromEntries(
    [...map].map(([key, value]) => [typeof key === 'string' ? key : pythonStr(key), value]),
  )
}
