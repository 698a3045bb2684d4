// SPDX-License-Identifier: Apache-2.0
import { equal, isNumeric, pythonTypeName, Tuple, ValueMap } from '@halite/core'
import { distinct, pick } from '../../methods/set.ts'
import { isHashable } from '../../runtime/access.ts'
import { itemsOf, iterate } from '../../runtime/iteration.ts'
import { contains } from '../../runtime/membership.ts'
import { type NativeRow, typeError } from '../../runtime/native.ts'

/** Salt's filters that treat lists as sets. As in Salt, what can be a key of a map gives a set, everything else a list. */
export const setFilters: readonly NativeRow[] = [
  ['unique', 'values', (_rt, [value]) => unique(value)],
  [
    'union',
    'lst1, lst2',
    (_rt, [a, b]) =>
      isHashable(a) && isHashable(b)
        ? distinct([...iterate(a), ...iterate(b)])
        : unique([...listed(a, b), ...itemsOf(b)]),
  ],
  [
    'intersect',
    'lst1, lst2',
    (_rt, [a, b]) =>
      isHashable(a) && isHashable(b)
        ? pick(distinct(iterate(a)), b, true)
        : unique(itemsOf(a).filter((item) => contains(b, item))),
  ],
  [
    'difference',
    'lst1, lst2',
    (_rt, [a, b]) =>
      isHashable(a) && isHashable(b)
        ? pick(distinct(iterate(a)), b, false)
        : unique(itemsOf(a).filter((item) => !contains(b, item))),
  ],
  ['symmetric_difference', 'lst1, lst2', (_rt, [a, b]) => symmetricDifference(a, b)],
]

function unique(value: unknown): unknown {
  if (isHashable(value)) return distinct(iterate(value))
  const kept: unknown[] = []
  const seen = new ValueMap()
  for (const item of iterate(value)) {
    const isKnown = isKey(item) ? seen.has(item) : kept.some((each) => equal(each, item))
    if (isKnown) continue
    if (isKey(item)) seen.set(item, true)
    kept.push(item)
  }
  return kept
}

function isKey(value: unknown): boolean {
  return typeof value !== 'object' || value === null || (isNumeric(value) && !Array.isArray(value))
}

function listed(a: unknown, b: unknown): readonly unknown[] {
  if (!Array.isArray(a) || !Array.isArray(b) || a instanceof Tuple !== b instanceof Tuple) {
    throw typeError(`unsupported operand type(s) for +: '${pythonTypeName(a)}' and '${pythonTypeName(b)}'`)
  }
  return a
}

function symmetricDifference(a: unknown, b: unknown): unknown {
  const isOfSets = isHashable(a) && isHashable(b)
  if (!isOfSets) listed(a, b)
  const [left, right] = [itemsOf(a), itemsOf(b)]
  const result = [
    ...left.filter((item) => !contains(right, item)),
    ...right.filter((item) => !contains(left, item)),
  ]
  return isOfSets ? distinct(result) : unique(result)
}
