// SPDX-License-Identifier: Apache-2.0
import { shuffled } from '@halite/core'
import { expect, test } from 'vitest'

test('every order comes up, with all items', () => {
  const orders = new Set(Array.from({ length: 500 }, () => shuffled(['a', 'b', 'c']).join('')))
  expect([...orders].sort()).toEqual(['abc', 'acb', 'bac', 'bca', 'cab', 'cba'])
})
