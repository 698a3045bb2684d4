// SPDX-License-Identifier: Apache-2.0
import { Float, integerOf } from './float.ts'
import { operationError } from './operation-error.ts'
import { Tuple } from './tuple.ts'
import { pythonTypeName } from './type-name.ts'

/**
 * Whether a plain object holds this key in its place and as it is: text, but no array index (`10`), which JavaScript moves
 * to the front, and not `__proto__`, which assignment takes for something else.
 */
export function isPlainKey(key: unknown): key is string {
  if (typeof key !== 'string') return false
  const first = key.charCodeAt(0)
  if (first >= 0x30 && first <= 0x39) return !isArrayIndex(key)
  return first !== 0x5f || key !== '__proto__'
}

const maxArrayIndex = 2 ** 32 - 2

function isArrayIndex(key: string): boolean {
  return key.length <= 10 && /^(?:0|[1-9][0-9]*)$/.test(key) && Number(key) <= maxArrayIndex
}

/** Whether a value may be a key: whatever is no list, map or set, and no tuple with one of them. */
export function isHashable(key: unknown): boolean {
  if (typeof key !== 'object' || key === null || key instanceof Float || key instanceof Uint8Array)
    return true
  return key instanceof Tuple && key.every(isHashable)
}

/** What two keys share when Python takes them for one: `1`, `1.0` and `True`. Texts are never in it. */
export type CanonicalKey = number | bigint | string | null

/**
 * The canonical form of a key that is not text. Integers, fractions and None are their own; bytes and tuples become text,
 * so keep them apart from keys that are text. Throws Python's TypeError for lists, maps and sets.
 */
export function canonicalKey(key: unknown): CanonicalKey {
  if (typeof key === 'number') return canonicalNumber(key)
  if (key === null || key === undefined) return null
  if (typeof key === 'boolean') return Number(key)
  if (typeof key === 'bigint') return integerOf(key)
  if (key instanceof Float) return canonicalNumber(key.value + 0)
  if (key instanceof Uint8Array) return `b${Buffer.from(key).toString('latin1')}`
  if (key instanceof Tuple) return `(${key.map(itemText).join()})`
  throw operationError('TypeError', `unhashable type: '${pythonTypeName(key)}'`)
}

/** Whether Python takes two keys for one. Throws as `canonicalKey` does. */
export function isSameKey(a: unknown, b: unknown): boolean {
  if (typeof a === 'string' || typeof b === 'string') return a === b
  return canonicalKey(a) === canonicalKey(b)
}

function itemText(item: unknown): string {
  return typeof item === 'string' ? JSON.stringify(item) : String(canonicalKey(item))
}

/** A float beyond 2^53 is the integer of the same size. */
function canonicalNumber(key: number): number | bigint {
  return Number.isInteger(key) && !Number.isSafeInteger(key) ? BigInt(key) : key
}
