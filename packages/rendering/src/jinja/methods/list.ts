// SPDX-License-Identifier: Apache-2.0
import { equal, isTruthy, pythonRepr, Tuple } from '@halite/core'
import { iterate } from '../runtime/iteration.ts'
import { type Keywords, type NativeRow, typeError, valueError } from '../runtime/native.ts'
import type { Runtime } from '../runtime/runtime.ts'
import { sortedBy } from '../runtime/sorting.ts'
import { intOf, intOr } from './arguments.ts'

/** Methods that read a list or a tuple. */
export const sequenceMethods: readonly NativeRow[] = [
  [
    'count',
    'self, value',
    (_rt, [list, value]: [unknown[], unknown]) => list.filter((item) => equal(item, value)).length,
  ],
  [
    'index',
    'self, value, start?, stop?',
    (_rt, [list, value, start, stop]: [unknown[], unknown, unknown, unknown]) =>
      indexOf(list, value, [start, stop]),
  ],
]

/** Methods that change a list, or copy it. Those that change it give None. */
export const listMethods: readonly NativeRow[] = [
  ['append', 'self, object', (rt, [list, item]: [unknown[], unknown]) => grown(rt, list, [item])],
  [
    'extend',
    'self, iterable',
    (rt, [list, items]: [unknown[], unknown]) => grown(rt, list, [...iterate(items)]),
  ],
  [
    'insert',
    'self, index, object',
    (rt, [list, index, item]: [unknown[], unknown, unknown]) => {
      rt.budget.charge(1)
      list.splice(intOf(index), 0, item)
      return null
    },
  ],
  [
    'pop',
    'self, index?',
    (_rt, [list, index]: [unknown[], unknown]) => popped(list, index === undefined ? -1 : intOf(index)),
  ],
  ['remove', 'self, value', (_rt, [list, value]: [unknown[], unknown]) => removed(list, value)],
  ['reverse', 'self', (_rt, [list]: [unknown[]]) => changed(() => list.reverse())],
  ['clear', 'self', (_rt, [list]: [unknown[]]) => changed(() => list.splice(0))],
  ['copy', 'self', (_rt, [list]: [unknown[]]) => [...list]],
  [
    'sort',
    'self, *, **',
    (rt, [list, rest, keywords]: [unknown[], unknown[], Keywords]) => {
      if (rest.length > 0) throw typeError('sort() takes no positional arguments')
      for (const name of keywords.keys())
        if (name !== 'key' && name !== 'reverse')
          throw typeError(`'${name}' is an invalid keyword argument for sort()`)
      return sortInPlace(rt, list, [keywords.get('key'), keywords.get('reverse')])
    },
  ],
]

function grown(rt: Runtime, list: unknown[], items: readonly unknown[]): null {
  rt.budget.charge(items.length * 8)
  for (const item of items) list.push(item)
  return null
}

function changed(change: () => unknown): null {
  change()
  return null
}

function indexOf(list: readonly unknown[], value: unknown, [start, stop]: readonly unknown[]): number {
  const clamp = (index: number) => (index < 0 ? Math.max(0, index + list.length) : index)
  const to = Math.min(clamp(intOr(stop, list.length)), list.length)
  for (let index = clamp(intOr(start, 0)); index < to; index++) if (equal(list[index], value)) return index
  throw valueError(
    list instanceof Tuple ? 'tuple.index(x): x not in tuple' : `${pythonRepr(value)} is not in list`,
  )
}

function popped(list: unknown[], index: number): unknown {
  if (list.length === 0) throw valueError('pop from empty list')
  const at = index < 0 ? index + list.length : index
  if (at < 0 || at >= list.length) throw valueError('pop index out of range')
  return list.splice(at, 1)[0]
}

function removed(list: unknown[], value: unknown): null {
  const index = list.findIndex((item) => equal(item, value))
  if (index === -1) throw valueError('list.remove(x): x not in list')
  list.splice(index, 1)
  return null
}

function sortInPlace(rt: Runtime, list: unknown[], [key, reverse]: readonly unknown[]): null {
  const keyOf = key === undefined || key === null ? (item: unknown) => item : keyFunction(rt, key)
  const sorted = sortedBy(list, keyOf, reverse !== undefined && isTruthy(reverse))
  for (const [index, item] of sorted.entries()) list[index] = item
  return null
}

function keyFunction(rt: Runtime, key: unknown): (item: unknown) => unknown {
  return (item) => {
    const result = rt.callHere(key, [item])
    if (!(result instanceof Promise)) return result
    result.catch(() => undefined)
    throw typeError('a function that waits cannot be the key of a sort')
  }
}
