// SPDX-License-Identifier: Apache-2.0
import { StallWatch } from '@halite/core'
import { ManualClock } from '@halite/testing'
import { expect, test } from 'vitest'

test('a call that comes more than an interval late follows a stall; the next one does not', () => {
  const clock = new ManualClock()
  const watch = new StallWatch(clock, 1000)
  const after = (ms: number) => {
    clock.advance(ms)
    return watch.stalled()
  }
  expect([1000, 1900, 2001, 1000, 60_000, 1000].map(after)).toEqual([false, false, true, false, true, false])
})
