// SPDX-License-Identifier: Apache-2.0
import {
  add,
  divide,
  equal,
  floatOf,
  isMap,
  isNumeric,
  isOrdered,
  isTruthy,
  messageOf,
  plainNumber,
  pythonTypeName,
  randomSample,
  secureBits,
  seededBits,
  Tuple,
  ValueMap,
} from '@halite/core'
import { encodeText } from '../../format/encodings.ts'
import { intOr } from '../../methods/arguments.ts'
import { distinct, pick } from '../../methods/set.ts'
import { TemplateProblem } from '../../runtime/errors.ts'
import { itemsOf, iterate, sizeOfValue } from '../../runtime/iteration.ts'
import { type Keywords, type NativeRow, typeError, valueError } from '../../runtime/native.ts'
import { Iterable, Markup } from '../../runtime/objects.ts'
import type { Runtime } from '../../runtime/runtime.ts'
import { sortedBy } from '../../runtime/sorting.ts'
import { Undefined } from '../../runtime/undefined.ts'
import { digest } from './hashes.ts'
import { methodCall } from './method-call.ts'
import { toNumber } from './text.ts'

/** Salt's filters for lists, maps and the types of values. */
export const saltDataFilters: readonly NativeRow[] = [
  [
    'sequence',
    'data',
    (_rt, [value]) =>
      Array.isArray(value) || value instanceof Set || value instanceof Map ? value : [value],
  ],
  ['to_bool', 'val', (_rt, [value]) => toBool(value)],
  ['is_list', 'value', (_rt, [value]) => Array.isArray(value) && !(value instanceof Tuple)],
  ['is_iter', 'thing, ignore?', (_rt, [value]) => isIterable(value)],
  ['unique', 'values', (_rt, [value]) => unique(value)],
  ['min', 'obj', (_rt, [value]) => extreme(value, 'min')],
  ['max', 'obj', (_rt, [value]) => extreme(value, 'max')],
  ['avg', 'lst', (_rt, [value]) => average(value)],
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
        : unique(itemsOf(a).filter((item) => holds(b, item))),
  ],
  [
    'difference',
    'lst1, lst2',
    (_rt, [a, b]) =>
      isHashable(a) && isHashable(b)
        ? pick(distinct(iterate(a)), b, false)
        : unique(itemsOf(a).filter((item) => !holds(b, item))),
  ],
  ['symmetric_difference', 'lst1, lst2', (_rt, [a, b]) => symmetricDifference(a, b)],
  [
    'flatten',
    'data, levels?, preserve_nulls?',
    (rt, [value, levels, nulls]) =>
      flat(rt, value, {
        levels: levels === undefined || levels === null ? undefined : intOr(levels, 0),
        keepNulls: nulls !== undefined && isTruthy(nulls),
        inside: new Set(),
      }),
  ],
  [
    'sorted_ignorecase',
    'to_sort',
    (rt, [value]) => sortedBy(iterate(value), (item) => rt.text(item).toLowerCase()),
  ],
  [
    'substring_in_list',
    'string_to_search_for, list_to_search',
    (rt, [text, list]) => itemsOf(list).some((item) => rt.in(text, item, rt.place)),
  ],
  ['exactly_n_true', 'iterable, amount?', (_rt, [value, amount]) => countTrue(value) === intOr(amount, 1)],
  ['exactly_one_true', 'iterable', (_rt, [value]) => countTrue(value) === 1],
  ['compare_dicts', 'old?, new?', (_rt, [before, after]) => compareMaps(before, after)],
  ['compare_lists', 'old?, new?', (_rt, [before, after]) => compareLists(before, after)],
  ...['json_encode_dict', 'json_decode_dict', 'json_encode_list', 'json_decode_list'].map(
    (name): NativeRow => [name, 'data, *, **', (_rt, [value]) => encoded(value, name)],
  ),
  ['mysql_to_dict', 'data, key', (rt, [value, key]) => tableRows(rt, value, rt.text(key))],
  ['to_entries', 'data', (_rt, [value]) => toEntries(value)],
  ['from_entries', 'entries', (_rt, [value]) => fromEntries(value)],
  [
    'random_sample',
    'value, size, seed?',
    (_rt, [value, size, seed]) => sample(itemsOf(value), intOr(size, 0), seed),
  ],
  [
    'random_shuffle',
    'value, seed?',
    (_rt, [value, seed]) => sample(itemsOf(value), itemsOf(value).length, seed),
  ],
  [
    'method_call',
    'obj, f_name, *, **',
    (rt, [object, name, args, keywords]: [unknown, unknown, unknown[], Keywords]) =>
      methodCall(rt, [object, rt.text(name), args, keywords]),
    { mayWait: true },
  ],
]

