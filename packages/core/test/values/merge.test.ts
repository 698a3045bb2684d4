// SPDX-License-Identifier: Apache-2.0
import { entriesOf, Float, keysOf, mapOf, mergeMaps, valueAt } from '@halite/core'
import { expect, test } from 'vitest'

test('maps are merged below each key, anything else is replaced', () => {
  const base = { a: { x: 1, y: { z: 1 } }, list: [1, 2], text: 'old', only: 1 }
  const over = { a: { y: { w: 2 }, v: 3 }, list: [3], text: { now: 'a map' }, other: 2 }
  expect(mergeMaps(base, over)).toEqual({
    a: { x: 1, y: { z: 1, w: 2 }, v: 3 },
    list: [3],
    text: { now: 'a map' },
    only: 1,
    other: 2,
  })
})

test('lists are joined when that is asked for, without what is there already', () => {
  const merged = mergeMaps({ a: { list: [1, 2] } }, { a: { list: [2, 3] } }, { mergeLists: true })
  expect(merged).toEqual({ a: { list: [1, 2, 3] } })
})

test('neither map is changed', () => {
  const base = { a: { x: 1 } }
  const over = { a: { y: 2 } }
  mergeMaps(base, over)
  expect([base, over]).toEqual([{ a: { x: 1 } }, { a: { y: 2 } }])
})

test('__proto__ is a key like others', () => {
  const over = JSON.parse('{"__proto__": {"polluted": true}, "a": {"__proto__": {"polluted": true}}}')
  const merged = mergeMaps({ a: {} }, over)
  expect(keysOf(merged)).toEqual(['a', '__proto__'])
  expect('polluted' in merged || 'polluted' in Object(valueAt(merged, 'a')) || 'polluted' in {}).toBe(false)
})

test('keys are found as in Python, and keep their order and form', () => {
  const base = mapOf([
    [10, { a: 1 }],
    [2, 'b'],
    ['z', 'c'],
  ])
  const over = mapOf([
    [new Float(10), mapOf([[1, 2]])],
    [1, 'd'],
    ['2', 'e'],
  ])
  expect(entriesOf(mergeMaps(base, over))).toEqual([
    [
      10,
      mapOf([
        ['a', 1],
        [1, 2],
      ]),
    ],
    [2, 'b'],
    ['z', 'c'],
    [1, 'd'],
    ['2', 'e'],
  ])
})

test('joined lists know what is equal', () => {
  const base = { list: [1, { a: 1 }, [2], 'x'] }
  const over = { list: [true, { a: new Float(1) }, [2n], 'y', '1'] }
  expect(mergeMaps(base, over, { mergeLists: true })).toEqual({ list: [1, { a: 1 }, [2], 'x', 'y', '1'] })
})
