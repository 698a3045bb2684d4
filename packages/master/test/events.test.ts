// SPDX-License-Identifier: Apache-2.0

import { setTimeout as delay } from 'node:timers/promises'
import { schema, systemClock, valueAt } from '@halite/core'
import { EventBus } from '@halite/master'
import type { WireEvent } from '@halite/protocol'
import { ManualClock } from '@halite/testing'
import type { Session } from '@halite/transport'
import { beforeEach, expect, test, vi } from 'vitest'

let bus: EventBus
/** The bus looks at nothing inside a session. */
const session = () => ({}) as Session

beforeEach(() => {
  bus = new EventBus()
})

/** A listener that keeps tags by delivery. */
function listener() {
  const deliveries: string[][] = []
  const listen = (events: readonly WireEvent[]) => deliveries.push(events.map(({ tag }) => tag))
  return { deliveries, listen }
}

const turn = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)))

test('events of one turn come as one delivery, in order, with their time', async () => {
  const seen: WireEvent[] = []
  bus.subscribe(session(), 'salt/', (events) => seen.push(...events))
  bus.fire('salt/job/1/new', { a: 1 })
  bus.fire('salt/auth', {})
  expect(seen).toEqual([])
  await turn()
  expect(seen.map(({ tag }) => tag)).toEqual(['salt/job/1/new', 'salt/auth'])
  expect(seen[0]?.data).toEqual({ a: 1, _stamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+$/) })
})

test('the time of an event is that of the clock, to the millisecond', async () => {
  let wallMs = Date.UTC(2026, 10, 20, 4, 53, 48, 7)
  const clock = { ...systemClock, wallMs: () => wallMs }
  const stamps: unknown[] = []
  const timed = new EventBus(clock)
  timed.subscribe(session(), 'a/', (events) =>
    stamps.push(...events.map(({ data }) => valueAt(schema.dataMap(data, 'data'), '_stamp'))),
  )
  for (const step of [0, 0, 992, 1, 60_000]) {
    wallMs += step
    timed.fire('a/x', {})
  }
  await turn()
  const times = ['04:53:48.007', '04:53:48.007', '04:53:48.999', '04:53:49.000', '04:54:49.000']
  expect(stamps).toEqual(times.map((time) => `2026-11-20T${time}`))
})

test('data that takes work is made when somebody listens, once for all of them', async () => {
  const { deliveries, listen } = listener()
  const make = vi.fn(() => ({ a: 1 }))
  bus.fireWith('salt/job/1/new', make)
  expect(make).not.toHaveBeenCalled()
  for (const each of [session(), session()]) bus.subscribe(each, 'salt/job/1/', listen)
  bus.fireWith('salt/job/1/new', make)
  await turn()
  expect([make.mock.calls.length, deliveries.flat().length]).toEqual([1, 2])
})

test.each([
  ['salt/job/1/', ['salt/job/1/new', 'salt/job/1/ret/web1']],
  ['salt/job/1/ret/', ['salt/job/1/ret/web1']],
  ['salt/job/', ['salt/job/1/new', 'salt/job/1/ret/web1', 'salt/job/11/new']],
  ['salt/job/1', ['salt/job/1/new', 'salt/job/1/ret/web1', 'salt/job/11/new']],
  ['', ['salt/job/1/new', 'salt/job/1/ret/web1', 'salt/job/11/new', 'minion/web1/mine']],
  ['minion/', ['minion/web1/mine']],
  ['nothing', []],
])('the prefix %j selects', async (prefix, expected) => {
  const { deliveries, listen } = listener()
  bus.subscribe(session(), prefix, listen)
  for (const tag of ['salt/job/1/new', 'salt/job/1/ret/web1', 'salt/job/11/new', 'minion/web1/mine'])
    bus.fire(tag, {})
  await turn()
  expect(deliveries.flat()).toEqual(expected)
})

