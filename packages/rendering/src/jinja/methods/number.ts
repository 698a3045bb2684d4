// SPDX-License-Identifier: Apache-2.0
import { floatOf, integerOf, isFloat, isNumeric, isTruthy, plainNumber, tupleOf } from '@halite/core'
import { floatHex, floatOfHex } from '../format/float-hex.ts'
import { itemsOf } from '../runtime/iteration.ts'
import { type NativeRow, valueError } from '../runtime/native.ts'
import { intOf, textOf } from './arguments.ts'

/** Methods of integers. */
export const integerMethods: readonly NativeRow[] = [
  ['bit_length', 'self', (_rt, [value]) => bits(value).length],
  ['bit_count', 'self', (_rt, [value]) => bits(value).replaceAll('0', '').length],
  ['conjugate', 'self', (_rt, [value]) => numberPart(value, 'real')],
  ['as_integer_ratio', 'self', (_rt, [value]) => tupleOf([numberPart(value, 'real'), 1])],
  [
    'to_bytes',
    'self, length?, byteorder?, signed?',
    (_rt, [value, length, order, signed]) =>
      toBytes(BigInt(value), length === undefined ? 1 : intOf(length), {
        isLittle: isLittleEndian(order),
        isSigned: isTruthy(signed ?? false),
      }),
  ],
  [
    'from_bytes',
    'self, bytes, byteorder?, signed?',
    (_rt, [_value, bytes, order, signed]) =>
      fromBytes(itemsOf(bytes).map(intOf), isLittleEndian(order), isTruthy(signed ?? false)),
  ],
]

/** Methods of floats. */
export const floatMethods: readonly NativeRow[] = [
  ['is_integer', 'self', (_rt, [value]) => Number.isInteger(Number(plainNumber(value)))],
  ['conjugate', 'self', (_rt, [value]) => value],
  ['as_integer_ratio', 'self', (_rt, [value]) => ratio(Number(plainNumber(value)))],
  ['hex', 'self', (_rt, [value]) => floatHex(Number(plainNumber(value)))],
  ['fromhex', 'self, string, /', (_rt, [_value, text]) => floatOf(floatOfHex(textOf(text)))],
]

/** `real`, `imag`, `numerator` and `denominator` of a number; undefined for other names and values. */
export function numberPart(value: unknown, name: string): unknown {
  if (!isNumeric(value) && typeof value !== 'boolean') return undefined
  const isWhole = !isFloat(value)
  const own = typeof value === 'boolean' ? Number(value) : value
  if (name === 'real' || (name === 'numerator' && isWhole)) return own
  if (name === 'imag') return isWhole ? 0 : floatOf(0)
  return name === 'denominator' && isWhole ? 1 : undefined
}

function bits(value: unknown): string {
  const number = BigInt(plainNumber(value) ?? 0)
  const magnitude = number < 0n ? -number : number
  return magnitude === 0n ? '' : magnitude.toString(2)
}

function isLittleEndian(order: unknown = 'big'): boolean {
  const name = textOf(order, "argument 'byteorder' must be str")
  if (name !== 'little' && name !== 'big') throw valueError("byteorder must be either 'little' or 'big'")
  return name === 'little'
}

/** More would only fill memory. */
const maxBytes = 4096

function toBytes(
  value: bigint,
  length: number,
  { isLittle, isSigned }: { readonly isLittle: boolean; readonly isSigned: boolean },
): Uint8Array {
  if (length < 0) throw valueError('length argument must be non-negative')
  if (value < 0n && !isSigned) throw valueError("can't convert negative int to unsigned")
  const bits = BigInt(length) * 8n
  const fits = isSigned
    ? length > 0
      ? BigInt.asIntN(Number(bits), value) === value
      : value === 0n
    : value < 1n << bits
  if (length > maxBytes || !fits) throw valueError('int too big to convert')
  const bytes = Buffer.from(
    BigInt.asUintN(Number(bits), value)
      .toString(16)
      .padStart(length * 2, '0'),
    'hex',
  )
  const all = length === 0 ? Buffer.alloc(0) : bytes
  return Uint8Array.from(isLittle ? all.reverse() : all)
}

function fromBytes(bytes: readonly number[], isLittle: boolean, isSigned: boolean): unknown {
  const hex = Buffer.from(isLittle ? bytes.toReversed() : bytes).toString('hex')
  const value = BigInt(`0x${hex === '' ? '0' : hex}`)
  return integerOf(isSigned ? BigInt.asIntN(bytes.length * 8, value) : value)
}

function ratio(value: number): unknown {
  if (!Number.isFinite(value)) throw valueError('cannot convert infinity or NaN to integer ratio')
  let [top, bottom] = [value, 1n]
  while (!Number.isInteger(top)) {
    top *= 2
    bottom *= 2n
  }
  return tupleOf([integerOf(BigInt(top)), integerOf(bottom)])
}
