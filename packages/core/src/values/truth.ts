// SPDX-License-Identifier: Apache-2.0
import { Float } from './float.ts'
import { isMap, sizeOf } from './maps.ts'
import { PythonObject } from './python-object.ts'

/** Python's truth: false are None, False, zero, and what is empty: text, bytes, lists, maps, sets. NaN is true. */
export function isTruthy(value: unknown): boolean {
  if (typeof value === 'number') return value !== 0
  if (typeof value !== 'object' || value === null) return Boolean(value)
  if (value instanceof Float) return value.value !== 0
  if (Array.isArray(value) || value instanceof Uint8Array) return value.length > 0
  if (value instanceof Set) return value.size > 0
  if (value instanceof PythonObject) return value.isTruthy()
  return isMap(value) ? sizeOf(value) > 0 : true
}