test('several listeners of one prefix each get it, and one that leaves takes none along', async () => {
  const [first, second] = [listener(), listener()]
  const [a, b] = [session(), session()]
  bus.subscribe(a, 'salt/job/1/', first.listen)
  bus.subscribe(b, 'salt/job/1/', second.listen)
  bus.unsubscribe(a, 'salt/job/1/')
  bus.fire('salt/job/1/new', {})
  await turn()
  expect([first.deliveries, second.deliveries]).toEqual([[], [['salt/job/1/new']]])
})

test('a session that ended gets nothing any more, not even what was under way', async () => {
  const { deliveries, listen } = listener()
  const ended = session()
  bus.subscribe(ended, 'salt/job/1/', listen)
  bus.subscribe(ended, 'minion/', listen)
  bus.fire('salt/job/1/new', {})
  bus.forget(ended)
  bus.fire('minion/web1/mine', {})
  await turn()
  expect(deliveries).toEqual([])
})

test('a listener that is flooded loses what is too much and gets on with the rest', async () => {
  const listen = vi.fn<(events: readonly WireEvent[]) => void>()
  bus.subscribe(session(), 'flood/', listen)
  for (let n = 0; n < 100_050; n += 1) bus.fire('flood/x', {})
  await turn()
  expect(listen.mock.calls.map(([events]) => events.length)).toEqual([100_000])
  bus.fire('flood/y', {})
  await delay(20)
  expect(listen).toHaveBeenCalledTimes(2)
})

test('what comes in a quiet time is delivered at once; many events in a short time share deliveries', async () => {
  const clock = new ManualClock()
  bus = new EventBus(clock)
  const { deliveries, listen } = listener()
  bus.subscribe(session(), 'a/', listen)
  const fire = async (count: number) => {
    for (let n = 0; n < count; n += 1) bus.fire('a/x', {})
    await turn()
  }
  const sizes = () => deliveries.map(({ length }) => length)
  for (let n = 0; n < 32; n += 1) await fire(1)
  expect(sizes()).toEqual(Array.from({ length: 32 }, () => 1))
  await fire(3)
  await fire(4)
  expect(sizes()).toHaveLength(32)
  clock.advance(5)
  expect(sizes().slice(32)).toEqual([7])
  await fire(1)
  await fire(2)
  expect(sizes().slice(32)).toEqual([7])
  clock.advance(5)
  expect(sizes().slice(32)).toEqual([7, 3])
  await fire(1)
  expect(sizes().slice(32)).toEqual([7, 3, 1])
})

test('what comes after a pause is delivered at once, however much came before it', async () => {
  const clock = new ManualClock()
  bus = new EventBus(clock)
  const { deliveries, listen } = listener()
  bus.subscribe(session(), 'a/', listen)
  for (let n = 0; n < 40; n += 1) bus.fire('a/x', {})
  await turn()
  clock.advance(10)
  bus.fire('a/x', {})
  await turn()
  expect(deliveries.map(({ length }) => length)).toEqual([40, 1])
})

test('an owner hears an event once, however many of its prefixes match', async () => {
  const { deliveries, listen } = listener()
  const owner = session()
  for (const prefix of ['salt/job/1/', 'salt/', '', 'salt/job/1/']) bus.subscribe(owner, prefix, listen)
  bus.fire('salt/job/1/new', {})
  await turn()
  bus.unsubscribe(owner, '')
  bus.unsubscribe(owner, 'salt/')
  bus.fire('salt/job/1/ret/web1', {})
  bus.fire('salt/auth', {})
  await turn()
  expect(deliveries).toEqual([['salt/job/1/new'], ['salt/job/1/ret/web1']])
})

test('what was dropped is counted', () => {
  bus.subscribe(session(), 'flood/', () => undefined)
  for (let n = 0; n < 100_002; n += 1) bus.fire('flood/x', {})
  expect(bus.counters).toEqual({ subscribers: 1, dropped: 2 })
})
