// SPDX-License-Identifier: Apache-2.0

/**
 * A float that is a whole number within ±2^53, or `-0.0`: what a JavaScript number cannot tell from an integer. All other
 * floats are plain numbers. Arithmetic sees its number (`new Float(5) + 1` is 6), text is Python's (`5.0`), and
 * `JSON.stringify` writes the number. Make one with `floatOf`, which keeps plain what needs no class.
 */
export class Float {
  readonly value: number

  constructor(value: number) {
    this.value = value
    Object.freeze(this)
  }

  valueOf(): number {
    return this.value
  }

  toString(): string {
    return Object.is(this.value, -0) ? '-0.0' : `${this.value}.0`
  }

  toJSON(): number {
    return this.value
  }
}

/** A float as Halite holds it: a plain number when it can be nothing else, a `Float` when it could be an integer. */
export type FloatValue = number | Float

/** An integer as Halite holds it: a plain number within ±2^53, a BigInt beyond. */
export type IntegerValue = number | bigint

/** `value` as a float: `floatOf(5)` is `5.0`, `floatOf(1.5)` and `floatOf(1e20)` are plain numbers. */
export function floatOf(value: number): FloatValue {
  return isAmbiguous(value) ? new Float(value) : value
}

/** `value` as an integer: a number where it fits one exactly. */
export function integerOf(value: bigint): IntegerValue {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value
}

/** Whether a value is an integer; booleans, which Python counts as such, are not. */
export function isInteger(value: unknown): value is IntegerValue {
  return (
    typeof value === 'bigint' || (typeof value === 'number' && isAmbiguous(value) && !Object.is(value, -0))
  )
}

/** Whether a value is a float: a `Float`, or a number that is no integer (a fraction, beyond 2^53, infinite, NaN). */
export function isFloat(value: unknown): value is FloatValue {
  return value instanceof Float || (typeof value === 'number' && !isInteger(value))
}

/** Whether a value is a number of any kind; booleans are not. */
export function isNumeric(value: unknown): value is number | bigint | Float {
  return typeof value === 'number' || typeof value === 'bigint' || value instanceof Float
}

/** The plain number or BigInt of a numeric value or boolean; undefined for everything else. */
export function plainNumber(value: unknown): number | bigint | undefined {
  if (typeof value === 'number' || typeof value === 'bigint') return value
  if (value instanceof Float) return value.value
  return typeof value === 'boolean' ? Number(value) : undefined
}

/** Zero of either sign counts: `-0` as a plain number is taken for the float that it can only be. */
function isAmbiguous(value: number): boolean {
  return Number.isSafeInteger(value)
}
