// SPDX-License-Identifier: Apache-2.0
import { isPlainKey, isSameKey } from './key.ts'
import { ValueMap } from './value-map.ts'

/** A map of the data model: a plain object when every key is one that it can hold (`isPlainKey`), a Map otherwise. */
export type DataMap = Readonly<Record<string, unknown>> | ReadonlyMap<unknown, unknown>

/** A key with its value. */
export type Entry = [key: unknown, value: unknown]

/** Whether a value is a map: a plain object or a Map. Lists, bytes, floats, secrets and other classes are not. */
export function isMap(value: unknown): value is DataMap {
  if (typeof value !== 'object' || value === null) return false
  if (value instanceof Map) return true
  const prototype = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

/** Whether a value is a plain object: a map that is read by names of its own, such as a message or a definition. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return isMap(value) && !(value instanceof Map)
}

/** Keys and values in the order in which they were written. */
export function entriesOf(map: DataMap): Entry[] {
  return map instanceof Map ? [...map] : Object.entries(map)
}

/** The keys in the order in which they were written. */
export function keysOf(map: DataMap): unknown[] {
  return map instanceof Map ? [...map.keys()] : Object.keys(map)
}

/** The values in the order of their keys. */
export function valuesOf(map: DataMap): unknown[] {
  return map instanceof Map ? [...map.values()] : Object.values(map)
}

/** How many entries a map has. */
export function sizeOf(map: DataMap): number {
  return map instanceof Map ? map.size : Object.keys(map).length
}

/** Whether a map has a key that is equal to `key`; inherited names such as `toString` are none. */
export function hasKey(map: DataMap, key: unknown): boolean {
  if (map instanceof Map) return map.has(key) || (isForeign(map) && foreignKey(map, key) !== undefined)
  return typeof key === 'string' && Object.hasOwn(map, key)
}

/** The value of the key that is equal to `key`; undefined if there isn't one. */
export function valueAt(map: DataMap, key: unknown): unknown {
  if (map instanceof Map) {
    if (map.has(key) || !isForeign(map)) return map.get(key)
    return foreignKey(map, key)?.[1]
  }
  return typeof key === 'string' && Object.hasOwn(map, key)
    ? (map as Readonly<Record<string, unknown>>)[key]
    : undefined
}

/** The map of these entries; of equal keys the first keeps its place and form, the last its value, as in Python. */
export function mapOf(entries: Iterable<readonly [key: unknown, value: unknown]>): DataMap {
  const builder = new MapBuilder()
  for (const [key, value] of entries) builder.set(key, value)
  return builder.build()
}

/** A copy of `map` with `value` at `key`: in the place of an equal key, or at the end. */
export function withEntry(map: DataMap, key: unknown, value: unknown): DataMap {
  if (!(map instanceof Map) && isPlainKey(key)) return { ...map, [key]: value }
  return new MapBuilder(map).set(key, value).build()
}

/** A copy of `map` without the key that is equal to `key`. */
export function withoutKey(map: DataMap, key: unknown): DataMap {
  return mapOf(entriesOf(map).filter(([each]) => !isSameKey(each, key)))
}

/** A map with the same keys and what `change` makes of each value. */
export function mapValues(map: DataMap, change: (value: unknown, key: unknown) => unknown): DataMap {
  return mapOf(entriesOf(map).map(([key, value]) => [key, change(value, key)]))
}

/** Collects entries into a map: a plain object until a key comes that needs a Map. */
export class MapBuilder {
  #plain: Record<string, unknown> | undefined = {}
  #map: ValueMap | undefined

  /** Begins with a copy of the entries of `map`. */
  constructor(map?: DataMap) {
    if (map !== undefined) for (const [key, value] of entriesOf(map)) this.set(key, value)
  }

  /** Whether the map has this key so far. */
  has(key: unknown): boolean {
    return hasKey(this.build(), key)
  }

  /** The value of a key so far; undefined when it is not there. */
  get(key: unknown): unknown {
    return valueAt(this.build(), key)
  }

  /** Throws Python's TypeError for a key that is a list, map or set. */
  set(key: unknown, value: unknown): this {
    if (this.#plain !== undefined && isPlainKey(key)) this.#plain[key] = value
    else this.#asMap().set(key, value)
    return this
  }

  /** The map. It is not copied: build last. */
  build(): DataMap {
    return this.#map ?? (this.#plain as Record<string, unknown>)
  }

  #asMap(): ValueMap {
    if (this.#map === undefined) {
      this.#map = new ValueMap(Object.entries(this.#plain ?? {}))
      this.#plain = undefined
    }
    return this.#map
  }
}

/** A Map that a program made finds keys in JavaScript's way, not in Python's. */
function isForeign(map: ReadonlyMap<unknown, unknown>): boolean {
  return !(map instanceof ValueMap)
}

function foreignKey(map: ReadonlyMap<unknown, unknown>, key: unknown): Entry | undefined {
  return typeof key === 'string' ? undefined : [...map].find(([each]) => isSameKey(each, key))
}
