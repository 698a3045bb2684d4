// SPDX-License-Identifier: Apache-2.0

import { batchSize } from '@halite/core'
import { expect, test } from 'vitest'

test.each([
  [3, { count: 3 }],
  ['3', { count: 3 }],
  [' 3 ', { count: 3 }],
  ['10%', { percent: 10 }],
  ['%10', { percent: 10 }],
  ['0.5%', { percent: 0.5 }],
  ['200%', { percent: 200 }],
])('%j is %j', (written, size) => {
  expect(batchSize(written)).toEqual(size)
})

test.each(['', '0', 0, '0%', '-1', -1, 1.5, '1.5', 'x', '%', '%10%', '10 %', '1e3', '0x10', Number.NaN])(
  '%j is refused',
  (written) => {
    expect(() => batchSize(written)).toThrow(`Invalid batch data sent: ${String(written).trim()}`)
  },
)
