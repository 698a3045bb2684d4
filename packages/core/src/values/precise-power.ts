// SPDX-License-Identifier: Apache-2.0

/** Bits behind the point of the numbers that are counted with here. */
const bits = 160n
const one = 1n << bits

/**
 * `a ** b` to the nearest float, for a finite `a` above 0 and a finite `b` whose power is a normal float; undefined for
 * others. JavaScript's own may be off by the last digit, Python's is not.
 */
export function precisePower(a: number, b: number): number | undefined {
  const rough = a ** b
  if (!(rough > 1e-290 && rough < 1e290)) return undefined
  const logarithm = product(fixed(b), naturalLogarithm(a))
  const twos = (logarithm + (ln2 >> 1n)) / ln2 - (logarithm < -(ln2 >> 1n) ? 1n : 0n)
  const mantissa = exponential(logarithm - twos * ln2)
  // The last bit says whether there is a rest, so that halves are rounded to where they belong.
  const scaled = mantissa >> (bits - 80n)
  return Number(scaled | 1n) * 2 ** (Number(twos) - 80)
}

/** Exact: a float is an integer over a power of two; what is smaller than the last bit here is cut. */
function fixed(value: number): bigint {
  const exponent = Math.max(0, 52 - Math.floor(Math.log2(Math.abs(value) || 1)))
  const whole = BigInt(value * 2 ** Math.min(exponent, 500) * 2 ** Math.max(0, exponent - 500))
  const shift = bits - BigInt(exponent)
  return shift >= 0n ? whole << shift : whole >> -shift
}

function product(a: bigint, b: bigint): bigint {
  return (a * b) >> bits
}

/** 2 × artanh of `z` over `one`. */
function twiceArtanh(z: bigint): bigint {
  const square = product(z, z)
  let sum = 0n
  for (let power = z, divisor = 1n; power !== 0n && power !== -1n; divisor += 2n) {
    sum += power / divisor
    power = product(power, square)
  }
  return 2n * sum
}

const ln2: bigint = twiceArtanh(one / 3n)

function naturalLogarithm(value: number): bigint {
  const twos = Math.round(Math.log2(value))
  const mantissa = fixed(value * 2 ** -Math.trunc(twos / 2) * 2 ** -(twos - Math.trunc(twos / 2)))
  return twiceArtanh(((mantissa - one) << bits) / (mantissa + one)) + BigInt(twos) * ln2
}

function exponential(value: bigint): bigint {
  let sum = one
  let term = one
  for (let index = 1n; term !== 0n && term !== -1n; index += 1n) {
    term = product(term, value) / index
    sum += term
  }
  return sum
}
