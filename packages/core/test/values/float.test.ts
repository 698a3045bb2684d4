// SPDX-License-Identifier: Apache-2.0
import { Float, floatOf, integerOf, isFloat, isInteger, isNumeric, plainNumber } from '@halite/core'
import { expect, test } from 'vitest'

test('only floats that could be integers need the class', () => {
  expect([5, -0, 0, -3].map(floatOf).every((value) => value instanceof Float)).toBe(true)
  const plain = [1.5, 1e20, 2 ** 53, Number.NaN, Number.POSITIVE_INFINITY]
  expect(plain.map(floatOf)).toEqual(plain)
  expect([integerOf(5n), integerOf(2n ** 53n)]).toEqual([5, 2n ** 53n])
})

test('integers and floats are told apart', () => {
  expect([5, 0, -1, 2n ** 60n].every(isInteger)).toBe(true)
  expect([new Float(5), 1.5, 1e20, -0, Number.NaN].every(isFloat)).toBe(true)
  expect([new Float(5), 1.5, 1e20, true, '5', null].some(isInteger)).toBe(false)
  expect([5, 5n, true, '5', null].some(isFloat)).toBe(false)
  expect([5, 5n, new Float(5)].every(isNumeric)).toBe(true)
  expect([plainNumber(new Float(5)), plainNumber(true), plainNumber(7n), plainNumber('5')]).toEqual([
    5,
    1,
    7n,
    undefined,
  ])
})

test('a float behaves as its number, and is written as Python writes it', () => {
  const five = new Float(5)
  expect([Number(five) + 1, `${five}`, JSON.stringify(five), new Float(-0).toString()]).toEqual([
    6,
    '5.0',
    '5',
    '-0.0',
  ])
  expect(() => Object.assign(five, { value: 6 })).toThrow(TypeError)
})
