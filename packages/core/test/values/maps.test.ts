// SPDX-License-Identifier: Apache-2.0
import {
  entriesOf,
  Float,
  hasKey,
  isMap,
  keysOf,
  MapBuilder,
  mapOf,
  mapValues,
  Secret,
  sizeOf,
  tupleOf,
  ValueMap,
  valueAt,
  valuesOf,
  withEntry,
  withoutKey,
} from '@halite/core'
import { assert, property, string, uniqueArray } from 'fast-check'
import { describe, expect, test } from 'vitest'

const written = [
  [10, 'a'],
  [2, 'b'],
  ['z', 'c'],
  ['1', 'd'],
] as const

describe('a map', () => {
  test('is a plain object when all keys are text that JavaScript keeps in its place', () => {
    const entries = [
      ['z', 1],
      ['a', 2],
      ['', 3],
      ['constructor', 4],
      ['toString', 5],
      ['01', 6],
      ['4294967295', 7],
      ['20231127033626123456', 8],
      ['-1', 9],
    ] as const
    const map = mapOf(entries)
    expect(Object.getPrototypeOf(map)).toBe(Object.prototype)
    expect(entriesOf(map)).toEqual(entries)
  })

  test.each([['10'], ['0'], ['4294967294'], ['__proto__'], [10], [true], [null], [1.5], [new Float(5)]])(
    'is a Map when one key is %o',
    (key) => {
      const entries = [
        ['z', 1],
        [key, { polluted: true }],
        ['a', 2],
      ] as const
      const map = mapOf(entries)
      expect(map).toBeInstanceOf(Map)
      expect(entriesOf(map)).toEqual(entries)
      expect(valueAt(map, key)).toEqual({ polluted: true })
      expect('polluted' in map).toBe(false)
    },
  )

  test('keeps the order and the keys of any text', () => {
    assert(
      property(uniqueArray(string({ unit: 'binary' })), (keys) => {
        const map = mapOf(keys.map((key, index) => [key, index]))
        expect(keysOf(map)).toEqual(keys)
        expect(valuesOf(map)).toEqual(keys.map((_, index) => index))
        expect(sizeOf(map)).toBe(keys.length)
        for (const [index, key] of keys.entries()) expect(valueAt(map, key)).toBe(index)
      }),
    )
  })

  test('has no inherited keys', () => {
    for (const key of ['toString', 'constructor', '__proto__', 'hasOwnProperty', 'size', 'get']) {
      expect([hasKey({}, key), valueAt({}, key)]).toEqual([false, undefined])
      expect([hasKey(new ValueMap(), key), valueAt(new ValueMap(), key)]).toEqual([false, undefined])
    }
  })
})

