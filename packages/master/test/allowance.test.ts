// SPDX-License-Identifier: Apache-2.0
import { ManualClock } from '@halite/testing'
import { expect, test } from 'vitest'
import { Allowance } from '../src/allowance.ts'

test('so often at once, then once for each pause', () => {
  const clock = new ManualClock()
  const allowance = new Allowance(clock, { most: 3, everyMs: 1000 })
  const takes = (count: number) => Array.from({ length: count }, () => allowance.take())
  expect(takes(4)).toEqual([true, true, true, false])
  clock.advance(1000)
  expect(takes(2)).toEqual([true, false])
  clock.advance(60_000)
  expect(takes(4)).toEqual([true, true, true, false])
})
