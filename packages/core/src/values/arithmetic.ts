// SPDX-License-Identifier: Apache-2.0
import { Float, floatOf, type IntegerValue, integerOf, isFloat, plainNumber } from './float.ts'
import {
  floatFloorDivide,
  floatModulo,
  floatPower,
  integerDivide,
  integerFloorDivide,
  integerModulo,
  integerPower,
  limitedInteger,
} from './number-rules.ts'
import { operationError } from './operation-error.ts'
import { concatenated, isSequence, repeated } from './sequences.ts'
import { pythonTypeName } from './type-name.ts'

/*
 * Python's operators. Integers stay integers of any size, `/` always gives a float, booleans count as 0 and 1; text, bytes,
 * lists and tuples are joined by `+` and repeated by `*`. All throw `VALUE_OPERATION` with Python's text, and where a
 * result would be too large to hold.
 */

/** `a + b`. */
export function add(a: unknown, b: unknown): unknown {
  if (isSequence(a)) return concatenated(a, b)
  return onNumbers('+', [a, b], {
    integers: (x, y) => sumOf(x, y),
    floats: (x, y) => x + y,
  })
}

/** `a - b`; of sets, what only the first holds. */
export function subtract(a: unknown, b: unknown): unknown {
  if (a instanceof Set && b instanceof Set) return new Set([...a].filter((item) => !b.has(item)))
  return onNumbers('-', [a, b], {
    integers: (x, y) => sumOf(x, -y),
    floats: (x, y) => x - y,
  })
}

/** `a * b`. */
export function multiply(a: unknown, b: unknown): unknown {
  if (isSequence(a)) return repeated(a, b)
  if (isSequence(b)) return repeated(b, a)
  return onNumbers('*', [a, b], {
    integers: (x, y) => exact(Number(x) * Number(y), () => BigInt(x) * BigInt(y)),
    floats: (x, y) => x * y,
  })
}

/** `a / b`, a float whatever the operands. */
export function divide(a: unknown, b: unknown): unknown {
  return onNumbers('/', [a, b], {
    integers: (x, y) => floatOf(integerDivide(x, y)),
    floats: (x, y) => {
      if (y === 0) throw operationError('ZeroDivisionError', 'float division by zero')
      return x / y
    },
  })
}

/** `a // b`: towards minus infinity. */
export function floorDivide(a: unknown, b: unknown): unknown {
  return onNumbers('//', [a, b], { integers: integerFloorDivide, floats: floatFloorDivide })
}

/** `a % b` of numbers: the sign is that of `b`. */
export function modulo(a: unknown, b: unknown): unknown {
  return onNumbers('%', [a, b], { integers: integerModulo, floats: floatModulo })
}

/** `a ** b`. */
export function power(a: unknown, b: unknown): unknown {
  return onNumbers('** or pow()', [a, b], {
    integers: (x, y) => (y < 0 ? floatOf(floatPower(asFloat(x), Number(y))) : integerPower(x, y)),
    floats: floatPower,
  })
}

/** The minus in front: `-a`, for numbers alone. */
export function negate(a: unknown): unknown {
  if (isFloat(a)) return floatOf(-numberOf(a))
  const number = plainNumber(a)
  if (number === undefined) {
    throw operationError('TypeError', `bad operand type for unary -: '${pythonTypeName(a)}'`)
  }
  return typeof number === 'bigint' ? integerOf(-number) : 0 - number
}

interface Rules {
  integers(a: IntegerValue, b: IntegerValue): unknown
  floats(a: number, b: number): number
}

function onNumbers(operator: string, [a, b]: readonly [unknown, unknown], rules: Rules): unknown {
  const [left, right] = [plainNumber(a), plainNumber(b)]
  if (left === undefined || right === undefined) {
    const types = `'${pythonTypeName(a)}' and '${pythonTypeName(b)}'`
    throw operationError('TypeError', `unsupported operand type(s) for ${operator}: ${types}`)
  }
  if (isFloat(a) || isFloat(b)) return floatOf(rules.floats(asFloat(left), asFloat(right)))
  return rules.integers(left, right)
}

function asFloat(value: IntegerValue): number {
  const number = Number(value)
  if (Number.isFinite(number) || typeof value === 'number') return number
  throw operationError('OverflowError', 'int too large to convert to float')
}

function numberOf(value: number | Float): number {
  return value instanceof Float ? value.value : value
}

function sumOf(a: IntegerValue, b: IntegerValue): IntegerValue {
  return exact(Number(a) + Number(b), () => BigInt(a) + BigInt(b))
}

/** The number where it is exact, else the BigInt. */
function exact(number: number, big: () => bigint): IntegerValue {
  return Number.isSafeInteger(number) ? number + 0 : limitedInteger(big())
}
