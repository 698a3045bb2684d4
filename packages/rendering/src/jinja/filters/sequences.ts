// SPDX-License-Identifier: Apache-2.0
import { add, equal, isMap, isTruthy, plainNumber, pythonTypeName, Tuple, tupleOf } from '@halite/core'
import { intOf } from '../methods/arguments.ts'
import { canIterate, itemsOf, iterate, sizeOfValue } from '../runtime/iteration.ts'
import { filterArgumentError, type NativeRow, typeError } from '../runtime/native.ts'
import { Generator, Group, MapView, OrderedMap, pair, Range } from '../runtime/objects.ts'
import type { Runtime } from '../runtime/runtime.ts'
import { sortedBy } from '../runtime/sorting.ts'
import { pointsOf } from '../runtime/text-points.ts'
import { Undefined } from '../runtime/undefined.ts'
import { getter, ignoringCase, multiGetter } from './getter.ts'

/** Jinja's filters for lists, maps and everything else that can be walked over. */
export const sequenceFilters: readonly NativeRow[] = [
  ['length', 'obj', (_rt, [value]) => sizeOfValue(value)],
  ['count', 'obj', (_rt, [value]) => sizeOfValue(value)],
  ['first', 'seq', (rt, [value]) => first(rt, value)],
  ['last', 'seq', (rt, [value]) => last(rt, value)],
  ['list', 'value', (rt, [value]) => listOf(rt, value)],
  [
    'join',
    'value, d?, attribute?',
    (rt, [value, separator, attribute]) => joined(rt, value, [separator, attribute]),
  ],
  ['reverse', 'value', (_rt, [value]) => reversed(value)],
  ['sort', 'value, reverse?, case_sensitive?, attribute?', (rt, [value, ...how]) => sorted(rt, value, how)],
  [
    'dictsort',
    'value, case_sensitive?, by?, reverse?',
    (rt, [value, ...how]) => sortedEntries(rt, value, how),
  ],
  ['items', 'value', (_rt, [value]) => entries(value)],
  [
    'groupby',
    'value, attribute, default?, case_sensitive?',
    (rt, [value, ...how]) => grouped(rt, value, how),
  ],
  [
    'sum',
    'iterable, attribute?, start?',
    (rt, [value, attribute, start]) => summed(rt, value, [attribute, start]),
  ],
  [
    'batch',
    'value, linecount, fill_with?',
    (_rt, [value, count, fill]) => new Generator('do_batch', batches(value, count, fill)),
  ],
  [
    'slice',
    'value, slices, fill_with?',
    (rt, [value, count, fill]) => new Generator('sync_do_slice', slices(rt, value, [count, fill])),
  ],
]

function first(rt: Runtime, value: unknown): unknown {
  for (const item of iterate(value)) return item
  return rt.undefined('No first item, sequence was empty.')
}

function last(rt: Runtime, value: unknown): unknown {
  if (value instanceof Generator) throw typeError("'generator' object is not reversible")
  if (!canIterate(value)) throw typeError(`'${pythonTypeName(value)}' object is not reversible`)
  const items = typeof value === 'string' ? pointsOf(value) : itemsOf(value)
  return items.length === 0 ? rt.undefined('No last item, sequence was empty.') : items.at(-1)
}

function listOf(rt: Runtime, value: unknown): unknown[] {
  const items = [...iterate(value)]
  rt.budget.charge(items.length * 8)
  return items
}

function joined(rt: Runtime, value: unknown, [separator, attribute]: readonly unknown[]): string {
  const between = separator === undefined ? '' : rt.str(separator)
  const get = getter(rt, attribute)
  let size = 0
  const texts = Array.from(iterate(value), (item) => {
    const text = rt.str(get(item))
    size += text.length + between.length
    return text
  })
  rt.budget.charge(size)
  return texts.join(between)
}

function reversed(value: unknown): unknown {
  if (typeof value === 'string') return pointsOf(value).reverse().join('')
  if (!canIterate(value)) throw filterArgumentError('argument must be iterable')
  const items = Array.from(iterate(value)).reverse()
  if (value instanceof Generator || value instanceof Set) return items
  if (value instanceof Range) return new Generator('range_iterator', items)
  return new Generator(reversedName(value), items)
}

/** The name of Python's iterator over a sequence or map from its end. */
function reversedName(value: unknown): string {
  if (value instanceof MapView) return `dict_reverse${value.kind.slice(0, -1)}iterator`
  if (value instanceof Map) return value instanceof OrderedMap ? 'odict_iterator' : 'dict_reversekeyiterator'
  return Array.isArray(value) && !(value instanceof Tuple) ? 'list_reverseiterator' : 'reversed'
}

