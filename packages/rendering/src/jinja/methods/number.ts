// SPDX-License-Identifier: Apache-2.0
import { integerOf, plainNumber, tupleOf } from '@halite/core'
import { type NativeRow, valueError } from '../runtime/native.ts'
import { intOf } from './arguments.ts'

/** Methods of integers. */
export const integerMethods: readonly NativeRow[] = [
  ['bit_length', 'self', (_rt, [value]) => bits(value).length],
  ['bit_count', 'self', (_rt, [value]) => bits(value).replaceAll('0', '').length],
  ['conjugate', 'self', (_rt, [value]) => value],
  ['as_integer_ratio', 'self', (_rt, [value]) => tupleOf([value, 1])],
  [
    'to_bytes',
    'self, length?, byteorder?',
    (_rt, [value, length, order]) => toBytes(BigInt(value), intOf(length ?? 1), order ?? 'big'),
  ],
]

/** Methods of floats. */
export const floatMethods: readonly NativeRow[] = [
  ['is_integer', 'self', (_rt, [value]) => Number.isInteger(Number(plainNumber(value)))],
  ['conjugate', 'self', (_rt, [value]) => value],
  ['as_integer_ratio', 'self', (_rt, [value]) => ratio(Number(plainNumber(value)))],
]

function bits(value: unknown): string {
  const number = BigInt(plainNumber(value) ?? 0)
  const magnitude = number < 0n ? -number : number
  return magnitude === 0n ? '' : magnitude.toString(2)
}

function toBytes(value: bigint, length: number, order: unknown): Uint8Array {
  if (value < 0n) throw valueError("can't convert negative int to unsigned")
  const hex = value.toString(16)
  const bytes = Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex')
  if (bytes.length > length || length > 4096) throw valueError('int too big to convert')
  const all = Buffer.concat([Buffer.alloc(length - bytes.length), bytes])
  return Uint8Array.from(order === 'little' ? all.reverse() : all)
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
