// SPDX-License-Identifier: Apache-2.0
import { isFloat, isTruthy, pythonTypeName, Tuple, tupleOf } from '@halite/core'
import { percentFormat } from '../format/percent.ts'
import { wrapText } from '../format/wrap.ts'
import { intOf, intOr } from '../methods/arguments.ts'
import { lines, stripped } from '../methods/spaces.ts'
import { capitalized } from '../methods/text-case.ts'
import { padded } from '../methods/text-layout.ts'
import { replaced } from '../methods/text-split.ts'
import { sizeOfValue } from '../runtime/iteration.ts'
import { type Keywords, type NativeRow, typeError } from '../runtime/native.ts'
import { Markup } from '../runtime/objects.ts'
import type { Runtime } from '../runtime/runtime.ts'
import { lengthOf, pointSlice } from '../runtime/text-points.ts'
import { Undefined } from '../runtime/undefined.ts'

/** Jinja's filters that take and give text. */
export const textFilters: readonly NativeRow[] = [
  ['upper', 's', (rt, [value]) => rt.str(value).toUpperCase()],
  ['lower', 's', (rt, [value]) => rt.str(value).toLowerCase()],
  ['capitalize', 's', (rt, [value]) => capitalized(rt.str(value))],
  ['title', 's', (rt, [value]) => titled(rt.str(value))],
  ['string', 'object', (rt, [value]) => rt.str(value)],
  [
    'trim',
    'value, chars?',
    (rt, [value, chars]) =>
      stripped(
        rt.str(value),
        chars === undefined || chars === null ? undefined : charactersOf(chars),
        'both',
      ),
  ],
  [
    'center',
    'value, width?',
    (rt, [value, width]) =>
      padded(rt, rt.str(value), { width: width === undefined ? 80 : width, fill: undefined, side: 'both' }),
  ],
  [
    'replace',
    's, old, new, count?',
    (rt, [value, old, by, count]) =>
      replaced(rt, rt.str(value), { old: rt.str(old), by: rt.str(by), limit: intOr(count, -1) || -1 }),
  ],
  [
    'format',
    'value, *, **',
    (rt, [value, args, keywords]: [unknown, unknown[], Keywords]) =>
      formatted(value instanceof Markup ? value : rt.str(value), args, keywords),
  ],
  [
    'indent',
    's, width?, first?, blank?',
    (rt, [value, width, first, blank]) => indented(rt, addable(rt, value), [width, first, blank]),
  ],
  ['truncate', 's, length?, killwords?, end?, leeway?', (rt, [value, ...how]) => truncated(rt, value, how)],
  [
    'wordwrap',
    's, width?, break_long_words?, wrapstring?, break_on_hyphens?',
    (rt, [value, ...how]) => wordWrapped(rt, wrappable(rt, value), how),
  ],
  ['wordcount', 's', (rt, [value]) => rt.str(value).match(/[\p{L}\p{N}_]+/gu)?.length ?? 0],
]

function titled(text: string): string {
  return text
    .split(/([-\s({[<]+)/u)
    .map((part) => upperFirst(part))
    .join('')
}

function formatted(template: string | Markup, args: readonly unknown[], keywords: Keywords): unknown {
  if (args.length > 0 && keywords.size > 0) {
    throw typeError("can't handle positional and keyword arguments at the same time")
  }
  return percentFormat(
    template,
    keywords.size > 0 ? new Map(keywords) : args instanceof Tuple ? args : tupleOf(args),
  )
}

function indented(rt: Runtime, text: string, [width, first, blank]: readonly unknown[]): string {
  const margin =
    typeof width === 'string' ? width : ' '.repeat(Math.max(0, Math.min(intOr(width, 4), 100_000)))
  const all = lines(`${text}\n`)
  rt.budget.charge(all.length * margin.length)
  const body = all
    .map((line, index) => (index > 0 && (line !== '' || isSet(blank)) ? margin + line : line))
    .join('\n')
  return isSet(first) ? margin + body : body
}

/** `indent` begins by adding a line break, which only text takes. */
function addable(rt: Runtime, value: unknown): string {
  if (typeof value === 'string' || value instanceof Markup || value instanceof Undefined) return rt.str(value)
  const sign = Array.isArray(value) && !(value instanceof Tuple) ? undefined : pythonTypeName(value)
  if (sign === undefined) throw typeError("'list' object has no attribute 'splitlines'")
  throw typeError(`unsupported operand type(s) for +=: '${sign}' and 'str'`)
}

/** What is short enough comes back as it is, whatever its type: only the length is asked for. */
function truncated(
  rt: Runtime,
  value: unknown,
  [length, killWords, end, leeway]: readonly unknown[],
): unknown {
  const [limit, mark] = [intOr(length, 255), end === undefined ? '...' : rt.str(end)]
  if (limit < lengthOf(mark)) throw typeError(`expected length >= ${lengthOf(mark)}, got ${limit}`)
  if (sizeOfValue(value) <= limit + (isFloat(leeway) ? Number(leeway) : intOr(leeway, 5))) return value
  if (typeof value !== 'string' && !(value instanceof Markup)) {
    throw typeError(`'${pythonTypeName(value)}' object has no attribute 'rsplit'`)
  }
  const cut = pointSlice(rt.str(value), 0, limit - lengthOf(mark))
  if (isSet(killWords)) return cut + mark
  const space = cut.lastIndexOf(' ')
  return (space === -1 ? cut : cut.slice(0, space)) + mark
}

function wrappable(rt: Runtime, value: unknown): string {
  if (typeof value === 'string' || value instanceof Markup || value instanceof Undefined) return rt.str(value)
  throw typeError(`'${pythonTypeName(value)}' object has no attribute 'splitlines'`)
}

function wordWrapped(
  rt: Runtime,
  text: string,
  [width, breakLong, wrapString, breakHyphens]: readonly unknown[],
): string {
  const by = wrapString === undefined || wrapString === null ? '\n' : rt.str(wrapString)
  const how = {
    width: intOf(width ?? 79),
    breakLongWords: breakLong === undefined || isTruthy(breakLong),
    breakOnHyphens: breakHyphens === undefined || isTruthy(breakHyphens),
  }
  return lines(text)
    .map((line) => wrapText(line, how).join(by))
    .join(by)
}

function isSet(value: unknown): boolean {
  return value !== undefined && isTruthy(value)
}

function charactersOf(chars: unknown): string {
  if (chars instanceof Undefined) chars.fail()
  const text = chars instanceof Markup ? chars.text : chars
  if (typeof text !== 'string') throw typeError('strip arg must be None or str')
  return text
}

/** Unlike Python's own, Jinja's filter makes both letters of one that stands for two upper. */
function upperFirst(text: string): string {
  const [first = ''] = text
  return first.toUpperCase() + text.slice(first.length).toLowerCase()
}
