// SPDX-License-Identifier: Apache-2.0
import { type FloatValue, floatOf, type IntegerValue, integerOf } from '../values/float.ts'
import { floatRepr } from '../values/text.ts'

/*
 * What plain text means to Salt's loader, which is PyYAML's with decimal zeros: YAML 1.1, where `y` and `n` are text.
 */

/** The value of a plain scalar: None, a boolean, a number, or else the text itself. */
export function scalarIn(source: string): unknown {
  if (/^(?:~|null|Null|NULL|)$/.test(source)) return null
  return booleanIn(source) ?? integerIn(source) ?? floatIn(source) ?? source
}

/** The boolean that a text is, in one of the spellings of YAML 1.1. */
export function booleanIn(source: string): boolean | undefined {
  return booleanWords.get(source)
}

const booleanWords = new Map([
  ...['yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'].map((word) => [word, true] as const),
  ...['no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'].map((word) => [word, false] as const),
])

/** The integer that a text is. `isExplicit`: it was tagged as one, and zeros in front of it count for nothing. */
export function integerIn(source: string, isExplicit = false): IntegerValue | undefined {
  const isInteger = integerPattern.test(source) || (isExplicit && /^[0-9][0-9_]*$/.test(source))
  return isInteger ? writtenInteger(source) : undefined
}

const integerPattern =
  /^(?:[-+]?0b[01_]+|[-+]?0[0-7_]+|[-+]?(?:0|[1-9][0-9_]*)|[-+]?0x[0-9a-fA-F_]+|[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+)$/

/** Salt drops leading zeros only where no sign stands before them: `010` is 10, `-010` stays octal. */
function writtenInteger(source: string): IntegerValue | undefined {
  const [, sign, digits] = /^([-+]?)(.*)$/.exec(source.replaceAll('_', '')) as unknown as [
    string,
    string,
    string,
  ]
  if (/^(?:0[bx])?$/.test(digits)) return undefined
  const magnitude = magnitudeOf(digits, sign === '')
  return integerOf(sign === '-' ? -magnitude : magnitude)
}

function magnitudeOf(digits: string, decimalZeros: boolean): bigint {
  if (digits.includes(':')) return digits.split(':').reduce((sum, part) => sum * 60n + BigInt(part), 0n)
  if (/^0[bx]/.test(digits) || decimalZeros || digits === '0') return BigInt(digits)
  return BigInt(digits.replace(/^0/, '0o'))
}

/** The float that a text is. `isExplicit`: it was tagged as one, and needs no point. */
export function floatIn(source: string, isExplicit = false): FloatValue | undefined {
  const isFloat =
    floatPattern.test(source) || (isExplicit && /^[-+]?[0-9.]+(?:[eE][-+]?[0-9]+)?$/.test(source))
  return isFloat ? floatOf(writtenFloat(source)) : undefined
}

const floatPattern =
  /^(?:[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/

function writtenFloat(source: string): number {
  const [, sign, digits] = /^([-+]?)(.*)$/.exec(source.replaceAll('_', '').toLowerCase()) as unknown as [
    string,
    string,
    string,
  ]
  const factor = sign === '-' ? -1 : 1
  if (digits === '.inf') return factor * Number.POSITIVE_INFINITY
  if (digits === '.nan') return Number.NaN
  return factor * digits.split(':').reduce((sum, part) => sum * 60 + Number(part), 0)
}

/** A float as YAML 1.1 has it, which knows an exponent only behind a point. */
export function floatText(value: number): string {
  if (Number.isNaN(value)) return '.nan'
  if (!Number.isFinite(value)) return value > 0 ? '.inf' : '-.inf'
  return floatRepr(value).replace(/^(-?\d+)e/, '$1.0e')
}
