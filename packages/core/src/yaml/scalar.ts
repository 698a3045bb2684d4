// SPDX-License-Identifier: Apache-2.0
import type { FloatValue, IntegerValue } from '../values/float.ts'
import { floatRepr } from '../values/text.ts'
import { taggedFloat, taggedInteger } from './tagged-number.ts'

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

/** The integer that a text is; undefined for other text, and for `0_` or `0x_`, which look like an integer without digits. */
export function integerIn(source: string): IntegerValue | undefined {
  return looksLikeInteger(source) ? taggedInteger(source) : undefined
}

/** Whether a plain scalar is an integer, or would be if it had digits. */
export function looksLikeInteger(source: string): boolean {
  return integerPattern.test(source)
}

const integerPattern =
  /^(?:[-+]?0b[01_]+|[-+]?0[0-7_]+|[-+]?(?:0|[1-9][0-9_]*)|[-+]?0x[0-9a-fA-F_]+|[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+)$/

/** The float that a text is. */
export function floatIn(source: string): FloatValue | undefined {
  return floatPattern.test(source) ? taggedFloat(source) : undefined
}

const floatPattern =
  /^(?:[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/

/** A float as YAML 1.1 has it, which knows an exponent only behind a point. */
export function floatText(value: number): string {
  if (Number.isNaN(value)) return '.nan'
  if (!Number.isFinite(value)) return value > 0 ? '.inf' : '-.inf'
  return floatRepr(value).replace(/^(-?\d+)e/, '$1.0e')
}
