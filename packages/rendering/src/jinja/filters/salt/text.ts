// SPDX-License-Identifier: Apache-2.0

import {
  floatOf,
  integerOf,
  isFloat,
  isInteger,
  isTruthy,
  parseFloatText,
  parseIntText,
  plainNumber,
  pythonTypeName,
  tupleOf,
} from '@halite/core'
import { fnmatch } from '@halite/targeting'
import { encodeText } from '../../format/encodings.ts'
import { textOf } from '../../methods/arguments.ts'
import { isSpace } from '../../methods/spaces.ts'
import { capitalized } from '../../methods/text-case.ts'
import { itemsOf, iterate } from '../../runtime/iteration.ts'
import { type NativeRow, pythonErrorOf, typeError, valueError } from '../../runtime/native.ts'
import { Markup } from '../../runtime/objects.ts'
import { Pattern, type PatternFlags } from '../../runtime/regex.ts'
import type { Runtime } from '../../runtime/runtime.ts'
import { pointsOf } from '../../runtime/text-points.ts'

/** Salt's filters for text. */
export const saltTextFilters: readonly NativeRow[] = [
  ['quote', 'txt', (rt, [text]) => (isTruthy(text) ? shellQuote(rt.text(text)) : "''")],
  [
    'regex_escape',
    'value',
    (rt, [text]) =>
      rt
        .text(text)
        .replace(/[^\p{L}\p{N}_\s]|[\s]/gu, (each) =>
          /[!"%',/:;<=>@`]/.test(each) || /\P{ASCII}/u.test(each) ? each : `\\${each}`,
        ),
  ],
  [
    'regex_search',
    'txt, rgx, ignorecase?, multiline?',
    (rt, [text, pattern, ...flags]) => groups(rt, [text, pattern], { flags, anchored: false }),
  ],
  [
    'regex_match',
    'txt, rgx, ignorecase?, multiline?',
    (rt, [text, pattern, ...flags]) => groups(rt, [text, pattern], { flags, anchored: true }),
  ],
  [
    'regex_replace',
    'txt, rgx, val, ignorecase?, multiline?',
    (rt, [text, pattern, by, ...flags]) =>
      new Pattern(rt.text(pattern), flagsOf(flags)).replace(rt.text(text), rt.text(by)),
  ],
  [
    'to_bytes',
    's, encoding?, errors?',
    (rt, [value, encoding, errors]) => toBytes(rt, value, [encoding, errors]),
  ],
  ['to_num', 'text', (_rt, [value]) => toNumber(value)],
  ['str_to_num', 'text', (_rt, [value]) => toNumber(value)],
  ['is_hex', 'value', (_rt, [value]) => typeof value === 'string' && parseIntText(value, 16) !== undefined],
  ['contains_whitespace', 'text', (_rt, [value]) => containsSpace(value)],
  [
    'human_to_bytes',
    'size, default_unit?, handle_metric?',
    (rt, [value, unit, metric]) =>
      humanToBytes(rt.str(value), unit === undefined ? 'B' : unit, metric !== undefined && isTruthy(metric)),
  ],
  [
    'check_whitelist_blacklist',
    'value, whitelist?, blacklist?',
    (rt, [value, white, black]) => isListed(rt, value, [white, black]),
  ],
  ['to_snake_case', 'camel_input', (rt, [value]) => snakeCase(lettersOf(rt, value))],
  [
    'to_camelcase',
    'snake_input, uppercamel?',
    (rt, [value, upper]) => camelCase(rt.text(value), upper !== undefined && isTruthy(upper)),
  ],
  ['skip', 'data', () => ''],
]

/** Python's `shlex.quote`. */
export function shellQuote(text: string): string {
  if (text === '') return "''"
  return /[^\w@%+=:,./-]/.test(text) ? `'${text.replaceAll("'", `'"'"'`)}'` : text
}

/** The flags of Salt's `regex_*` filters and of the test `match`. */
export function flagsOf([ignoreCase, multiLine]: readonly unknown[]): PatternFlags {
  return {
    ignoreCase: ignoreCase !== undefined && isTruthy(ignoreCase),
    multiLine: multiLine !== undefined && isTruthy(multiLine),
  }
}

function groups(
  rt: Runtime,
  [text, pattern]: readonly unknown[],
  how: { flags: readonly unknown[]; anchored: boolean },
): unknown {
  const match = new Pattern(rt.text(pattern), flagsOf(how.flags)).first(rt.text(text), how.anchored)
  return match === undefined ? null : tupleOf(match.groups.slice(1).map((group) => group ?? null))
}

function toBytes(rt: Runtime, value: unknown, [encoding, errors]: readonly unknown[]): unknown {
  if (value instanceof Uint8Array) return value
  if (typeof value !== 'string')
    throw typeError(`expected str, bytes, or bytearray not <class '${pythonTypeName(value)}'>`)
  return encodeText(
    value,
    encoding === undefined || encoding === null ? 'utf-8' : rt.text(encoding),
    errors === undefined ? 'strict' : rt.text(errors),
  )
}

/** A number where the text is one, else the text. */
export function toNumber(value: unknown): unknown {
  if (value instanceof Uint8Array) {
    const number = toNumber(Buffer.from(value).toString('latin1'))
    return typeof number === 'string' ? value : number
  }
  if (typeof value === 'string') {
    const whole = parseIntText(value)
    if (whole !== undefined) return whole
    const number = parseFloatText(value)
    return number === undefined ? value : floatOf(number)
  }
  if (isFloat(value)) return truncated(Number(plainNumber(value)))
  if (isInteger(value)) return value
  if (typeof value === 'boolean') return Number(value)
  throw typeError(
    `int() argument must be a string, a bytes-like object or a real number, not '${pythonTypeName(value)}'`,
  )
}

function humanToBytes(size: string, defaultUnit: unknown, isMetric: boolean): unknown {
  const [, digits = '', written = ''] = /^([0-9.]*)\s*(.*)$/s.exec(size.trim()) ?? []
  const unit = (written || textOf(defaultUnit)).toLowerCase()
  const value = parseFloatText(digits)
  if (value === undefined || !/^(?:[kmgtpezy]b|b|[kmgtpezy](?:ib)?)/.test(unit)) return 0
  const isDecimal = /^[kmgtpezy]b$/.test(unit) && isMetric
  if (!isDecimal && !/^(?:b|[kmgtpezy](?:ib)?)$/.test(unit) && !/^[kmgtpezy]b$/.test(unit)) return 0
  const step = 'bkmgtpezy'.indexOf(unit.charAt(0))
  const bytes = Math.trunc(value * (isDecimal ? 1000 : 1024) ** step)
  return Number.isSafeInteger(bytes) ? bytes : BigInt(bytes)
}

/** Whether the lists let a value through; patterns are globs or whole regular expressions. */
function isListed(rt: Runtime, value: unknown, [white, black]: readonly unknown[]): boolean {
  const [allowed, refused] = [white, black].map((list) => listOf(list)) as [unknown[], unknown[]]
  if (allowed.length === 0 && refused.length === 0) return true
  // What is no text matches nothing.
  const text = typeof value === 'string' || value instanceof Markup ? rt.text(value) : undefined
  const matches = (pattern: unknown) =>
    text !== undefined && typeof pattern === 'string' && expressionMatches(text, pattern)
  if (refused.length > 0 && allowed.length === 0) return !refused.some(matches)
  if (allowed.length > 0 && refused.length === 0) return allowed.some(matches)
  return !refused.some(matches) && allowed.some(matches)
}

function listOf(list: unknown): readonly unknown[] {
  if (list === undefined || !isTruthy(list)) return []
  return typeof list === 'string' ? [list] : itemsOf(list)
}

function expressionMatches(text: string, expression: string): boolean {
  if (fnmatch(text, expression)) return true
  try {
    return (
      new Pattern(`\\A(?:${expression})\\Z`, { ignoreCase: false, multiLine: false }).first(text, true) !==
      undefined
    )
  } catch {
    // Not a regular expression; as a glob it did not match.
    return false
  }
}

/** Salt walks over a list of words as over the letters of a text. */
function lettersOf(rt: Runtime, value: unknown): readonly string[] {
  const letters = Array.isArray(value) ? value.map((item) => rt.text(item)) : pointsOf(rt.text(value))
  if (letters.length > 0) return letters
  throw pythonErrorOf(`${Array.isArray(value) ? pythonTypeName(value) : 'string'} index out of range`)
}

function snakeCase(letters: readonly string[]): string {
  return letters
    .map((letter, index) => {
      if (index === 0 || !isUpper(letter)) return letter.toLowerCase()
      const isStart =
        isLower(letters[index - 1]) || (index !== letters.length - 1 && isLower(letters[index + 1]))
      return (isStart ? '_' : '') + letter.toLowerCase()
    })
    .join('')
}

function isUpper(letter: string): boolean {
  return letter !== letter.toLowerCase() && letter === letter.toUpperCase()
}

function isLower(letter: string | undefined): boolean {
  return letter !== undefined && letter !== letter.toUpperCase() && letter === letter.toLowerCase()
}

function camelCase(text: string, isUpperFirst: boolean): string {
  const [first = '', ...rest] = text.split('_')
  return (isUpperFirst ? capitalized(first) : first) + rest.map(capitalized).join('')
}

function truncated(number: number): unknown {
  if (Number.isFinite(number)) return integerOf(BigInt(Math.trunc(number)))
  throw valueError(`cannot convert float ${Number.isNaN(number) ? 'NaN' : 'infinity'} to integer`)
}

/** Of everything that holds text: each item is asked. */
function containsSpace(value: unknown): boolean {
  for (const item of iterate(value)) {
    const text = item instanceof Markup ? item.text : item
    if (typeof text !== 'string')
      throw pythonErrorOf(`'${pythonTypeName(item)}' object has no attribute 'isspace'`)
    if (isSpace(text)) return true
  }
  return false
}
