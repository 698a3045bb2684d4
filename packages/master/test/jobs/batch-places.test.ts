// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest'
import { placesOf } from '../../src/jobs/batch-order.ts'

test.each([
  [{ count: 3 }, 100, 3],
  [{ count: 3 }, 1, 3],
  [{ percent: 10 }, 100, 10],
  [{ percent: 10 }, 19, 1],
  [{ percent: 10 }, 5, 1],
  [{ percent: 29 }, 100, 29],
  [{ percent: 33.3 }, 10, 3],
  [{ percent: 100 }, 0, 1],
  [{ percent: 0 }, 50, 1],
  [{ percent: 200 }, 4, 8],
])('%j of %i minions is %i', (size, connected, places) => {
  expect(placesOf({ ...size, wait: 0, failhard: false }, connected)).toBe(places)
})
