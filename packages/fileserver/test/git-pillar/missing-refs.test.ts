// SPDX-License-Identifier: Apache-2.0
import { systemClock } from '@halite/core'
import { expect, test } from 'vitest'
import { MissingRefs } from '../../src/git-pillar/missing-refs.ts'

let now = 0
const clock = { ...systemClock, monotonicMs: () => now }

test('each ref is fetched for once within the interval, and others not at once', () => {
  now = 0
  const missing = new MissingRefs({ clock, retryMs: 60_000 })
  expect(missing.claim('a')).toBe(true)
  expect(missing.claim('a')).toBe(false)
  expect(missing.claim('b')).toBe(false)
  now = 2000
  expect(missing.claim('a')).toBe(false)
  expect(missing.claim('b')).toBe(true)
  now = 60_000
  expect(missing.claim('a')).toBe(true)
})

test('names without end cost no memory without end, and no more fetches than one in two seconds', () => {
  now = 0
  const missing = new MissingRefs({ clock, retryMs: 1e9 })
  let fetches = 0
  for (let index = 0; index < 5000; index += 1) {
    now += 100
    if (missing.claim(`branch-${index}`)) fetches += 1
  }
  expect(fetches).toBe(250)
})