/** What Python's `hash` accepts: everything but lists, maps and sets. */
function isHashable(value: unknown): boolean {
  if (value instanceof Undefined) value.fail()
  return !(value instanceof Map || value instanceof Set) && (!Array.isArray(value) || value instanceof Tuple)
}

function toBool(value: unknown): boolean {
  // Undefined included: Salt's filter never looks into it.
  if (value === null || value instanceof Undefined) return false
  if (typeof value === 'boolean') return value
  const text = value instanceof Markup ? value.text : value
  if (typeof text === 'string') return ['yes', '1', 'true'].includes(text.toLowerCase())
  if (typeof value === 'bigint') return value > 0n
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value > 0
  return isHashable(value) ? false : sizeOfValue(value) > 0
}

function isIterable(value: unknown): boolean {
  return (
    Array.isArray(value) ||
    value instanceof Map ||
    value instanceof Set ||
    value instanceof Uint8Array ||
    value instanceof Iterable
  )
}

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

function extreme(value: unknown, which: 'min' | 'max'): unknown {
  const items = itemsOf(value)
  if (items.length === 0) throw valueError(`${which}() arg is an empty sequence`)
  return items.reduce((best, item) => (isOrdered(item, which === 'min' ? '<' : '>', best) ? item : best))
}

function average(value: unknown): unknown {
  if (isHashable(value)) {
    const number = plainNumber(value)
    if (number === undefined)
      throw typeError(`float() argument must be a string or a real number, not '${pythonTypeName(value)}'`)
    return floatOf(Number(number))
  }
  const items = itemsOf(value)
  return divide(
    items.reduce((sum, item) => add(sum, item), 0),
    items.length,
  )
}

function listed(a: unknown, b: unknown): readonly unknown[] {
  if (!Array.isArray(a) || !Array.isArray(b) || a instanceof Tuple !== b instanceof Tuple) {
    throw typeError(`unsupported operand type(s) for +: '${pythonTypeName(a)}' and '${pythonTypeName(b)}'`)
  }
  return a
}

function holds(list: unknown, item: unknown): boolean {
  if (typeof list === 'string') return typeof item === 'string' && list.includes(item)
  return itemsOf(list).some((each) => equal(each, item))
}

function symmetricDifference(a: unknown, b: unknown): unknown {
  const [left, right] = [itemsOf(a), itemsOf(b)]
  const result = [
    ...left.filter((item) => !holds(right, item)),
    ...right.filter((item) => !holds(left, item)),
  ]
  return isHashable(a) && isHashable(b) ? distinct(result) : unique(result)
}

function flat(
  rt: Runtime,
  value: unknown,
  how: {
    readonly levels: number | undefined
    readonly keepNulls: boolean
    readonly inside: ReadonlySet<unknown>
  },
): unknown[] {
  if (how.inside.has(value) || how.inside.size > 200)
    throw valueError('Reference cycle detected. Check input list.')
  const inside = new Set([...how.inside, value])
  const result: unknown[] = []
  for (const item of iterate(value)) {
    if (!how.keepNulls && (item === null || item === 'None' || item === 'null')) continue
    const isDeep = isIterable(item) && (how.levels === undefined || how.levels >= 1)
    if (isDeep)
      result.push(
        ...flat(rt, item, { ...how, levels: how.levels === undefined ? undefined : how.levels - 1, inside }),
      )
    else result.push(item)
  }
  rt.budget.charge(result.length)
  return result
}

