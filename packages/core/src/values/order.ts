// SPDX-License-Identifier: Apache-2.0
import { equal } from './equality.ts'
import { plainNumber } from './float.ts'
import { operationError } from './operation-error.ts'
import { Tuple } from './tuple.ts'
import { pythonTypeName } from './type-name.ts'

/** Python's operators of order. */
export type OrderOperator = '<' | '<=' | '>' | '>='

/**
 * Python's `<`, `<=`, `>` and `>=`: numbers and booleans by size, text by code points, bytes by bytes, lists and tuples
 * item by item. Throws Python's TypeError for everything else (`'<' not supported between instances of 'str' and 'int'`).
 */
export function isOrdered(a: unknown, operator: OrderOperator, b: unknown): boolean {
  const order = orderOf(a, operator, b)
  if (operator === '<') return order < 0
  if (operator === '<=') return order <= 0
  return operator === '>' ? order > 0 : order >= 0
}

/** For `sort`: negative when `a < b`, positive when `b < a`. Throws as `isOrdered` does for `<`. */
export function compareValues(a: unknown, b: unknown): number {
  return orderOf(a, '<', b) || 0
}

/** A sorted copy, as Python's `sorted`: equal items keep their order. Throws as `isOrdered` does. */
export function sortedValues<T>(values: Iterable<T>, keyOf: (value: T) => unknown = (value) => value): T[] {
  return Array.from(values, (value) => ({ value, key: keyOf(value) }))
    .sort((a, b) => compareValues(a.key, b.key))
    .map(({ value }) => value)
}

/** The order of two texts by code points, which UTF-16, the order of `<`, does not keep. */
export function compareText(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let at = 0; at < length; at++) {
    const [left, right] = [a.charCodeAt(at), b.charCodeAt(at)]
    if (left !== right) return codePointOrder(left) - codePointOrder(right)
  }
  return a.length - b.length
}

/** Halves of a code point beyond 16 bits come behind all that fit into 16. */
function codePointOrder(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x1_0000 : unit
}

/** Negative, zero, positive, or NaN where NaN is compared. */
function orderOf(a: unknown, operator: OrderOperator, b: unknown): number {
  if (typeof a === 'string' && typeof b === 'string') return compareText(a, b)
  const [left, right] = [plainNumber(a), plainNumber(b)]
  if (left !== undefined && right !== undefined) return numberOrder(left, right)
  if (a instanceof Uint8Array && b instanceof Uint8Array) return Buffer.compare(a, b)
  if (Array.isArray(a) && Array.isArray(b) && a instanceof Tuple === b instanceof Tuple) {
    return listOrder(a, operator, b)
  }
  const types = `'${pythonTypeName(a)}' and '${pythonTypeName(b)}'`
  throw operationError('TypeError', `'${operator}' not supported between instances of ${types}`)
}

function numberOrder(a: number | bigint, b: number | bigint): number {
  if (a < b) return -1
  if (a > b) return 1
  return Number.isNaN(a) || Number.isNaN(b) ? Number.NaN : 0
}

/** As Python: the first items that are not equal decide, else the length. */
function listOrder(a: readonly unknown[], operator: OrderOperator, b: readonly unknown[]): number {
  const differs = a.findIndex((item, index) => index >= b.length || !equal(item, b[index]))
  if (differs === -1 || differs >= b.length) return a.length - b.length
  return orderOf(a[differs], operator, b[differs])
}
