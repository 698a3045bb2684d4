// SPDX-License-Identifier: Apache-2.0
import {
  floatRepr,
  isFloat,
  isNumeric,
  operationError,
  plainNumber,
  pythonStr,
  pythonTypeName,
} from '@halite/core'
import { typeError, valueError } from '../runtime/native.ts'
import type { Runtime } from '../runtime/runtime.ts'
import { lengthOf, pointSlice } from '../runtime/text-points.ts'

/** A format spec, taken apart: `[[fill]align][sign][z][#][0][width][grouping][.precision][type]`. */
interface Spec {
  readonly fill: string
  readonly align: string
  /** Undefined where none was written. */
  readonly sign: string | undefined
  readonly alternate: boolean
  readonly width: number
  readonly grouping: string
  readonly precision: number | undefined
  readonly type: string
}

const pattern = /^(?:([\s\S])?([<>=^]))?([-+ ])?(z)?(#)?(0)?(\d+)?([,_])?(?:\.(\d+))?([a-zA-Z%])?$/u
/** More would only fill memory. */
const maxWidth = 1_000_000

/** Python's `format(value, spec)`. Throws its ValueError and TypeError. */
export function formatValue(rt: Runtime, value: unknown, text: string): string {
  if (text === '') return pythonStr(value)
  if (!isNumeric(value) && typeof value !== 'boolean' && typeof value !== 'string') {
    throw typeError(`unsupported format string passed to ${pythonTypeName(value)}.__format__`)
  }
  const spec = specOf(text, value)
  rt.budget.charge(spec.width + (spec.precision ?? 0))
  return typeof value === 'string' ? formatText(value, spec) : formatNumber(value, spec)
}

function specOf(text: string, value: unknown): Spec {
  const match = pattern.exec(text)
  const type = pythonTypeName(value)
  if (match === null) throw valueError(`Invalid format specifier '${text}' for object of type '${type}'`)
  const [, fill, align, sign, , alternate, zero, width, grouping, precision, kind] = match
  const numbers = [Number(width ?? 0), Number(precision ?? 0)]
  if (numbers.some((each) => each > maxWidth)) throw valueError('Too many decimal digits in format string')
  return {
    fill: fill ?? (zero && align === undefined ? '0' : ' '),
    align: align ?? (zero ? '=' : ''),
    sign,
    alternate: alternate !== undefined,
    width: numbers[0] ?? 0,
    grouping: grouping ?? '',
    precision: precision === undefined ? undefined : numbers[1],
    type: kind ?? '',
  }
}

function formatText(text: string, spec: Spec): string {
  if (spec.type !== '' && spec.type !== 's') throw unknownType(spec.type, 'str')
  if (spec.sign !== undefined) {
    const what = spec.sign === ' ' ? 'Space' : 'Sign'
    throw valueError(`${what} not allowed in string format specifier`)
  }
  if (spec.alternate) throw valueError('Alternate form (#) not allowed in string format specifier')
  if (spec.grouping !== '') throw valueError(`Cannot specify '${spec.grouping}' with 's'.`)
  if (spec.align === '=' && spec.fill !== '0')
    throw valueError("'=' alignment not allowed in string format specifier")
  const cut =
    spec.precision === undefined ? text : pointSlice(text, 0, Math.min(spec.precision, lengthOf(text)))
  return aligned(cut, { ...spec, align: spec.align === '=' || spec.align === '' ? '<' : spec.align })
}

function formatNumber(value: unknown, spec: Spec): string {
  const number = plainNumber(value) ?? 0
  const isWhole = !isFloat(value)
  checkGrouping(spec)
  const type = spec.type === '' ? (isWhole ? 'd' : '') : spec.type
  if (isWhole && 'bcdoxXn'.includes(type) && type !== '')
    return formatInteger(BigInt(number), { ...spec, type })
  if (type !== '' && !'eEfFgGn%'.includes(type)) throw unknownType(type, pythonTypeName(value))
  return formatFloat(Number(number), { ...spec, type })
}

function formatInteger(value: bigint, spec: Spec): string {
  if (spec.precision !== undefined) throw valueError('Precision not allowed in integer format specifier')
  if (spec.type === 'c') return formatCharacter(value, spec)
  const magnitude = value < 0n ? -value : value
  const radix = { b: 2, o: 8, x: 16, X: 16 }[spec.type] ?? 10
  const digits = magnitude.toString(radix)
  const prefix = spec.alternate && radix !== 10 ? `0${spec.type}` : ''
  const body = spec.type === 'X' ? digits.toUpperCase() : digits
  const grouped = groupDigits(body, spec.grouping, radix === 10 ? 3 : 4)
  return signed(grouped, { isNegative: value < 0n, prefix }, spec)
}

function formatCharacter(value: bigint, spec: Spec): string {
  if (spec.sign !== undefined) throw valueError("Sign not allowed with integer format specifier 'c'")
  if (spec.alternate) throw valueError("Alternate form (#) not allowed with integer format specifier 'c'")
  if (value < 0n || value > 0x10ffffn) throw operationError('OverflowError', '%c arg not in range(0x110000)')
  return signed(String.fromCodePoint(Number(value)), { isNegative: false, prefix: '' }, spec)
}

/** Commas group decimal digits, underscores also those of other bases; `n` groups by the locale, `c` has no digits. */
function checkGrouping({ grouping, type }: Spec): void {
  const isRefused = grouping === ',' ? 'bcnosxX'.includes(type) : 'cns'.includes(type)
  if (grouping !== '' && type !== '' && isRefused)
    throw valueError(`Cannot specify '${grouping}' with '${type}'.`)
}

function formatFloat(value: number, spec: Spec): string {
  const isNegative = value < 0 || Object.is(value, -0)
  const magnitude = Math.abs(value)
  let body: string
  if (!Number.isFinite(magnitude)) body = Number.isNaN(magnitude) ? 'nan' : 'inf'
  else body = floatBody(magnitude, spec)
  if (spec.type === 'E' || spec.type === 'F' || spec.type === 'G') body = body.toUpperCase()
  const [whole = '', rest = ''] = splitWhole(body)
  const grouped = groupDigits(whole, spec.grouping, 3) + rest
  return signed(spec.type === '%' ? `${grouped}%` : grouped, { isNegative, prefix: '' }, spec)
}

function floatBody(magnitude: number, spec: Spec): string {
  const precision = spec.precision ?? 6
  switch (spec.type.toLowerCase()) {
    case 'f':
      return fixed(magnitude, precision)
    case '%':
      return fixed(magnitude * 100, precision)
    case 'e':
      return exponential(magnitude, precision)
    case 'g':
    case 'n':
      return general(magnitude, precision === 0 ? 1 : precision, spec.alternate)
    default:
      if (spec.precision === undefined) return floatRepr(magnitude)
      return withPoint(general(magnitude, precision === 0 ? 1 : precision, false))
  }
}

/** Digits behind the point, rounded to the even one in the middle, as Python does on the exact value. */
export function fixed(value: number, digits: number): string {
  // toFixed rounds the exact value half up, and stops at 100 digits and at 1e21.
  if (value < 1e21 && digits <= 100)
    return isExactHalf(value, digits) ? halfEven(value, digits) : value.toFixed(digits)
  const whole = BigInt(Math.trunc(value)).toString()
  return digits === 0
    ? whole
    : `${whole}.${(value % 1).toFixed(Math.min(digits, 100)).slice(2).padEnd(digits, '0')}`
}

function isExactHalf(value: number, digits: number): boolean {
  if (digits > 20) return false
  const scaled = value * 2 ** 40
  if (!Number.isSafeInteger(scaled)) return false
  const numerator = BigInt(scaled) * 10n ** BigInt(digits) * 2n
  const denominator = 2n ** 40n
  return numerator % denominator === 0n && (numerator / denominator) % 2n === 1n
}

function halfEven(value: number, digits: number): string {
  const half = (BigInt(value * 2 ** 40) * 10n ** BigInt(digits) * 2n) / 2n ** 40n
  const low = (half - 1n) / 2n
  const rounded = (low % 2n === 0n ? low : low + 1n).toString().padStart(digits + 1, '0')
  return digits === 0 ? rounded : `${rounded.slice(0, -digits)}.${rounded.slice(-digits)}`
}

/** `e` notation with at least two digits of exponent. */
export function exponential(value: number, digits: number): string {
  const [mantissa = '', exponent = ''] = value.toExponential(Math.min(digits, 100)).split('e')
  return `${mantissa}e${exponent.charAt(0)}${exponent.slice(1).padStart(2, '0')}`
}

/** The shorter of plain and `e` notation, as Python's `g`. */
export function general(value: number, digits: number, keepZeros: boolean): string {
  if (value === 0) return '0'
  const scientific = exponential(value, digits - 1)
  const exponent = Number(scientific.split('e')[1])
  if (exponent < -4 || exponent >= digits) {
    const [mantissa = '', power] = scientific.split('e')
    return `${keepZeros ? mantissa : trimZeros(mantissa)}e${power}`
  }
  const text = fixed(value, Math.max(0, digits - 1 - exponent))
  return keepZeros ? text : trimZeros(text)
}

function trimZeros(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text
}

function withPoint(text: string): string {
  return /[.e]/.test(text) ? text : `${text}.0`
}

function splitWhole(body: string): [string, string] {
  const end = body.search(/[.eE]/)
  return end === -1 ? [body, ''] : [body.slice(0, end), body.slice(end)]
}

function groupDigits(digits: string, separator: string, size: number): string {
  if (separator === '' || !/^[0-9a-fA-F]+$/.test(digits)) return digits
  const groups: string[] = []
  for (let end = digits.length; end > 0; end -= size)
    groups.unshift(digits.slice(Math.max(0, end - size), end))
  return groups.join(separator)
}

function signed(
  body: string,
  { isNegative, prefix }: { isNegative: boolean; prefix: string },
  spec: Spec,
): string {
  const sign = isNegative ? '-' : spec.sign === '-' ? '' : (spec.sign ?? '')
  const lead = sign + prefix
  if (spec.align !== '=')
    return aligned(lead + body, { ...spec, align: spec.align === '' ? '>' : spec.align })
  const missing = Math.max(0, spec.width - lead.length - body.length)
  return lead + spec.fill.repeat(missing) + body
}

function aligned(text: string, spec: Spec): string {
  const missing = Math.max(0, spec.width - lengthOf(text))
  if (spec.align === '>') return spec.fill.repeat(missing) + text
  if (spec.align !== '^') return text + spec.fill.repeat(missing)
  const left = Math.floor(missing / 2)
  return spec.fill.repeat(left) + text + spec.fill.repeat(missing - left)
}

function unknownType(type: string, of: string): Error {
  return valueError(`Unknown format code '${type}' for object of type '${of}'`)
}
