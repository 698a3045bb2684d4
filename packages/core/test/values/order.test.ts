// SPDX-License-Identifier: Apache-2.0
import {
  compareValues,
  Float,
  isOrdered,
  isSaltError,
  isTruthy,
  mapOf,
  sortedValues,
  tupleOf,
} from '@halite/core'
import { describe, expect, test } from 'vitest'

test('numbers and booleans are ordered by size, text by code points', () => {
  const numbers = [2n ** 70n, 1.5, true, new Float(2), -1, false, 1e20, 3]
  expect(sortedValues(numbers)).toEqual([-1, false, true, 1.5, new Float(2), 3, 1e20, 2n ** 70n])
  expect(sortedValues(['b', 'é', '\u{1f600}', '\uffff', 'B', '', 'a'])).toEqual([
    '',
    'B',
    'a',
    'b',
    'é',
    '\uffff',
    '\u{1f600}',
  ])
})

test('lists and tuples are ordered item by item, bytes by bytes', () => {
  expect(isOrdered([1, 2], '<', [1, 3])).toBe(true)
  expect(isOrdered([1], '<', [1, 0])).toBe(true)
  expect(isOrdered([1, 'a'], '>=', [new Float(1), 'a'])).toBe(true)
  expect(isOrdered(tupleOf([2]), '>', tupleOf([1, 9]))).toBe(true)
  expect(isOrdered(Buffer.from('a'), '<', Buffer.from('b'))).toBe(true)
})

test('nothing is ordered beside NaN', () => {
  for (const operator of ['<', '<=', '>', '>='] as const)
    expect(isOrdered(1, operator, Number.NaN)).toBe(false)
})

describe('what has no order is a TypeError', () => {
  test.each([
    ['a', '<', 1, "'<' not supported between instances of 'str' and 'int'"],
    [1, '>=', 'a', "'>=' not supported between instances of 'int' and 'str'"],
    [null, '<', null, "'<' not supported between instances of 'NoneType' and 'NoneType'"],
    [{}, '>', {}, "'>' not supported between instances of 'dict' and 'dict'"],
    [[1], '<', tupleOf([1]), "'<' not supported between instances of 'list' and 'tuple'"],
    [[1, 'a'], '<', [1, 2], "'<' not supported between instances of 'str' and 'int'"],
    [new Float(1), '<=', Buffer.alloc(0), "'<=' not supported between instances of 'float' and 'bytes'"],
  ] as const)('%o %s %o', (left, operator, right, text) => {
    const error = caught(() => isOrdered(left, operator, right))
    expect(isSaltError(error, 'VALUE_OPERATION') && [error.message, error.data]).toEqual([
      text,
      { exception: 'TypeError' },
    ])
  })
})

test('sorting keeps equal items in their order', () => {
  expect(sortedValues([1, true, new Float(1), 0])).toEqual([0, 1, true, new Float(1)])
  expect(sortedValues(['bb', 'a', 'c'], (text) => text.length)).toEqual(['a', 'c', 'bb'])
  expect(compareValues(Number.NaN, 1)).toBe(0)
})

test('truth is that of Python', () => {
  const falsy = [
    null,
    undefined,
    false,
    0,
    -0,
    0n,
    new Float(0),
    new Float(-0),
    '',
    [],
    {},
    new Map(),
    new Set(),
  ]
  expect([...falsy, Buffer.alloc(0), tupleOf([])].filter(isTruthy)).toEqual([])
  const truthy = [true, 1, -1n, Number.NaN, new Float(1), '0', ' ', [null], { a: null }, Buffer.alloc(1)]
  expect([...truthy, mapOf([[1, null]]), new Set([0]), new Date()].every(isTruthy)).toBe(true)
})

function caught(run: () => unknown): unknown {
  try {
    return run()
  } catch (error) {
    return error
  }
}
