// SPDX-License-Identifier: Apache-2.0
import { type FloatValue, floatOf, isMap, isRecord, mapValues } from '@halite/core'

const key = '__float__'

/**
 * A number with a fraction as it was written: `5.10` and `5.1` are one number but two texts. In an argument list it
 * travels as `{ __float__: '5.10' }`; an argument declared as text is given the text, every other one the number.
 * `text` is a float of YAML 1.1: `-1_000.50`, `1.5e+3`, `190:20:30.15`, `.inf`, `.nan`.
 */
export function writtenNumber(text: string): Readonly<Record<string, unknown>> {
  return { [key]: text }
}

/** The text of a written number; undefined for any other `value`. */
export function writtenText(value: unknown): string | undefined {
  if (!isRecord(value)) return undefined
  const text = value[key]
  if (typeof text !== 'string' || Object.keys(value).length !== 1) return undefined
  return numberIn(text) === undefined ? undefined : text
}

/** `value` with every written number in it replaced by the number. */
export function plainNumbers(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plainNumbers)
  if (!isMap(value)) return value
  const text = writtenText(value)
  return text === undefined ? mapValues(value, plainNumbers) : numberIn(text)
}

const floatPattern = /^([+-]?)(\.(?:inf|nan)|[\d_]*\.?[\d_]*(?:e[+-]?\d+)?|\d[\d_:]*\.[\d_]*)$/i

function numberIn(text: string): FloatValue | undefined {
  const [, sign, written] = floatPattern.exec(text) ?? []
  if (written === undefined) return undefined
  const digits = written.replaceAll('_', '').toLowerCase()
  if (digits === '.nan') return Number.NaN
  const size = digits === '.inf' ? Number.POSITIVE_INFINITY : sexagesimal(digits)
  if (Number.isNaN(size)) return undefined
  return floatOf(sign === '-' ? -size : size)
}

/** YAML 1.1 counts `190:20:30.15` in sixties. */
function sexagesimal(digits: string): number {
  return digits.split(':').reduce((sum, part) => sum * 60 + (part === '' ? Number.NaN : Number(part)), 0)
}
