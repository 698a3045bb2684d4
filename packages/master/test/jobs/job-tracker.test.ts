// SPDX-License-Identifier: Apache-2.0
import { parseJid, parseMinionId } from '@halite/core'
import type { Job } from '@halite/protocol'
import { ManualClock } from '@halite/testing'
import { beforeEach, describe, expect, test } from 'vitest'
import { JobTracker } from '../../src/jobs/job-tracker.ts'
import { noteUpdate } from '../../src/requests/updating-minions.ts'

const [a, b, c] = ['a', 'b', 'c'].map(parseMinionId) as [never, never, never]
const lifetimeMs = 20_000

let clock: ManualClock
let tracker: JobTracker

beforeEach(() => {
  clock = new ManualClock()
  tracker = new JobTracker(clock)
})

function job(n = 0, fun = 'test.ping'): Job {
  const jid = parseJid(`2026010203040500000${n}`)
  return { jid, fun, arg: [], tgt: '*', tgt_type: 'glob', ret: '', user: 'root' }
}

test('a job goes from silent to running to gone', () => {
  const load = job()
  const tracked = tracker.add(load, [a, b], lifetimeMs)
  tracker.started(load.jid, a)
  expect([[...tracked.silent], [...tracked.running]]).toEqual([['b'], ['a']])
  expect(tracker.active()).toEqual([tracked])
  tracker.returned(load.jid, b)
  expect(tracker.get(load.jid)).toBe(tracked)
  tracker.returned(load.jid, a)
  expect(tracker.get(load.jid)).toBeUndefined()
  expect(tracker.active()).toEqual([])
})

test('who was not given the job can neither start nor end it', () => {
  const load = job()
  const tracked = tracker.add(load, [a], lifetimeMs)
  tracker.started(load.jid, c)
  tracker.returned(load.jid, c)
  expect([[...tracked.silent], [...tracked.running]]).toEqual([['a'], []])
})

test('a job for nobody is not followed', () => {
  tracker.add(job(), [], lifetimeMs)
  expect(tracker.get(job().jid)).toBeUndefined()
})

test('what clients ask by themselves is not to be stored', () => {
  expect(tracker.add(job(1), [a], lifetimeMs).isStored).toBe(true)
  expect(tracker.add(job(2, 'saltutil.find_job'), [a], lifetimeMs).isStored).toBe(false)
})

test('arguments are not kept for who acknowledged and never returns, and are back for the next of a batch', () => {
  const load = { ...job(), arg: ['x'.repeat(1000)] }
  tracker.add(load, [a, b], lifetimeMs)
  tracker.started(load.jid, a)
  tracker.due()
  expect(tracker.get(load.jid)?.load).toBe(load)
  clock.advance(lifetimeMs + 1)
  tracker.due()
  expect(tracker.get(load.jid)).toMatchObject({ load: { arg: [], fun: 'test.ping' }, shownArg: undefined })
  tracker.add(load, [c], lifetimeMs)
  expect(tracker.unheardBy(c)).toEqual([load])
  expect(tracker.get(load.jid)?.shownArg).toEqual(load.arg)
})

describe('giving a job again', () => {
  const dueIds = () => tracker.due().map(({ id }) => id)

  test('goes to those of whom nothing is heard, three times, ever later', () => {
    tracker.add(job(), [a, b], lifetimeMs)
    tracker.started(job().jid, b)
    expect(dueIds()).toEqual([])
    const waits = [1500, 3000, 6000]
    for (const waitMs of waits) {
      clock.advance(waitMs - 1)
      expect(dueIds()).toEqual([])
      clock.advance(1)
      expect(dueIds()).toEqual(['a'])
    }
    clock.advance(9000)
    expect(dueIds()).toEqual([])
  })

  test('stops at the deadline, and the job is forgotten', () => {
    tracker.add(job(), [a], 1000)
    clock.advance(1501)
    expect(dueIds()).toEqual([])
    expect(tracker.get(job().jid)).toBeUndefined()
  })

  test('a job that runs somewhere is remembered beyond its deadline, but not for ever', () => {
    tracker.add(job(), [a, b], 1000)
    tracker.started(job().jid, a)
    clock.advance(3_600_000)
    expect(dueIds()).toEqual([])
    expect(tracker.get(job().jid)).toBeDefined()
    clock.advance(24 * 3_600_000)
    tracker.due()
    expect(tracker.get(job().jid)).toBeUndefined()
  })
})

