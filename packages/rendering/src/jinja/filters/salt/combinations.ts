// SPDX-License-Identifier: Apache-2.0
import { isTruthy, type Tuple, tupleOf } from '@halite/core'
import { intOf } from '../../methods/arguments.ts'
import { itemsOf, iterate } from '../../runtime/iteration.ts'
import { type Keywords, type NativeRow, valueError } from '../../runtime/native.ts'
import { Generator } from '../../runtime/objects.ts'
import type { Runtime } from '../../runtime/runtime.ts'

type Tuples = IterableIterator<Tuple>

/** Salt's filters from Python's itertools. All are lazy. */
export const combinationFilters: readonly NativeRow[] = [
  [
    'combinations',
    'iterable, r',
    (rt, [value, size]) =>
      lazily(
        rt,
        'itertools.combinations',
        chosen(itemsOf(value), sizeOf(size), { repeat: false, ordered: false }),
      ),
  ],
  [
    'combinations_with_replacement',
    'iterable, r',
    (rt, [value, size]) =>
      lazily(
        rt,
        'itertools.combinations_with_replacement',
        chosen(itemsOf(value), sizeOf(size), { repeat: true, ordered: false }),
      ),
  ],
  [
    'permutations',
    'iterable, r?',
    (rt, [value, size]) =>
      lazily(
        rt,
        'itertools.permutations',
        chosen(itemsOf(value), size === undefined || size === null ? itemsOf(value).length : sizeOf(size), {
          repeat: false,
          ordered: true,
        }),
      ),
  ],
  [
    'product',
    '*, **',
    (rt, [lists, keywords]: [unknown[], Keywords]) =>
      lazily(rt, 'itertools.product', products(lists, keywords.get('repeat'))),
  ],
  ['zip', '*, **', (rt, [lists]: [unknown[]]) => lazily(rt, 'zip', zipped(lists.map(iteratorOf)))],
  [
    'zip_longest',
    '*, **',
    (rt, [lists, keywords]: [unknown[], Keywords]) =>
      lazily(
        rt,
        'itertools.zip_longest',
        zippedLongest(lists.map(iteratorOf), keywords.get('fillvalue') ?? null),
      ),
  ],
  [
    'compress',
    'data, selectors',
    (rt, [value, selectors]) =>
      lazily(rt, 'itertools.compress', compressed(iteratorOf(value), iteratorOf(selectors))),
  ],
]

function lazily(rt: Runtime, name: string, items: Iterable<unknown>): Generator {
  return new Generator(name, counted(rt, items))
}

/** There may be many more of them than of the items they are made from. */
function* counted(rt: Runtime, items: Iterable<unknown>): IterableIterator<unknown> {
  for (const item of items) {
    rt.budget.step()
    rt.budget.charge(64)
    yield item
  }
}

function sizeOf(value: unknown): number {
  const size = intOf(value)
  if (size < 0) throw valueError('r must be non-negative')
  return size
}

/** Choices of `size` items in the order of their places. */
function* chosen(
  items: readonly unknown[],
  size: number,
  how: { repeat: boolean; ordered: boolean },
): Tuples {
  const places: number[] = []
  function* next(): Tuples {
    if (places.length === size) {
      yield tupleOf(places.map((place) => items[place]))
      return
    }
    const last = places.at(-1)
    const from = how.ordered || last === undefined ? 0 : how.repeat ? last : last + 1
    for (let place = from; place < items.length; place++) {
      if (how.ordered && !how.repeat && places.includes(place)) continue
      places.push(place)
      yield* next()
      places.pop()
    }
  }
  if (size > items.length && !how.repeat) return
  yield* next()
}

function products(lists: readonly unknown[], repeat: unknown): Tuples {
  const once = lists.map(itemsOf)
  const times = repeat === undefined ? 1 : intOf(repeat)
  if (times > 64) throw valueError('repeat is too large')
  const all = Array.from({ length: times }, () => once).flat()
  function* next(index: number, parts: readonly unknown[]): Tuples {
    const list = all[index]
    if (list === undefined) yield tupleOf(parts)
    else for (const item of list) yield* next(index + 1, [...parts, item])
  }
  return next(0, [])
}

/** Asked for at once, so that what cannot be walked over is an error before the first item is wanted. */
function iteratorOf(list: unknown): Iterator<unknown> {
  return iterate(list)[Symbol.iterator]()
}

function* zipped(iterators: readonly Iterator<unknown>[]): Tuples {
  while (iterators.length > 0) {
    const parts: unknown[] = []
    for (const iterator of iterators) {
      const { done, value } = iterator.next()
      if (done) return
      parts.push(value)
    }
    yield tupleOf(parts)
  }
}

function* zippedLongest(iterators: readonly Iterator<unknown>[], fill: unknown): Tuples {
  while (true) {
    const parts = iterators.map((iterator) => iterator.next())
    if (parts.every(({ done }) => done)) return
    yield tupleOf(parts.map(({ done, value }) => (done ? fill : value)))
  }
}

function* compressed(items: Iterator<unknown>, marks: Iterator<unknown>): IterableIterator<unknown> {
  for (;;) {
    const [item, mark] = [items.next(), marks.next()]
    if (item.done || mark.done) return
    if (isTruthy(mark.value)) yield item.value
  }
}
