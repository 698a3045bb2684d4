// SPDX-License-Identifier: Apache-2.0
import {
  add,
  divide,
  equal,
  floatOf,
  isInteger,
  isMap,
  isNumeric,
  isOrdered,
  isTruthy,
  mapOf,
  messageOf,
  operationError,
  plainNumber,
  pythonRepr,
  pythonTypeName,
  randomSample,
  secureBits,
  seededBits,
  Tuple,
  ValueMap,
} from '@halite/core'
import { encodeText } from '../../format/encodings.ts'
import { parseFloatText } from '../../format/numbers.ts'
import { intOf, intOr } from '../../methods/arguments.ts'
import { distinct, pick } from '../../methods/set.ts'
import { isHashable } from '../../runtime/access.ts'
import { TemplateProblem } from '../../runtime/errors.ts'
import { itemsOf, iterate, sizeOfValue } from '../../runtime/iteration.ts'
import { type Keywords, type NativeRow, pythonErrorOf, typeError, valueError } from '../../runtime/native.ts'
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
  ['is_iter', 'thing, ignore?', (_rt, [value, ignored]) => isIter(value, ignored)],
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
  [
    'exactly_n_true',
    'iterable, amount?',
    (_rt, [value, amount]) => countTrue(value) === (amount === undefined ? 1 : Math.max(0, intOf(amount))),
  ],
  ['exactly_one_true', 'iterable', (_rt, [value]) => countTrue(value) === 1],
  ['compare_dicts', 'old?, new?', (rt, [before, after]) => compareMaps(rt, before ?? null, after ?? null)],
  ['compare_lists', 'old?, new?', (rt, [before, after]) => compareLists(rt, before ?? null, after ?? null)],
  ...['json_encode_dict', 'json_decode_dict', 'json_encode_list', 'json_decode_list'].map(
    (name): NativeRow => [
      name,
      'data, encoding?, errors?, keep?, *, **',
      (_rt, [value, encoding, errors, keep]) =>
        encoded(value, name, { encoding, errors, keepsUnfit: keep !== undefined && isTruthy(keep) }),
    ],
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

/** Text is no iterable here, unless something else is ignored in its place. */
function isIter(value: unknown, ignored: unknown): boolean {
  if (ignored === undefined) return isIterable(value)
  if (isTruthy(ignored)) throw typeError('isinstance() arg 2 must be a type, a tuple of types, or a union')
  return isIterable(value) || typeof value === 'string' || value instanceof Markup
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
    const text = value instanceof Markup ? value.text : value
    const number = typeof text === 'string' ? parseFloatText(text) : plainNumber(value)
    if (number === undefined && typeof text === 'string')
      throw valueError(`could not convert string to float: ${pythonRepr(text)}`)
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
  const isOfSets = isHashable(a) && isHashable(b)
  if (!isOfSets) listed(a, b)
  const [left, right] = [itemsOf(a), itemsOf(b)]
  const result = [
    ...left.filter((item) => !holds(right, item)),
    ...right.filter((item) => !holds(left, item)),
  ]
  return isOfSets ? distinct(result) : unique(result)
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

/** Python's own: what is no map is walked over and asked in the same way. */
function compareMaps(rt: Runtime, before: unknown, after: unknown): ValueMap {
  const changes = new ValueMap()
  const keysOf = (value: unknown) => (isTruthy(value) ? itemsOf(value) : [])
  for (const key of distinct([...keysOf(after), ...keysOf(before)])) {
    const change = changeAt(rt, key, [before, after])
    if (change !== undefined)
      changes.set(
        key,
        mapOf([
          ['old', change[0]],
          ['new', change[1]],
        ]),
      )
  }
  return changes
}

function changeAt(
  rt: Runtime,
  key: unknown,
  [before, after]: readonly unknown[],
): readonly unknown[] | undefined {
  if (!rt.in(key, before, rt.place)) return ['', subscript(after, key)]
  if (!rt.in(key, after, rt.place)) return [subscript(before, key), '']
  const [old, now] = [subscript(before, key), subscript(after, key)]
  return equal(old, now) ? undefined : [old, now]
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

/** Text as bytes, everywhere in the data. */
interface Encoding {
  readonly encoding: unknown
  readonly errors: unknown
  /** What cannot be encoded stays text. */
  readonly keepsUnfit: boolean
}

function encoded(value: unknown, name: string, how: Encoding): unknown {
  if (!name.endsWith('_dict')) return itemsOf(value).map((item) => encodedPart(item, how))
  if (!(value instanceof Map)) throw typeError(`'${pythonTypeName(value)}' object has no attribute 'items'`)
  return encodedPart(value, how)
}

function encodedPart(value: unknown, how: Encoding): unknown {
  if (typeof value === 'string') return encodedText(value, how)
  if (Array.isArray(value)) return Array.from(value, (item) => encodedPart(item, how))
  if (value instanceof Map)
    return new ValueMap(Array.from(value, ([key, item]) => [encodedPart(key, how), encodedPart(item, how)]))
  return value
}

/** An encoding that is no text encodes nothing, as Salt passes over the TypeError. */
function encodedText(text: string, { encoding, errors, keepsUnfit }: Encoding): unknown {
  const isText = (given: unknown) => given === undefined || typeof given === 'string'
  if (!isText(errors) || (isTruthy(encoding ?? null) && !isText(encoding))) return text
  const mode = typeof errors === 'string' ? errors : 'strict'
  const name = typeof encoding === 'string' && encoding !== '' ? encoding : 'utf-8'
  try {
    return encodeText(text, name, mode)
  } catch (error) {
    if (keepsUnfit && !messageOf(error).startsWith('unknown encoding')) return text
    throw error
  }
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
