// SPDX-License-Identifier: Apache-2.0
import {
  add,
  divide,
  floatOf,
  isOrdered,
  isTruthy,
  parseFloatText,
  plainNumber,
  pythonRepr,
  pythonTypeName,
  Tuple,
} from '@halite/core'
import { intOf, intOr } from '../../methods/arguments.ts'
import { isHashable } from '../../runtime/access.ts'
import { itemsOf, iterate, sizeOfValue } from '../../runtime/iteration.ts'
import { type Keywords, type NativeRow, typeError, valueError } from '../../runtime/native.ts'
import { Iterable, MapView, Markup } from '../../runtime/objects.ts'
import type { Runtime } from '../../runtime/runtime.ts'
import { sortedBy } from '../../runtime/sorting.ts'
import { Undefined } from '../../runtime/undefined.ts'
import { methodCall } from './method-call.ts'

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
  ['min', 'obj', (_rt, [value]) => extreme(value, 'min')],
  ['max', 'obj', (_rt, [value]) => extreme(value, 'max')],
  ['avg', 'lst', (_rt, [value]) => average(value)],
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
  return isHashable(value) && !isSetView(value) ? false : sizeOfValue(value) > 0
}

/** The views of a map that are sets, which Python does not hash. */
function isSetView(value: unknown): boolean {
  return value instanceof MapView && value.kind !== 'values'
}

/** Text is no iterable here, unless something else is ignored in its place. */
function isIter(value: unknown, ignored: unknown): boolean {
  if (value instanceof Undefined) value.fail()
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
