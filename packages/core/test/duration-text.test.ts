// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest'
import { durationText } from '../src/duration-text.ts'

test.each([
  [0, '0 ms'],
  [12.4, '12 ms'],
  [250, '250 ms'],
  [949.6, '950 ms'],
  [999.7, '1 s'],
  [1500, '1.5 s'],
  [4985.076378000001, '5 s'],
  [60_000, '60 s'],
])('%d ms is %s', (ms, text) => {
  expect(durationText(ms)).toBe(text)
})
