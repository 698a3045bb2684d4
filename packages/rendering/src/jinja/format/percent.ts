// SPDX-License-Identifier: Apache-2.0
import {
  isFloat,
  isNumeric,
  operationError,
  plainNumber,
  pythonRepr,
  pythonStr,
  pythonTypeName,
  Tuple,
} from '@halite/core'
import { escapeHtml } from '../runtime/markup.ts'
import { typeError, valueError } from '../runtime/native.ts'
import { Markup, Range } from '../runtime/objects.ts'
import { Undefined } from '../runtime/undefined.ts'
import { pythonAscii } from './ascii.ts'
import { exponential, fixed, general } from './spec.ts'

const conversion = /%(?:\(([^()]*)\))?([-+ #0]*)(\*|\d+)?(?:\.(\*|\d+)?)?[hlL]?([\s\S]|$)/g
/** Wider fields would only fill memory. */
const maxWidth = 1_000_000

/** Python's `text % values`; of bytes, with bytes; of escaped text, with values that are escaped. Throws its errors. */
export function percentFormat(
  template: string | Uint8Array | Markup,
  values: unknown,
): string | Uint8Array | Markup {
  if (typeof template === 'string') return new PercentFormat(values).text(template)
  if (template instanceof Markup) return new Markup(new EscapingFormat(values).text(template.text))
  const text = new PercentFormat(values, true).text(Buffer.from(template).toString('latin1'))
  return Uint8Array.from(Buffer.from(text, 'latin1'))
}

interface Field {
  readonly flags: string
  readonly width: number
  readonly precision: number | undefined
  readonly type: string
}

class PercentFormat {
  readonly #values: unknown
  readonly #isBytes: boolean
  /** Index of the next value of a tuple; -1 once a single value was taken. */
  #next = 0

  constructor(values: unknown, isBytes = false) {
    this.#values = values
    this.#isBytes = isBytes
  }

  text(template: string): string {
    const result = template.replace(conversion, (...match: unknown[]) => this.#converted(match))
    this.#refuseRest()
    return result
  }

  /** The groups of one conversion, then its offset. */
  #converted([whole, name, flags, width, precision, type, at]: readonly unknown[]): string {
    const text = String(whole)
    if (text === '%%') return '%'
    if (type === '') throw valueError('incomplete format')
    const value = typeof name === 'string' ? this.#named(name) : undefined
    const wide = this.#count(width, 0)
    const hasPrecision = /\.(?:\*|\d*)[hlL]?.?$/s.test(text)
    const exact = hasPrecision ? this.#count(precision, 0) : undefined
    const field = { flags: String(flags), width: wide, precision: exact, type: String(type) }
    return this.#field(field, typeof name === 'string' ? value : this.#take(), Number(at) + text.length - 1)
  }

  /** The text of a field that shows its value by `show`. */
  protected shown(value: unknown, show: (value: unknown) => string): string {
    return show(value)
  }

  #named(name: string): unknown {
    const values = this.#values
    if (!isMapping(values)) throw typeError('format requires a mapping')
    if (!(values instanceof Map)) throw typeError('list indices must be integers or slices, not str')
    const value: unknown = values.get(name)
    if (value === undefined) throw operationError('KeyError', pythonRepr(name))
    // Behind a name there is nothing more to take: Python has put its value in the place of the others.
    this.#next = -1
    return value
  }

  #take(): unknown {
    const values = this.#values
    const isTaken = values instanceof Tuple ? this.#next >= values.length : this.#next !== 0
    if (isTaken) throw typeError('not enough arguments for format string')
    if (values instanceof Tuple) return values[this.#next++]
    this.#next = -1
    return values
  }

  #count(text: unknown, fallback: number): number {
    if (text === undefined) return fallback
    const value = text === '*' ? this.#take() : Number(text)
    const count = plainNumber(value)
    if (typeof count !== 'number' || isFloat(value)) throw typeError('* wants int')
    if (Math.abs(count) > maxWidth) throw valueError('width too big')
    return count
  }

  #refuseRest(): void {
    const values = this.#values
    if (values instanceof Tuple ? this.#next < values.length : this.#next === 0 && !isMapping(values)) {
      throw typeError('not all arguments converted during string formatting')
    }
  }

  #field(field: Field, value: unknown, at: number): string {
    if (value instanceof Undefined && field.type !== 'r' && field.type !== 'a') value.fail()
    switch (field.type) {
      case 's':
        return pad(cut(this.shown(value, this.#isBytes ? latinStr : pythonStr), field), field)
      case 'r':
        return pad(cut(this.shown(value, pythonRepr), field), field)
      case 'a':
        return pad(cut(this.shown(value, pythonAscii), field), field)
      case 'c':
        return pad(characterOf(value), field)
      case 'd':
      case 'i':
      case 'u':
      case 'o':
      case 'x':
      case 'X':
        return integerField(value, field)
      case 'e':
      case 'E':
      case 'f':
      case 'F':
      case 'g':
      case 'G':
        return floatField(value, field)
      default:
        throw valueError(
          `unsupported format character '${field.type}' (0x${field.type.charCodeAt(0).toString(16)}) at index ${at}`,
        )
    }
  }
}

/** Fields of escaped text: what becomes a part of it is escaped, unless it is already. */
class EscapingFormat extends PercentFormat {
  protected override shown(value: unknown, show: (value: unknown) => string): string {
    return value instanceof Markup && show === pythonStr ? value.text : escapeHtml(show(value))
  }
}

function latinStr(value: unknown): string {
  return value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : pythonStr(value)
}

/** What Python takes for a mapping here: everything with items that is no tuple and no text. */
function isMapping(values: unknown): boolean {
  if (values instanceof Tuple) return false
  return (
    values instanceof Map || Array.isArray(values) || values instanceof Uint8Array || values instanceof Range
  )
}

function cut(text: string, { precision }: Field): string {
  return precision === undefined ? text : Array.from(text).slice(0, precision).join('')
}

function characterOf(value: unknown): string {
  const text = value instanceof Markup ? value.text : value
  if (typeof text === 'string' && Array.from(text).length === 1) return text
  if (typeof text === 'boolean' || (typeof text === 'number' && Number.isInteger(text))) {
    const point = Number(text)
    if (point < 0 || point > 0x10ffff) throw valueError('%c arg not in range(0x110000)')
    return String.fromCodePoint(point)
  }
  throw typeError('%c requires int or char')
}

function numberOf(value: unknown, type: string): number | bigint {
  const number = plainNumber(value)
  if (number !== undefined) return number
  const kind = 'eEfFgG'.includes(type) ? 'must be real number' : `%${type} format: a real number is required`
  throw typeError(`${kind}, not ${pythonTypeName(value)}`)
}

function integerField(value: unknown, field: Field): string {
  const number = numberOf(value, field.type)
  if (!'diu'.includes(field.type) && isNumeric(value) && isFloat(value)) {
    throw typeError(`%${field.type} format: an integer is required, not float`)
  }
  const whole = typeof number === 'bigint' ? number : BigInt(Math.trunc(number))
  const magnitude = whole < 0n ? -whole : whole
  const radix = { o: 8, x: 16, X: 16 }[field.type] ?? 10
  let digits = magnitude.toString(radix).padStart(field.precision ?? 0, '0')
  if (field.type === 'X') digits = digits.toUpperCase()
  const prefix = field.flags.includes('#') && radix !== 10 ? `0${field.type}` : ''
  return signedField(digits, { isNegative: whole < 0n, prefix }, field)
}

function floatField(value: unknown, field: Field): string {
  const number = Number(numberOf(value, field.type))
  const precision = field.precision ?? 6
  const magnitude = Math.abs(number)
  let body: string
  if (!Number.isFinite(magnitude)) body = Number.isNaN(magnitude) ? 'nan' : 'inf'
  else if (field.type.toLowerCase() === 'f') body = fixed(magnitude, precision)
  else if (field.type.toLowerCase() === 'e') body = exponential(magnitude, precision)
  else body = general(magnitude, precision === 0 ? 1 : precision, field.flags.includes('#'))
  if (field.type !== field.type.toLowerCase()) body = body.toUpperCase()
  return signedField(body, { isNegative: number < 0 || Object.is(number, -0), prefix: '' }, field)
}

function signedField(
  body: string,
  { isNegative, prefix }: { isNegative: boolean; prefix: string },
  field: Field,
): string {
  const plus = field.flags.includes('+') ? '+' : field.flags.includes(' ') ? ' ' : ''
  const lead = (isNegative ? '-' : plus) + prefix
  const zeros = field.flags.includes('0') && !field.flags.includes('-')
  return zeros ? lead + body.padStart(field.width - lead.length, '0') : pad(lead + body, field)
}

function pad(text: string, { flags, width }: Field): string {
  const missing = ' '.repeat(Math.max(0, Math.abs(width) - Array.from(text).length))
  return flags.includes('-') || width < 0 ? text + missing : missing + text
}
