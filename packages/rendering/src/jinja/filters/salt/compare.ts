// SPDX-License-Identifier: Apache-2.0
import {
  equal,
  isInteger,
  isTruthy,
  mapOf,
  operationError,
  pythonRepr,
  pythonTypeName,
  ValueMap,
} from '@halite/core'
import { distinct } from '../../methods/set.ts'
import { itemsOf } from '../../runtime/iteration.ts'
import { type NativeRow, pythonErrorOf, typeError } from '../../runtime/native.ts'
import type { Runtime } from '../../runtime/runtime.ts'

/** Salt's filters that tell what changed between two maps or lists. */
export const compareFilters: readonly NativeRow[] = [
  ['compare_dicts', 'old?, new?', (rt, [before, after]) => compareMaps(rt, before ?? null, after ?? null)],
  ['compare_lists', 'old?, new?', (rt, [before, after]) => compareLists(rt, before ?? null, after ?? null)],
]

/** Python's own: what is no map is walked over and asked in the same way. */
function compareMaps(rt: Runtime, before: unknown, after: unknown): ValueMap {
  const changes = new ValueMap()
  const keysOf = (value: unknown) => (isTruthy(value) ? itemsOf(value) : [])
  for (const key of distinct([...keysOf(after), ...keysOf(before)])) {
    const change = changeAt(rt, key, [before, after])
    if (change !== undefined) changes.set(key, change)
  }
  return changes
}

function changeAt(rt: Runtime, key: unknown, [before, after]: readonly unknown[]): unknown {
  const change = (old: unknown, now: unknown) =>
    mapOf([
      ['old', old],
      ['new', now],
    ])
  if (!rt.in(key, before, rt.place)) return change('', subscript(after, key))
  if (!rt.in(key, after, rt.place))
    return mapOf([
      ['new', ''],
      ['old', subscript(before, key)],
    ])
  const [old, now] = [subscript(before, key), subscript(after, key)]
  return equal(old, now) ? undefined : change(old, now)
}

/** `value[key]` as Python's own, which knows no undefined value. */
function subscript(value: unknown, key: unknown): unknown {
  if (value instanceof Map) {
    const item: unknown = value.get(key)
    if (item === undefined) throw operationError('KeyError', pythonRepr(key))
    return item
  }
  const items = Array.isArray(value) || typeof value === 'string' ? itemsOf(value) : undefined
  if (items === undefined) throw typeError(`'${pythonTypeName(value)}' object is not subscriptable`)
  if (!isInteger(key) && typeof key !== 'boolean') {
    const what =
      typeof value === 'string' ? 'string indices must be integers' : 'indices must be integers or slices'
    throw typeError(`${what}, not '${pythonTypeName(key)}'`)
  }
  const item = items.at(Number(key))
  if (item === undefined) throw pythonErrorOf('index out of range')
  return item
}

function compareLists(rt: Runtime, before: unknown, after: unknown): ValueMap {
  const [old, now] = [itemsOf(before), itemsOf(after)]
  const changes = new ValueMap()
  const added = now.filter((item) => !rt.in(item, before, rt.place))
  const removed = old.filter((item) => !rt.in(item, after, rt.place))
  if (added.length > 0) changes.set('new', added)
  if (removed.length > 0) changes.set('old', removed)
  return changes
}