function countTrue(value: unknown): number {
  return Array.from(iterate(value)).filter(isTruthy).length
}

function compareMaps(before: unknown, after: unknown): ValueMap {
  const [old, now] = [before, after].map((value) => (value instanceof Map ? value : new ValueMap())) as [
    Map<unknown, unknown>,
    Map<unknown, unknown>,
  ]
  const changes = new ValueMap()
  for (const key of distinct([...now.keys(), ...old.keys()])) {
    if (!old.has(key))
      changes.set(
        key,
        new ValueMap([
          ['old', ''],
          ['new', now.get(key)],
        ]),
      )
    else if (!now.has(key))
      changes.set(
        key,
        new ValueMap([
          ['new', ''],
          ['old', old.get(key)],
        ]),
      )
    else if (!equal(old.get(key), now.get(key)))
      changes.set(
        key,
        new ValueMap([
          ['old', old.get(key)],
          ['new', now.get(key)],
        ]),
      )
  }
  return changes
}

function compareLists(before: unknown, after: unknown): ValueMap {
  const [old, now] = [itemsOf(before), itemsOf(after)]
  const changes = new ValueMap()
  const [added, removed] = [now.filter((item) => !holds(old, item)), old.filter((item) => !holds(now, item))]
  if (added.length > 0) changes.set('new', added)
  if (removed.length > 0) changes.set('old', removed)
  return changes
}

/** Text as bytes, everywhere in the data. */
function encoded(value: unknown, name: string): unknown {
  const wanted = name.endsWith('_dict')
  if (wanted !== value instanceof Map)
    throw typeError(`'${pythonTypeName(value)}' object has no attribute 'items'`)
  return encodedPart(value)
}

function encodedPart(value: unknown): unknown {
  if (typeof value === 'string') return encodeText(value, 'utf-8', 'strict')
  if (Array.isArray(value)) return Array.from(value, encodedPart)
  if (value instanceof Map)
    return new ValueMap(Array.from(value, ([key, item]) => [encodedPart(key), encodedPart(item)]))
  return value
}

function tableRows(rt: Runtime, value: unknown, key: string): ValueMap {
  const rows = new ValueMap()
  let headers: string[] = []
  for (const each of iterate(value)) {
    const line = rt.text(each)
    if (line === '' || line.startsWith('+')) continue
    const cells = line.split('|').map((cell) => cell.trim())
    if (headers.length <= 1) {
      headers = cells
      continue
    }
    const row = new ValueMap()
    for (let index = 1; index < headers.length - 1; index++)
      row.set(headers[index], toNumber(cells[index] ?? ''))
    rows.set(row.get(key) ?? null, row)
  }
  return rows
}

function toEntries(value: unknown): unknown[] {
  const entry = (key: unknown, item: unknown) =>
    new ValueMap([
      ['key', key],
      ['value', item],
    ])
  if (value instanceof Map) return Array.from(value, ([key, item]) => entry(key, item))
  if (Array.isArray(value)) return Array.from(value, (item, index) => entry(index, item))
  throw new TemplateProblem('error', 'Input data must be a dict or list')
}

function fromEntries(value: unknown): ValueMap {
  const map = new ValueMap()
  for (const entry of iterate(value)) {
    if (!isMap(entry) || !(entry instanceof Map))
      throw typeError(`'${pythonTypeName(entry)}' object is not a mapping`)
    const parts = new Map(
      Array.from(entry, ([key, item]) => [typeof key === 'string' ? key.toLowerCase() : key, item]),
    )
    const key = ['key', 'name']
      .map((name) => parts.get(name))
      .find((each) => each !== undefined && isTruthy(each))
    if (key !== undefined) map.set(key, parts.get('value') ?? null)
  }
  return map
}

/** With a seed as Salt draws it: by the SHA-512 of the seed. */
function sample(items: readonly unknown[], size: number, seed: unknown): unknown[] {
  const bits = seed === undefined || seed === null ? secureBits : seededBits(digest('sha512', seed))
  try {
    return randomSample(bits, items, size)
  } catch (error) {
    throw valueError(messageOf(error))
  }
}
