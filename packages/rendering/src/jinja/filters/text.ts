// SPDX-License-Identifier: Apache-2.0
import { isTruthy, Tuple, tupleOf } from '@halite/core'
import { percentFormat } from '../format/percent.ts'
import { wrapText } from '../format/wrap.ts'
import { intOf, intOr } from '../methods/arguments.ts'
import { lines, stripped } from '../methods/spaces.ts'
import { capitalized } from '../methods/text-case.ts'
import { padded } from '../methods/text-layout.ts'
import { replaced } from '../methods/text-split.ts'
import { type Keywords, type NativeRow, typeError } from '../runtime/native.ts'
import type { Runtime } from '../runtime/runtime.ts'
import { lengthOf, pointSlice } from '../runtime/text-points.ts'

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
      stripped(rt.str(value), chars === undefined || chars === null ? undefined : rt.str(chars), 'both'),
  ],
  [
    'center',
    'value, width?',
    (rt, [value, width]) => padded(rt, rt.str(value), { width: width ?? 80, fill: undefined, side: 'both' }),
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
    (rt, [value, args, keywords]: [unknown, unknown[], Keywords]) => formatted(rt.str(value), args, keywords),
  ],
  [
    'indent',
    's, width?, first?, blank?',
    (rt, [value, width, first, blank]) => indented(rt, rt.str(value), [width, first, blank]),
  ],
  [
    'truncate',
    's, length?, killwords?, end?, leeway?',
    (rt, [value, ...how]) => truncated(rt, rt.str(value), how),
  ],
  [
    'wordwrap',
    's, width?, break_long_words?, wrapstring?, break_on_hyphens?',
    (rt, [value, ...how]) => wordWrapped(rt, rt.str(value), how),
  ],
  ['wordcount', 's', (rt, [value]) => rt.str(value).match(/[\p{L}\p{N}_]+/gu)?.length ?? 0],
]

function titled(text: string): string {
  return text
    .split(/([-\s({[<]+)/u)
    .map((part) => capitalized(part))
    .join('')
}

function formatted(template: string, args: readonly unknown[], keywords: Keywords): unknown {
  if (args.length > 0 && keywords.size > 0) {
    throw typeError("can't handle positional and keyword arguments at the same time")
  }
  return percentFormat(
    template,
    keywords.size > 0 ? new Map(keywords) : args instanceof Tuple ? args : tupleOf(args),
  )
}

function indented(rt: Runtime, text: string, [width, first, blank]: readonly unknown[]): string {
  const margin = typeof width === 'string' ? width : ' '.repeat(Math.min(intOr(width, 4), 100_000))
  const all = lines(`${text}\n`)
  rt.budget.charge(all.length * margin.length)
  const body = all
    .map((line, index) => (index > 0 && (line !== '' || isSet(blank)) ? margin + line : line))
    .join('\n')
  return isSet(first) ? margin + body : body
}

function truncated(rt: Runtime, text: string, [length, killWords, end, leeway]: readonly unknown[]): string {
  const [limit, mark] = [intOr(length, 255), end === undefined ? '...' : rt.str(end)]
  if (limit < lengthOf(mark)) throw typeError(`expected length >= ${lengthOf(mark)}, got ${limit}`)
  if (lengthOf(text) <= limit + intOr(leeway, 5)) return text
  const cut = pointSlice(text, 0, limit - lengthOf(mark))
  if (isSet(killWords)) return cut + mark
  const space = cut.lastIndexOf(' ')
  return (space === -1 ? cut : cut.slice(0, space)) + mark
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
