// SPDX-License-Identifier: Apache-2.0
import { type IntegerValue, integerOf } from './float.ts'
import { operationError } from './operation-error.ts'
import { precisePower } from './precise-power.ts'

/** Beyond it a result of `**` or `*` is refused: a template must not be able to fill the memory with one number. */
const maxBits = 1_000_000

/** An integer as Halite holds it. Throws `VALUE_OPERATION` for one of more than a million bits. */
export function limitedInteger(value: bigint): IntegerValue {
  const isSmall = BigInt.asIntN(maxBits, value) === value
  if (!isSmall) throw operationError('OverflowError', 'integer too large to hold')
  return integerOf(value)
}

/** Python's `/` of integers: the nearest float, also where the operands have none. */
export function integerDivide(a: IntegerValue, b: IntegerValue): number {
  if (b === 0) throw operationError('ZeroDivisionError', 'division by zero')
  if (typeof a === 'number' && typeof b === 'number') return a / b
  const quotient = nearestQuotient(BigInt(a), BigInt(b))
  if (Number.isFinite(quotient)) return quotient
  throw operationError('OverflowError', 'integer division result too large for a float')
}

/** Python's `//` of integers: towards minus infinity. */
export function integerFloorDivide(a: IntegerValue, b: IntegerValue): IntegerValue {
  if (b === 0) throw operationError('ZeroDivisionError', 'integer division or modulo by zero')
  if (typeof a === 'number' && typeof b === 'number') return (a - floorModulo(a, b)) / b + 0
  const [x, y] = [BigInt(a), BigInt(b)]
  return integerOf((x - bigModulo(x, y)) / y)
}

/** Python's `%` of integers: the sign is that of `b`. */
export function integerModulo(a: IntegerValue, b: IntegerValue): IntegerValue {
  if (b === 0) throw operationError('ZeroDivisionError', 'integer modulo by zero')
  if (typeof a === 'number' && typeof b === 'number') return floorModulo(a, b) + 0
  return integerOf(bigModulo(BigInt(a), BigInt(b)))
}

/** Python's `**` of an integer and one that is not negative. */
export function integerPower(a: IntegerValue, b: IntegerValue): IntegerValue {
  const number = Number(a) ** Number(b)
  if (Number.isSafeInteger(number)) return number + 0
  const bits = BigInt(a).toString(2).length
  if (bits * Number(b) > 2 * maxBits) throw operationError('OverflowError', 'integer too large to hold')
  return limitedInteger(BigInt(a) ** BigInt(b))
}

/** Python's `//` of floats. */
export function floatFloorDivide(a: number, b: number): number {
  if (b === 0) throw operationError('ZeroDivisionError', 'float floor division by zero')
  const rest = floorModulo(a, b)
  const quotient = (a - rest) / b
  if (quotient === 0) return Object.is(a / b, -0) || a / b < 0 ? -0 : 0
  const floor = Math.floor(quotient)
  return quotient - floor > 0.5 ? floor + 1 : floor
}

/** Python's `%` of floats: the sign is that of `b`, also of a zero. */
export function floatModulo(a: number, b: number): number {
  if (b === 0) throw operationError('ZeroDivisionError', 'float modulo')
  const rest = floorModulo(a, b)
  return rest === 0 ? (b < 0 ? -0 : 0) : rest
}

/** Python's `**` of floats; complex results are refused. */
export function floatPower(a: number, b: number): number {
  if (a === 0 && b < 0) throw operationError('ZeroDivisionError', '0.0 cannot be raised to a negative power')
  // IEEE and Python: 1 to whatever power, and whatever to the power 0, is 1.
  if (a === 1 || b === 0) return 1
  if (a < 0 && Number.isFinite(a) && Number.isFinite(b) && !Number.isInteger(b)) {
    throw operationError('ValueError', 'a negative number cannot be raised to a fractional power')
  }
  if (a === -1 && !Number.isFinite(b) && !Number.isNaN(b)) return 1
  const result = exactPower(a, b) ?? a ** b
  if (Number.isFinite(result) || !Number.isFinite(a) || !Number.isFinite(b)) return result
  throw operationError('OverflowError', "(34, 'Numerical result out of range')")
}

/** More would be exact as well, and take long. */
const maxExactPower = 32

/** The nearest float: JavaScript's `**` may be off by the last digit. Undefined where that cannot be told. */
function exactPower(a: number, b: number): number | undefined {
  if (a === 0 || !Number.isFinite(a) || !Number.isFinite(b)) return undefined
  if (!Number.isInteger(b) || Math.abs(b) > maxExactPower) return a > 0 ? precisePower(a, b) : undefined
  const [numerator, denominator] = fractionOf(a)
  const power = BigInt(Math.abs(b))
  const [over, under] = [numerator ** power, denominator ** power]
  return b < 0 ? nearestQuotient(under, over) : nearestQuotient(over, under)
}

/** A finite float as a fraction of integers. */
function fractionOf(value: number): readonly [bigint, bigint] {
  let denominator = 1n
  let numerator = value
  while (!Number.isInteger(numerator)) {
    numerator *= 2
    denominator *= 2n
  }
  return [BigInt(numerator), denominator]
}

function floorModulo(a: number, b: number): number {
  const rest = a % b
  return rest !== 0 && rest < 0 !== b < 0 ? rest + b : rest
}

function bigModulo(a: bigint, b: bigint): bigint {
  const rest = a % b
  return rest !== 0n && rest < 0n !== b < 0n ? rest + b : rest
}

/** Scales the quotient to more bits than a float has; the last of them says whether there is a rest. */
function nearestQuotient(a: bigint, b: bigint): number {
  const isNegative = a < 0n !== b < 0n
  const [x, y] = [a < 0n ? -a : a, b < 0n ? -b : b]
  const shift = Math.max(0, bitsOf(y) - bitsOf(x) + 66)
  const scaled = x << BigInt(shift)
  const quotient = scaled / y
  const sticky = scaled % y === 0n ? quotient : quotient | 1n
  const size = Number(sticky) * 2 ** -Math.min(shift, 1000) * 2 ** -Math.max(0, shift - 1000)
  return isNegative ? -size : size
}

function bitsOf(value: bigint): number {
  return value.toString(16).length * 4
}
