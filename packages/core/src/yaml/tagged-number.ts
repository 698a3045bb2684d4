// SPDX-License-Identifier: Apache-2.0
import { type FloatValue, floatOf, type IntegerValue, integerOf } from '../values/float.ts'
import { parseFloatText, parseIntText } from '../values/number-text.ts'

/**
 * The integer that a scalar with the tag of integers is, as PyYAML reads it with Salt's rule for zeros: they count for nothing
 * at the very beginning (`010` is 10) and mean octal behind a sign (`-010` is -8). Undefined where Python raises.
 */
export function taggedInteger(source: string): IntegerValue | undefined {
  if (ordinaryInteger.test(source)) return Number(source)
  const { sign, digits } = signed(withoutZeros(source))
  const magnitude = magnitudeOf(digits)
  return magnitude === undefined ? undefined : integerOf(sign * BigInt(magnitude))
}

/** What nearly all integers are, and is exact as a number. */
const ordinaryInteger = /^-?[1-9][0-9]{0,14}$/

/** The float that a scalar with the tag of floats is, as PyYAML reads it. Undefined where Python raises. */
export function taggedFloat(source: string): FloatValue | undefined {
  const { sign, digits } = signed(source.toLowerCase())
  const magnitude = digits.includes(':') ? sexagesimalFloat(digits.split(':')) : floatMagnitude(digits)
  return magnitude === undefined ? undefined : floatOf(sign === -1n ? -magnitude : magnitude)
}

function withoutZeros(source: string): string {
  if (!source.startsWith('0') || /^0[bx]/.test(source)) return source
  return source.replace(/^0+/, '') || '0'
}

function signed(source: string): { readonly sign: bigint; readonly digits: string } {
  const text = source.replaceAll('_', '')
  return { sign: text.startsWith('-') ? -1n : 1n, digits: text.replace(/^[-+]/, '') }
}

function magnitudeOf(digits: string): IntegerValue | undefined {
  if (digits.startsWith('0b')) return parseIntText(digits.slice(2), 2)
  if (digits.startsWith('0x')) return parseIntText(digits.slice(2), 16)
  if (digits.startsWith('0')) return parseIntText(digits, 8)
  return digits.includes(':') ? sexagesimal(digits.split(':')) : parseIntText(digits)
}

/** `1:30` is 90. Each part may be what Python's `int` reads. */
function sexagesimal(parts: readonly string[]): bigint | undefined {
  let sum = 0n
  for (const part of parts) {
    const value = parseIntText(part)
    if (value === undefined) return undefined
    sum = sum * 60n + BigInt(value)
  }
  return sum
}

/** Adds the parts from the last one on, as PyYAML does: the order decides how the sum is rounded. */
function sexagesimalFloat(parts: readonly string[]): number | undefined {
  let sum = 0
  let base = 1
  for (const part of parts.toReversed()) {
    const value = parseFloatText(part)
    if (value === undefined) return undefined
    sum += value * base
    base *= 60
  }
  return sum
}

function floatMagnitude(digits: string): number | undefined {
  if (digits === '.inf') return Number.POSITIVE_INFINITY
  if (digits === '.nan') return Number.NaN
  return parseFloatText(digits)
}