function sorted(
  rt: Runtime,
  value: unknown,
  [reverse, caseSensitive, attribute]: readonly unknown[],
): unknown[] {
  const isReversed = reverse !== undefined && intOf(reverse) !== 0
  const get = multiGetter(rt, attribute)
  const keyOf = isSet(caseSensitive) ? get : (item: unknown) => tupleOf(get(item).map(ignoringCase))
  const items = [...iterate(value)]
  // Nothing is compared, so a missing attribute does not matter.
  if (items.length < 2) return items
  return sortedBy(items, (item) => failing(keyOf(item)), isReversed)
}

/** A key that is undefined fails with what it has to say, before it is compared. */
function failing(key: Tuple): Tuple {
  for (const part of key) if (part instanceof Undefined) part.fail()
  return key
}

function sortedEntries(
  rt: Runtime,
  value: unknown,
  [caseSensitive, by, reverse]: readonly unknown[],
): unknown[] {
  if (value instanceof Undefined) value.fail()
  if (!(value instanceof Map)) throw typeError(`'${pythonTypeName(value)}' object has no attribute 'items'`)
  const name = by === undefined ? 'key' : rt.str(by)
  if (name !== 'key' && name !== 'value')
    throw filterArgumentError('You can only sort by either "key" or "value"')
  const pairs = Array.from(value, ([key, item]) => pair(key, item))
  const keyOf = (entry: Tuple) => entry[name === 'key' ? 0 : 1]
  return sortedBy(
    pairs,
    isSet(caseSensitive) ? keyOf : (entry) => ignoringCase(keyOf(entry)),
    reverse !== undefined && intOf(reverse) !== 0,
  )
}

function entries(value: unknown): unknown {
  if (value instanceof Undefined) return []
  if (value instanceof Map) return new Generator('do_items', new MapView('items', value).iterate())
  throw typeError(isMap(value) ? 'a map of a foreign kind' : 'Can only get item pairs from a mapping.')
}

function grouped(
  rt: Runtime,
  value: unknown,
  [attribute, fallback, caseSensitive]: readonly unknown[],
): unknown[] {
  const get = getter(rt, attribute, fallback)
  const keyOf = isSet(caseSensitive) ? get : (item: unknown) => ignoringCase(get(item))
  const groups: Group[] = []
  let current: unknown
  for (const item of sortedBy(iterate(value), keyOf)) {
    const key = keyOf(item)
    const group = groups.at(-1)
    if (group !== undefined && equal(current, key)) {
      ;(group[1] as unknown[]).push(item)
      continue
    }
    current = key
    const next = new Group()
    next.push(get(item), [item])
    groups.push(next)
  }
  return groups
}

function summed(rt: Runtime, value: unknown, [attribute, start]: readonly unknown[]): unknown {
  const get = getter(rt, attribute)
  let total: unknown = start ?? 0
  if (typeof total === 'string') throw typeError("sum() can't sum strings [use ''.join(seq) instead]")
  for (const item of iterate(value)) {
    const part = get(item)
    if (part instanceof Undefined) part.fail()
    total = add(total, part)
    if (Array.isArray(total)) rt.budget.charge(total.length)
  }
  return total
}

/** A size that is no number is never reached. */
function* batches(value: unknown, size: unknown, fill: unknown): Parts {
  const count = plainNumber(size) ?? Number.POSITIVE_INFINITY
  let batch: unknown[] = []
  for (const item of iterate(value)) {
    if (batch.length === Number(count)) {
      yield batch
      batch = []
    }
    batch.push(item)
  }
  if (batch.length === 0) return
  if (fill !== undefined && fill !== null) {
    const least = Math.min(intOf(size), 100_000)
    while (batch.length < least) batch.push(fill)
  }
  yield batch
}

type Parts = IterableIterator<unknown[]>

function* slices(rt: Runtime, value: unknown, [slices, fill]: readonly unknown[]): Parts {
  const items = itemsOf(value)
  const count = intOf(slices)
  if (count === 0) throw typeError('integer division or modulo by zero')
  rt.budget.charge(Math.max(count, 0))
  const size = Math.floor(items.length / count)
  const longer = items.length % count
  let start = 0
  for (let index = 0; index < count; index++) {
    const end = start + size + (index < longer ? 1 : 0)
    const part = items.slice(start, end)
    if (fill !== undefined && fill !== null && index >= longer) part.push(fill)
    start = end
    yield Array.from(part)
  }
}

function isSet(value: unknown): boolean {
  return value !== undefined && isTruthy(value)
}