describe('keys are equal as in Python', () => {
  test('1, 1.0 and True are one key, which stays as it was first written', () => {
    for (const [first, ...others] of [
      [1, new Float(1), true],
      [true, 1, new Float(1)],
      [new Float(1), true, 1],
    ]) {
      const map = mapOf([[first, 'a'], ['x', 0], ...others.map((key) => [key, 'b'] as const)])
      expect(entriesOf(map)).toEqual([
        [first, 'b'],
        ['x', 0],
      ])
      for (const key of [1, 1n, true, new Float(1)]) expect(valueAt(map, key)).toBe('b')
      expect(hasKey(map, '1')).toBe(false)
      expect(sizeOf(withoutKey(map, 1))).toBe(1)
    }
  })

  test.each([
    [[0, false, new Float(0), new Float(-0), -0, 0n]],
    [[10n ** 20n, 1e20]],
    [[-(2n ** 60n), -(2 ** 60)]],
    [[Buffer.from('a'), new Uint8Array([97])]],
    [[tupleOf([1, 'a']), tupleOf([true, 'a']), tupleOf([new Float(1), 'a'])]],
    [[null, undefined]],
    [['10']],
    [[1.5]],
    [[Number.POSITIVE_INFINITY]],
  ])('%o is one key', (keys) => {
    for (const key of keys) {
      const map = mapOf(keys.map((each, index) => [each, index]))
      expect(sizeOf(map)).toBe(1)
      expect(valueAt(map, key)).toBe(keys.length - 1)
    }
  })

  test('text, bytes, tuples and numbers that look alike are different keys', () => {
    const keys = ['1', 1, Buffer.from('1'), tupleOf([1]), tupleOf(['1']), 'b1', '(1)', null, 'null', 'None']
    const map = mapOf(keys.map((key, index) => [key, index]))
    expect(keys.map((key) => valueAt(map, key))).toEqual(keys.map((_, index) => index))
  })

  test('a list, a map or a set is no key', () => {
    expect(() => mapOf([[[1], 2]])).toThrow("unhashable type: 'list'")
    expect(() => mapOf([[{}, 2]])).toThrow("unhashable type: 'dict'")
    expect(() => mapOf([[tupleOf([[]]), 2]])).toThrow("unhashable type: 'list'")
    expect(() => valueAt(mapOf([[1, 2]]), new Set())).toThrow("unhashable type: 'set'")
  })

  test('keys that were deleted or cleared are gone', () => {
    const map = new ValueMap([
      [true, 1],
      [new Float(5), 2],
    ])
    expect([map.delete(1), map.delete(1), map.has(true)]).toEqual([true, false, false])
    map.set(1, 'one')
    expect([...map.keys()]).toEqual([new Float(5), 1])
    map.clear()
    expect([map.has(5), map.set(5, 'x').get(new Float(5))]).toEqual([false, 'x'])
  })

  test('a Map that a program made is found in as well', () => {
    const map = new Map<unknown, unknown>([
      [true, 'a'],
      [new Float(5), 'b'],
    ])
    expect([valueAt(map, 1), valueAt(map, 5), hasKey(map, new Float(5)), hasKey(map, 7)]).toEqual([
      'a',
      'b',
      true,
      false,
    ])
  })

  test('very many float keys are no trouble', () => {
    const map = mapOf(Array.from({ length: 100_000 }, (_, index) => [new Float(index), index]))
    expect([sizeOf(map), valueAt(map, 99_999)]).toEqual([100_000, 99_999])
  })
})

test('isMap is true of plain objects and Maps alone', () => {
  expect([{}, Object.create(null), new Map(), new ValueMap()].map(isMap)).toEqual([true, true, true, true])
  const others = [
    null,
    undefined,
    [],
    'a',
    1,
    new Float(1),
    new Secret('x'),
    Buffer.alloc(0),
    new Date(),
    new Set(),
  ]
  for (const other of others) expect(isMap(other)).toBe(false)
})

test('a change makes a copy, in the kind that the keys need', () => {
  const plain = { a: 1, b: 2 }
  expect(withEntry(plain, 'a', 3)).toEqual({ a: 3, b: 2 })
  expect(entriesOf(withEntry(plain, 5, 3))).toEqual([
    ['a', 1],
    ['b', 2],
    [5, 3],
  ])
  expect(plain).toEqual({ a: 1, b: 2 })
  expect(withoutKey(mapOf(written), 2)).toEqual(mapOf(written.filter(([key]) => key !== 2)))
  expect(withoutKey(withEntry(plain, 5, 3), 5)).toEqual(plain)
  expect(Object.getPrototypeOf(withoutKey(withEntry(plain, 5, 3), 5))).toBe(Object.prototype)
  expect(entriesOf(mapValues(mapOf(written), (value, key) => `${key}${value}`))).toEqual([
    [10, '10a'],
    [2, '2b'],
    ['z', 'zc'],
    ['1', '1d'],
  ])
})

test('a builder knows what it holds', () => {
  const builder = new MapBuilder({ a: 1 }).set('b', 2)
  expect([builder.has('b'), builder.get('b'), builder.has(1), builder.has('toString')]).toEqual([
    true,
    2,
    false,
    false,
  ])
  builder.set(true, 3)
  expect([builder.has('b'), builder.get(1)]).toEqual([true, 3])
})
