// SPDX-License-Identifier: Apache-2.0
import { operationError, pythonRepr, ValueMap } from '@halite/core'
import { iterate } from '../runtime/iteration.ts'
import type { NativeRow } from '../runtime/native.ts'

type Members = Set<unknown>

/** Methods of sets. */
export const setMethods: readonly NativeRow[] = [
  [
    'union',
    'self, *',
    (_rt, [set, others]: [Members, unknown[]]) =>
      distinct([...set, ...others.flatMap((other) => [...iterate(other)])]),
  ],
  [
    'intersection',
    'self, *',
    (_rt, [set, others]: [Members, unknown[]]) =>
      others.reduce<Members>((left, other) => pick(left, other, true), set),
  ],
  [
    'difference',
    'self, *',
    (_rt, [set, others]: [Members, unknown[]]) =>
      others.reduce<Members>((left, other) => pick(left, other, false), set),
  ],
  [
    'symmetric_difference',
    'self, other',
    (_rt, [set, other]: [Members, unknown]) =>
      distinct([...pick(set, other, false), ...pick(distinct(iterate(other)), set, false)]),
  ],
  ['issubset', 'self, other', (_rt, [set, other]: [Members, unknown]) => pick(set, other, false).size === 0],
  [
    'issuperset',
    'self, other',
    (_rt, [set, other]: [Members, unknown]) => pick(distinct(iterate(other)), set, false).size === 0,
  ],
  ['isdisjoint', 'self, other', (_rt, [set, other]: [Members, unknown]) => pick(set, other, true).size === 0],
  ['copy', 'self', (_rt, [set]: [Members]) => new Set(set)],
  [
    'add',
    'self, elem',
    (_rt, [set, item]: [Members, unknown]) =>
      changed(() => pick(new Set([item]), set, false).size > 0 && set.add(item)),
  ],
  ['discard', 'self, elem', (_rt, [set, item]: [Members, unknown]) => changed(() => drop(set, item))],
  [
    'remove',
    'self, elem',
    (_rt, [set, item]: [Members, unknown]) => {
      if (!drop(set, item)) throw operationError('KeyError', pythonRepr(item))
      return null
    },
  ],
  [
    'update',
    'self, *',
    (_rt, [set, others]: [Members, unknown[]]) =>
      changed(() => replace(set, [...set, ...others.flatMap((other) => [...iterate(other)])])),
  ],
  ['clear', 'self', (_rt, [set]: [Members]) => changed(() => set.clear())],
]

/** A set of the items that Python finds different from one another. */
export function distinct(items: Iterable<unknown>): Members {
  return new Set(new ValueMap(Array.from(items, (item) => [item, true])).keys())
}

/** The members that `other` has (`wanted`), or that it does not have. */
export function pick(set: Members, other: unknown, wanted: boolean): Members {
  const known = new ValueMap(Array.from(iterate(other), (item) => [item, true]))
  return new Set([...set].filter((item) => known.has(item) === wanted))
}

function changed(change: () => unknown): null {
  change()
  return null
}

function drop(set: Members, item: unknown): boolean {
  const [found] = pick(set, [item], true)
  return found !== undefined && set.delete(found)
}

function replace(set: Members, items: readonly unknown[]): void {
  const all = distinct(items)
  set.clear()
  for (const item of all) set.add(item)
}
