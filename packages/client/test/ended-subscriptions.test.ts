// SPDX-License-Identifier: Apache-2.0
import { ManualClock } from '@halite/testing'
import { beforeEach, expect, test } from 'vitest'
import { EndedSubscriptions } from '../src/ended-subscriptions.ts'

let clock: ManualClock
let told: string[]
let ended: EndedSubscriptions

beforeEach(() => {
  clock = new ManualClock()
  told = []
  ended = new EndedSubscriptions((prefix) => told.push(prefix), clock)
})

test('those that ended are told together, each once', () => {
  for (const prefix of ['a/', 'b/', 'a/']) ended.add(prefix)
  clock.advance(99)
  expect(told).toEqual([])
  clock.advance(1)
  expect(told).toEqual(['a/', 'b/'])
  clock.advance(1000)
  expect(told).toHaveLength(2)
})

test('many do not wait', () => {
  for (let n = 0; n < 65; n += 1) ended.add(`${n}/`)
  expect(told).toHaveLength(64)
  clock.advance(100)
  expect(told).toHaveLength(65)
})

test('one that is listened to again goes on', () => {
  ended.add('a/')
  ended.add('b/')
  ended.revive('a/')
  clock.advance(100)
  expect(told).toEqual(['b/'])
  ended.add('c/')
  ended.revive('c/')
  expect(clock.sleeping).toBe(0)
})

test('of a session that is gone none is told', () => {
  ended.add('a/')
  ended.clear()
  clock.advance(100)
  expect([told, clock.sleeping]).toEqual([[], 0])
})
