// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest'
import { hasFunctions } from '../src/subset.ts'

test('a minion has the functions it lists', () => {
  expect(hasFunctions(['test.ping', 'test.arg'], ['test.ping'])).toBe(true)
  expect(hasFunctions(['test.ping'], ['test.ping', 'test.arg'])).toBe(false)
  expect(hasFunctions("'sys' is not available.", ['sys'])).toBe(false)
})
