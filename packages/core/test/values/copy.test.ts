// SPDX-License-Identifier: Apache-2.0
import { copyValue, Float, mapOf, Tuple, toPlain, tupleOf, ValueMap, valueAt } from '@halite/core'
import { expect, test } from 'vitest'

test('a copy is equal and shares nothing that can change', () => {
  const original = mapOf([
    [1, { list: [tupleOf([1]), new Float(5)], bytes: Buffer.from('a') }],
    ['__proto__', [{}]],
  ])
  const copy = copyValue(original) as ValueMap
  expect(copy).toEqual(original)
  expect(copy).toBeInstanceOf(ValueMap)
  const { list, bytes } = valueAt(copy, 1) as { list: unknown[]; bytes: Uint8Array }
  expect(list[0]).toBeInstanceOf(Tuple)
  list.push('new')
  bytes[0] = 0
  copy.set(2, 'x')
  expect(original).toEqual(
    mapOf([
      [1, { list: [tupleOf([1]), new Float(5)], bytes: Buffer.from('a') }],
      ['__proto__', [{}]],
    ]),
  )
})

test('toPlain gives objects, arrays and numbers', () => {
  const value = mapOf([
    [10, new Float(5)],
    [true, tupleOf([new Float(1)])],
    [null, new Set([1])],
    ['__proto__', { polluted: mapOf([[1, 2]]) }],
    ['big', 2n ** 70n],
  ])
  const plain = toPlain(value) as Record<string, unknown>
  expect(Object.entries(plain)).toEqual([
    ['10', 5],
    ['true', [1]],
    ['null', [1]],
    ['__proto__', { polluted: { 1: 2 } }],
    ['big', 2n ** 70n],
  ])
  expect('polluted' in plain).toBe(false)
})
