// SPDX-License-Identifier: Apache-2.0
import { compareLooseVersions } from '@halite/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'

test.each([
  ['1.9', '1.10', -1],
  ['1.2', '1.2.0', -1],
  ['1.2', '1.02', 0],
  ['1..2', '1.2', 0],
  ['', '', 0],
  ['', '0', -1],
  ['1.2a', '1.2.3', 1],
  ['1.2-1', '1.2.3', -1],
  ['2.0rc1', '2.0rc2', -1],
  ['2.0b1', '2.0', 1],
  ['v1.2', '9.9', 1],
  ['1234567890a', '20a', 1],
  ['1234567890a', '200000000a', -1],
  ['99999999999999999999.1', '99999999999999999999.2', -1],
  ['1.\u{1F600}', '1.\uFF5E', 1],
])('%s and %s: %i', (one, other, order) => {
  expect(compareLooseVersions(one, other)).toBe(order)
  expect(compareLooseVersions(other, one)).toBe(order === 0 ? 0 : -order)
})

test('numbers alone are in a total order', () => {
  const version = fc.array(fc.nat(30), { minLength: 1, maxLength: 4 }).map((parts) => parts.join('.'))
  fc.assert(
    fc.property(version, version, version, (a, b, c) => {
      const [ab, bc, ac] = [
        compareLooseVersions(a, b),
        compareLooseVersions(b, c),
        compareLooseVersions(a, c),
      ]
      if (ab <= 0 && bc <= 0) expect(ac).toBeLessThanOrEqual(0)
    }),
  )
})