describe('a minion that comes back', () => {
  test('is given what it has not heard of, within the deadline', () => {
    const [first, second] = [job(1), job(2)]
    tracker.add(first, [a, b], 1000)
    tracker.add(second, [a], lifetimeMs)
    tracker.started(first.jid, a)
    expect(tracker.unheardBy(a)).toEqual([second])
    expect(tracker.unheardBy(b)).toEqual([first])
    clock.advance(1001)
    expect(tracker.unheardBy(b)).toEqual([])
  })

  test('that noticed a gap is given what was published after it, in that epoch', () => {
    const loads = [1, 2, 3].map((n) => job(n))
    for (const [index, load] of loads.entries()) {
      tracker.add(load, [a], lifetimeMs).published = { epoch: 'e', n: index + 1 }
    }
    tracker.add(job(4), [a], lifetimeMs)
    expect(tracker.missedBy(a, 'e', 1)).toEqual(loads.slice(1))
    expect(tracker.missedBy(a, 'other', 0)).toEqual([])
    expect(tracker.missedBy(b, 'e', 0)).toEqual([])
    tracker.returned(loads[1]?.jid as never, a)
    expect(tracker.missedBy(a, 'e', 1)).toEqual(loads.slice(2))
  })
})

describe('a minion that restarts with its job', () => {
  const { jid } = job()

  test('is waited for as long as it said, counted from when it last answered', () => {
    const tracked = tracker.add(job(), [a, b], lifetimeMs)
    tracker.started(jid, a)
    tracker.leaves(jid, a, 60_000)
    expect(tracker.absence(jid, a)).toEqual({ lengthMs: 60_000, isOver: false })
    clock.advance(50_000)
    tracker.isThere(jid, a)
    clock.advance(59_999)
    expect(tracker.absence(jid, a)?.isOver).toBe(false)
    clock.advance(1)
    expect(tracker.absence(jid, a)?.isOver).toBe(true)
    tracker.returned(jid, a)
    expect(tracker.absence(jid, a)).toBeUndefined()
    expect([...tracked.silent]).toEqual(['b'])
  })

  test('may not say so of jobs that it was not given, or has returned', () => {
    tracker.add(job(), [a, b], lifetimeMs)
    tracker.returned(jid, a)
    for (const id of [a, c]) tracker.leaves(jid, id, 60_000)
    tracker.leaves(job(9).jid, b, 60_000)
    expect([a, c].map((id) => tracker.absence(jid, id))).toEqual([undefined, undefined])
    expect(tracker.absence(job(9).jid, b)).toBeUndefined()
    expect(tracker.get(job(9).jid)).toBeUndefined()
  })

  test.each([
    ['update/start', { jid, within: 30 }, 30_000],
    ['update/start', { jid, within: 10 ** 9 }, 3_600_000],
    ['update/start', { jid, within: -1 }, undefined],
    ['update/start', { jid, within: 'x' }, undefined],
    ['update/start', { jid: '../x', within: 30 }, undefined],
    ['update/start', undefined, undefined],
    ['update/confirmed', { jid, within: 30 }, undefined],
  ])('says so by the event %s with %j', (tag, data, expected) => {
    tracker.add(job(), [a], lifetimeMs)
    noteUpdate(tracker, a, { tag, data })
    expect(tracker.absence(jid, a)?.lengthMs).toBe(expected)
  })
})
