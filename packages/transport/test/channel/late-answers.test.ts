// SPDX-License-Identifier: Apache-2.0
import type { Session } from '@halite/transport'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { LateAnswers } from '../../src/channel/late-answers.ts'
import { HandClock, makeSession } from './bench.ts'

const lateMs = 1000

let clock: HandClock
let late: LateAnswers
let sent: [Session, readonly number[]][]

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  clock = new HandClock()
  sent = []
  late = new LateAnswers({ clock, lateMs, send: (session, numbers) => sent.push([session, numbers]) })
})
afterEach(() => {
  late.close()
  vi.useRealTimers()
})

async function pass(ms: number): Promise<void> {
  clock.advance(ms)
  await vi.advanceTimersByTimeAsync(ms)
}

test('each session is answered when the first of its own is due, not before', async () => {
  const [one, other] = [makeSession().session, makeSession().session]
  late.add(one, 1)
  await pass(600)
  late.add(other, 7)
  late.add(one, 2)
  await pass(399)
  expect(sent).toEqual([])
  await pass(1)
  expect(sent).toEqual([[one, [1, 2]]])
  await pass(600)
  expect(sent.slice(1)).toEqual([[other, [7]]])
})

test('one that was answered meanwhile begins a time of its own', async () => {
  const { session } = makeSession()
  late.add(session, 1)
  await pass(900)
  expect(late.sendWith(session, 2)).toBe(true)
  late.add(session, 3)
  await pass(999)
  expect(sent).toEqual([[session, [1, 2]]])
  await pass(1)
  expect(sent.slice(1)).toEqual([[session, [3]]])
  expect(late.sendWith(session, 4)).toBe(false)
})

test('thousands are not answered in one turn of the loop', async () => {
  const sessions = Array.from({ length: 250 }, () => makeSession().session)
  for (const session of sessions) late.add(session, 1)
  await pass(lateMs)
  expect(sent).toHaveLength(100)
  await pass(1)
  expect(sent).toHaveLength(200)
  await pass(1)
  expect(sent.map(([session]) => session)).toEqual(sessions)
  expect(late.size).toBe(0)
})
