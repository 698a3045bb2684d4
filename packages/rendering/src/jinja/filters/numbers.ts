// SPDX-License-Identifier: Apache-2.0
import {
  divide,
  floatOf,
  isFloat,
  isInteger,
  isNumeric,
  isTruthy,
  multiply,
  negate,
  parseFloatText,
  parseIntText,
  plainNumber,
  power,
  pythonRepr,
  pythonTypeName,
} from '@halite/core'
import { fixed } from '../format/spec.ts'
import { intOr } from '../methods/arguments.ts'
import { filterArgumentError, type NativeRow, typeError, valueError } from '../runtime/native.ts'
import { Markup } from '../runtime/objects.ts'
import { Undefined } from '../runtime/undefined.ts'

/** Jinja's filters for numbers. */
export const numberFilters: readonly NativeRow[] = [
  ['abs', 'x', (_rt, [value]) => absolute(value)],
  [
    'int',
    'value, default?, base?',
    (_rt, [value, fallback, base]) => toInteger(plain(value), fallback === undefined ? 0 : fallback, base),
  ],
  [
    'float',
    'value, default?',
    (_rt, [value, fallback]) => toFloat(plain(value)) ?? (fallback === undefined ? floatOf(0) : fallback),
  ],
  [
    'round',
    'value, precision?, method?',
    (_rt, [value, precision, method]) => rounded(value, intOr(precision, 0), method ?? 'common'),
  ],
  [
    'filesizeformat',
    'value, binary?',
    (_rt, [value, binary]) => fileSize(value, binary !== undefined && isTruthy(binary)),
  ],
]

function plain(value: unknown): unknown {
  if (value instanceof Undefined) return value.fail()
  return value instanceof Markup ? value.text : value
}

function absolute(value: unknown): unknown {
  if (value instanceof Undefined) value.fail()
  const number = plainNumber(value)
  if (number === undefined) throw typeError(`bad operand type for abs(): '${pythonTypeName(value)}'`)
  return number < 0 || Object.is(number, -0)
    ? negate(value)
    : typeof value === 'boolean'
      ? Number(value)
      : value
}

/**
 * Python's `int`, tried on the value, then on its float; `fallback` where neither works. A base that is not an integer counts only
 * for text, which then has to be a float.
 */
function toInteger(value: unknown, fallback: unknown, base: unknown = 10): unknown {
  const isCount = isInteger(base) || typeof base === 'boolean'
  if (typeof value === 'string' && isCount) {
    const whole = parseIntText(value, Number(base))
    if (whole !== undefined) return whole
  }
  const number = toFloat(value)
  const float = number === undefined ? Number.NaN : Number(plainNumber(number))
  if (isNumeric(value) && !isFloat(value)) return value
  return Number.isFinite(float) ? wholeOf(float) : fallback
}

function wholeOf(float: number): number | bigint {
  const whole = Math.trunc(float) + 0
  return Number.isSafeInteger(whole) ? whole : BigInt(whole)
}

function toFloat(value: unknown): unknown {
  if (typeof value === 'string') {
    const number = parseFloatText(value)
    return number === undefined ? undefined : floatOf(number)
  }
  const number = plainNumber(value)
  return number === undefined ? undefined : floatOf(Number(number))
}

function rounded(value: unknown, precision: number, method: unknown): unknown {
  if (value instanceof Undefined) value.fail()
  if (method !== 'common' && method !== 'ceil' && method !== 'floor')
    throw filterArgumentError('method must be common, ceil or floor')
  const number = plainNumber(value)
  if (number === undefined) throw typeError(notRounded(value, method))
  if (method !== 'common') {
    const scale = power(10, precision)
    const scaled = Number(plainNumber(multiply(value, scale)))
    return divide(wholeOf(method === 'ceil' ? Math.ceil(scaled) : Math.floor(scaled)), scale)
  }
  if (!isFloat(value)) return precision >= 0 ? number : roundTens(BigInt(number), -precision)
  return floatOf(roundFloat(Number(number), precision))
}

function notRounded(value: unknown, method: unknown): string {
  const type = pythonTypeName(value)
  return method === 'common'
    ? `type ${type} doesn't define __round__ method`
    : `must be real number, not ${type}`
}

function roundFloat(value: number, precision: number): number {
  if (!Number.isFinite(value) || precision > 300) return value
  if (precision >= 0) return Math.sign(value) * Number(fixed(Math.abs(value), precision))
  return Math.sign(value) * roundTensOfFloat(Math.abs(value), -precision)
}

/** A fraction decides what would else be exactly in the middle. */
function roundTensOfFloat(magnitude: number, zeros: number): number {
  const whole = Math.trunc(magnitude)
  const isAbove = magnitude !== whole
  return Number(roundTens(BigInt(whole) * 10n + (isAbove ? 1n : 0n), zeros + 1)) / 10
}

function roundTens(value: bigint, zeros: number): number | bigint {
  const unit = 10n ** BigInt(Math.min(zeros, 400))
  const [low, rest] = [value / unit, value % unit]
  const twice = (rest < 0n ? -rest : rest) * 2n
  const up = twice > unit || (twice === unit && low % 2n !== 0n)
  const result = (up ? low + (value < 0n ? -1n : 1n) : low) * unit
  return Number.isSafeInteger(Number(result)) ? Number(result) : result
}

function fileSize(value: unknown, binary: boolean): string {
  const number = toFloat(plain(value))
  if (number === undefined) throw notFloat(value)
  const size = Number(plainNumber(number))
  const base = binary ? 1024 : 1000
  if (size === 1) return '1 Byte'
  if (Number.isNaN(size) || size === Number.POSITIVE_INFINITY)
    return `${Number.isNaN(size) ? 'nan' : 'inf'} ${binary ? 'YiB' : 'YB'}`
  if (size < base) return `${Math.trunc(size)} Bytes`
  const letters = [...'kMGTPEZY']
  const index = letters.findIndex((_letter, at) => size < base ** (at + 2))
  const at = index === -1 ? letters.length - 1 : index
  const unit = binary ? `${letters[at]?.toUpperCase()}iB` : `${letters[at]}B`
  return `${fixed((base * size) / base ** (at + 2), 1)} ${unit}`
}

function notFloat(value: unknown): Error {
  if (typeof value === 'string') return valueError(`could not convert string to float: ${pythonRepr(value)}`)
  return typeError(`float() argument must be a string or a real number, not '${pythonTypeName(value)}'`)
}
