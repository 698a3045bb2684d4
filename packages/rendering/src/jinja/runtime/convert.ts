// SPDX-License-Identifier: Apache-2.0
import { entriesOf, isMap, mapOf, PythonObject, Secret, Tuple, tupleOf, ValueMap } from '@halite/core'
import { Generator, Iterable, Markup, OrderedMap } from './objects.ts'
import { Undefined } from './undefined.ts'

/** Plain maps that stand for an `OrderedDict`. */
const ordered = new WeakSet<object>()

/** Marks the maps inside `value`: templates hold them as `OrderedDict`, whose keys the filter `yaml` does not sort. */
export function markOrdered(value: unknown): void {
  if (Array.isArray(value)) value.forEach(markOrdered)
  if (!isMap(value) || ordered.has(value)) return
  ordered.add(value)
  for (const [, item] of entriesOf(value)) markOrdered(item)
}

/**
 * Data from outside as templates hold it: copies, since templates may change lists and maps, and every map a `ValueMap`,
 * since a template may give it any key. What the same import brings in twice stays one object.
 */
export class Importer {
  readonly #done = new WeakMap<object, unknown>()

  import(value: unknown): unknown {
    if (value === undefined) return null
    if (typeof value !== 'object' || value === null) return typeof value === 'function' ? null : value
    if (value instanceof PythonObject || value instanceof Uint8Array) return value
    const known = this.#done.get(value)
    if (known !== undefined) return known
    return this.#copy(value)
  }

  #copy(value: object): unknown {
    if (Array.isArray(value)) {
      const list: unknown[] = value instanceof Tuple ? new Tuple() : []
      this.#done.set(value, list)
      for (const item of value) list.push(this.import(item))
      return list
    }
    if (value instanceof Set) return new Set(Array.from(value, (item) => this.import(item)))
    if (value instanceof Secret) return String(value)
    if (!isMap(value)) return value
    const map = ordered.has(value) ? new OrderedMap() : new ValueMap()
    this.#done.set(value, map)
    for (const [key, item] of entriesOf(value)) map.set(key, this.import(item))
    return map
  }
}

/** A value of a template as the rest of the program expects it. An undefined value fails. */
export function exported(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof Undefined) return value.fail()
  if (value instanceof Markup) return value.text
  if (value instanceof Iterable || value instanceof Generator) return Array.from(value.iterate(), exported)
  if (value instanceof PythonObject) return value.str()
  if (Array.isArray(value)) return value instanceof Tuple ? tupleOf(value.map(exported)) : value.map(exported)
  if (value instanceof Set) return new Set(Array.from(value, exported))
  if (!isMap(value)) return value
  const map = mapOf(entriesOf(value).map(([key, item]) => [exported(key), exported(item)]))
  if (value instanceof OrderedMap) ordered.add(map)
  return map
}
