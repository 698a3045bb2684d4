// SPDX-License-Identifier: Apache-2.0
import { type IntegerValue, integerOf } from './float.ts'

/** Longer texts take Python too long to convert, and are refused there. */
const maxDigits = 4300

/** The integer that Python's `int(text, base)` reads; undefined where it raises a ValueError. */
export function parseIntText(text: string, base = 10): IntegerValue | undefined {
  const match = /^\s*([+-]?)(0[xXoObB])?([0-9a-zA-Z]+(?:_[0-9a-zA-Z]+)*)\s*$/.exec(
    text.replace(/^(\s*[+-]?0[xXoObB])_/, '$1'),
  )
  if (match === null) return undefined
  const [, sign, prefix, rawDigits = ''] = match
  const digits = rawDigits.replaceAll('_', '')
  const prefixBase =
    prefix === undefined ? undefined : { x: 16, o: 8, b: 2 }[prefix.slice(1).toLowerCase() as 'x' | 'o' | 'b']
  let radix = base
  let body = digits
  if (prefixBase !== undefined && (base === 0 || base === prefixBase)) radix = prefixBase
  else if (prefix !== undefined) body = prefix + digits
  else if (base === 0) {
    if (/^0+[1-9]/.test(digits)) return undefined
    radix = 10
  }
  return integerIn(body.toLowerCase(), radix, sign === '-')
}

function integerIn(digits: string, radix: number, isNegative: boolean): IntegerValue | undefined {
  if (radix < 2 || radix > 36 || digits.length > maxDigits) return undefined
  let value = 0n
  if (radix === 10) {
    if (!/^[0-9]+$/.test(digits)) return undefined
    value = BigInt(digits)
  } else {
    for (const digit of digits) {
      const part = Number.parseInt(digit, 36)
      if (Number.isNaN(part) || part >= radix) return undefined
      value = value * BigInt(radix) + BigInt(part)
    }
  }
  return integerOf(isNegative ? -value : value)
}

/** The number that Python's `float(text)` reads; undefined where it raises a ValueError. */
export function parseFloatText(text: string): number | undefined {
  const trimmed = text.trim()
  const special = /^([+-]?)(inf(?:inity)?|nan)$/i.exec(trimmed)
  if (special !== null) {
    if (/nan/i.test(trimmed)) return Number.NaN
    return special[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  }
  const isNumber =
    /^[+-]?(?:\d+(?:_\d+)*\.?(?:\d+(?:_\d+)*)?|\.\d+(?:_\d+)*)(?:[eE][+-]?\d+(?:_\d+)*)?$/.test(trimmed)
  return isNumber ? Number(trimmed.replaceAll('_', '')) : undefined
}
