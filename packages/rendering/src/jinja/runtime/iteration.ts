// SPDX-License-Identifier: Apache-2.0
import { pythonTypeName } from '@halite/core'
import { typeError } from './native.ts'
import { Iterable, MapView, Markup, Range } from './objects.ts'
import { lengthOf } from './text-points.ts'
import { Undefined } from './undefined.ts'

/** What a `for` walks over: items, characters, keys or numbers. Throws Python's TypeError for what cannot be walked. */
export function iterate(value: unknown): globalThis.Iterable<unknown> {
  if (Array.isArray(value) || typeof value === 'string') return value
  if (value instanceof Map) return [...value.keys()]
  if (value instanceof Set || value instanceof Uint8Array) return value
  if (value instanceof Iterable) return value.iterate()
  if (value instanceof Markup) return value.text
  if (value instanceof Undefined) {
    if (value.strictness === 'strict') value.fail()
    return []
  }
  throw typeError(`'${pythonTypeName(value)}' object is not iterable`)
}

/** Whether `iterate` gives items of it, or says that it is undefined. */
export function canIterate(value: unknown): boolean {
  if (typeof value === 'string') return true
  return (
    typeof value === 'object' &&
    value !== null &&
    (Array.isArray(value) ||
      value instanceof Map ||
      value instanceof Set ||
      value instanceof Uint8Array ||
      value instanceof Iterable ||
      value instanceof Markup ||
      value instanceof Undefined)
  )
}

/** The items as an array, which may be the value itself: do not change it. */
export function itemsOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : Array.from(iterate(value))
}

/** Python's `len`. Throws its TypeError for what has none. */
export function sizeOfValue(value: unknown): number {
  if (typeof value === 'string') return lengthOf(value)
  if (Array.isArray(value) || value instanceof Uint8Array) return value.length
  if (value instanceof Map || value instanceof Set) return value.size
  if (value instanceof Range || value instanceof MapView) return value.length
  if (value instanceof Markup) return lengthOf(value.text)
  if (value instanceof Undefined) {
    if (value.strictness === 'strict') value.fail()
    return 0
  }
  throw typeError(`object of type '${pythonTypeName(value)}' has no len()`)
}
