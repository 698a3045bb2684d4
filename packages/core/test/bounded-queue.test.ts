// SPDX-License-Identifier: Apache-2.0
import { BoundedQueue } from '@halite/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'

test('what goes in first comes out first', () => {
  const queue = new BoundedQueue<number>(3)
  for (const n of [1, 2, 3]) queue.push(n)
  expect([queue.shift(), queue.shift(), queue.shift(), queue.shift()]).toEqual([1, 2, 3, undefined])
})

test('what is too much is refused and counted, and there is room again after a shift', () => {
  const queue = new BoundedQueue<string>(2)
  expect([queue.push('a'), queue.push('b'), queue.push('c')]).toEqual([true, true, false])
  expect([queue.length, queue.dropped]).toEqual([2, 1])
  queue.shift()
  expect(queue.push('d')).toBe(true)
  expect([queue.shift(), queue.shift(), queue.dropped]).toEqual(['b', 'd', 1])
})

test('undefined is an item like any other', () => {
  const queue = new BoundedQueue<undefined>(2)
  queue.push(undefined)
  expect(queue.length).toBe(1)
  queue.shift()
  expect(queue.length).toBe(0)
})

test('clear empties it', () => {
  const queue = new BoundedQueue<number>(5)
  for (const n of [1, 2, 3]) queue.push(n)
  queue.shift()
  queue.clear()
  expect([queue.length, queue.shift()]).toEqual([0, undefined])
  queue.push(9)
  expect(queue.shift()).toBe(9)
})

test('in any order of pushes and shifts it is a plain array with a limit', () => {
  const steps = fc.array(fc.oneof(fc.nat(), fc.constant('shift' as const)), { maxLength: 6000, size: 'max' })
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2000 }), steps, (limit, moves) => {
      const queue = new BoundedQueue<number>(limit)
      const model: number[] = []
      for (const move of moves) {
        if (move === 'shift') expect(queue.shift()).toBe(model.shift())
        else expect(queue.push(move)).toBe(model.length < limit && model.push(move) > 0)
      }
      expect(queue.length).toBe(model.length)
    }),
    { numRuns: 20 },
  )
})
