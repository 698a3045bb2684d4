// SPDX-License-Identifier: Apache-2.0
import { equal, Float, identityText, mapOf, tupleOf } from '@halite/core'
import { describe, expect, test } from 'vitest'

const a = (...entries: (readonly [unknown, unknown])[]) => mapOf(entries)

const same: readonly (readonly [unknown, unknown])[] = [
  [1, new Float(1)],
  [1, true],
  [0, false],
  [new Float(0), new Float(-0)],
  [1e20, 10n ** 20n],
  [null, undefined],
  [Buffer.from('a'), new Uint8Array([97])],
  [
    [1, [2]],
    [new Float(1), [2]],
  ],
  [tupleOf([1]), tupleOf([true])],
  [
    { a: 1, b: 2 },
    { b: 2, a: 1 },
  ],
  [a([1, 'x'], ['b', 2]), a(['b', new Float(2)], [true, 'x'])],
  [new Map([[new Float(1), 'x']]), a([1, 'x'])],
  [a([1, 'x']), new Map([[new Float(1), 'x']])],
  [new Set([1, 2]), new Set([2, 1])],
]

const different: readonly (readonly [unknown, unknown])[] = [
  [1, '1'],
  [0, null],
  [0, ''],
  ['', null],
  [false, null],
  ['a', Buffer.from('a')],
  [[1], tupleOf([1])],
  [[1], [1, 2]],
  [[], {}],
  [{}, null],
  [{ a: 1 }, { a: 1, b: undefined }],
  [{ a: null }, { b: null }],
  [a([1, 'x']), { '1': 'x' }],
  [2n ** 64n, 2 ** 64 + 4096],
  [2n ** 53n, 2n ** 53n + 1n],
  [new Set([1]), new Set([2])],
  [{ toString: 1 }, {}],
]

describe('equality is that of Python', () => {
  test.each(same)('%o equals %o', (left, right) => {
    expect([equal(left, right), equal(right, left)]).toEqual([true, true])
    expect(identityText(left)).toBe(identityText(right))
  })

  test.each(different)('%o does not equal %o', (left, right) => {
    expect([equal(left, right), equal(right, left)]).toEqual([false, false])
    expect(identityText(left)).not.toBe(identityText(right))
  })

  test('NaN is equal to nothing', () => {
    expect(equal(Number.NaN, Number.NaN)).toBe(false)
  })
})
