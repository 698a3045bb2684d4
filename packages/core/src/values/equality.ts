// SPDX-License-Identifier: Apache-2.0
import { plainNumber } from './float.ts'
import { type DataMap, entriesOf, hasKey, isMap, mapOf, sizeOf, valueAt } from './maps.ts'
import { PythonObject } from './python-object.ts'
import { Tuple } from './tuple.ts'
import { ValueMap } from './value-map.ts'

/**
 * Python's `==`: numbers by value (`1 == 1.0 == True`), text and bytes never equal, lists and tuples apart, maps whatever
 * their order. NaN is equal to nothing.
 */
export function equal(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (a instanceof PythonObject) return a.equals(b)
  if (b instanceof PythonObject) return b.equals(a)
  const number = plainNumber(a)
  if (number !== undefined) {
    // Between a number and a BigInt only `==` compares by value.
    // biome-ignore lint/suspicious/noDoubleEquals: as above
    return number == plainNumber(b)
  }
  if (typeof a !== 'object' || typeof b !== 'object') return isNone(a) && isNone(b)
  if (a === null || b === null) return false
  if (Array.isArray(a)) return Array.isArray(b) && sameItems(a, b)
  if (a instanceof Uint8Array) return b instanceof Uint8Array && Buffer.compare(a, b) === 0
  if (a instanceof Set) return b instanceof Set && sameMembers(a, b)
  return isMap(a) && isMap(b) && sameEntries(a, b)
}

function isNone(value: unknown): boolean {
  return value === null || value === undefined
}

function sameItems(a: readonly unknown[], b: readonly unknown[]): boolean {
  if (a.length !== b.length || a instanceof Tuple !== b instanceof Tuple) return false
  return a.every((item, index) => equal(item, b[index]))
}

function sameMembers(a: ReadonlySet<unknown>, b: ReadonlySet<unknown>): boolean {
  const members = new ValueMap([...b].map((item) => [item, true]))
  return a.size === b.size && [...a].every((item) => members.has(item))
}

function sameEntries(a: DataMap, b: DataMap): boolean {
  if (sizeOf(a) !== sizeOf(b)) return false
  // A Map of a program would be searched key by key.
  const other = b instanceof Map && !(b instanceof ValueMap) ? mapOf(b) : b
  return entriesOf(a).every(([key, value]) => hasKey(other, key) && equal(value, valueAt(other, key)))
}
