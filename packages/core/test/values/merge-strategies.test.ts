// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest'
import { mergeBy, type mergeStrategies } from '../../src/index.ts'

const base = { x: 1, map: { p: 1, list: [1, 2] }, list: [1, 2], base: 5 }
const over = { x: 2, map: { list: [2, 3], r: 1 }, list: [2, 3], over: 6 }

test.each([
  ['smart', { map: { p: 1, list: [2, 3], r: 1 }, x: 2, list: [2, 3] }],
  ['recurse', { map: { p: 1, list: [2, 3], r: 1 }, x: 2, list: [2, 3] }],
  ['none', { map: { p: 1, list: [2, 3], r: 1 }, x: 2, list: [2, 3] }],
  ['overwrite', { map: { list: [2, 3], r: 1 }, x: 2, list: [2, 3] }],
  ['aggregate', { map: { list: [2, 3], r: 1 }, x: 2, list: [2, 3] }],
  [
    'list',
    {
      x: [1, 2],
      map: [
        { p: 1, list: [1, 2] },
        { list: [2, 3], r: 1 },
      ],
      list: [
        [1, 2],
        [2, 3],
      ],
    },
  ],
] as const)('%s', (strategy, merged) => {
  expect(mergeBy(base, over, { strategy })).toEqual({ ...merged, base: 5, over: 6 })
})

test('lists are joined where maps are merged in turn, and only there', () => {
  const lists = (strategy: (typeof mergeStrategies)[number]) =>
    mergeBy(base, over, { strategy, mergeLists: true })
  expect(lists('smart')).toMatchObject({ list: [1, 2, 3], map: { list: [1, 2, 3] } })
  expect(lists('none')).toMatchObject({ list: [2, 3], map: { list: [2, 3] } })
  expect(lists('overwrite')).toMatchObject({ list: [2, 3], map: { list: [2, 3] } })
})
