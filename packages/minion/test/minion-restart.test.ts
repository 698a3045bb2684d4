// SPDX-License-Identifier: Apache-2.0
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { MinionRestart } from '../src/minion-restart.ts'

const jid = '20260102030405000000'
const onRestart = vi.fn()
let jobs: { ownSize: number; handOver: (jid: string) => boolean }

beforeEach(() => {
  vi.useFakeTimers()
  onRestart.mockReset()
  jobs = { ownSize: 0, handOver: () => true }
})
afterEach(() => {
  vi.useRealTimers()
})

test('waits until all other jobs have ended', () => {
  jobs.ownSize = 1
  expect(new MinionRestart(jobs, onRestart).request(jid)).toBe(true)
  vi.advanceTimersByTime(10_000)
  expect(onRestart).not.toHaveBeenCalled()
  jobs.ownSize = 0
  vi.advanceTimersByTime(10_000)
  expect(onRestart).toHaveBeenCalledOnce()
})

test('waits for at most five minutes', () => {
  jobs.ownSize = 1
  new MinionRestart(jobs, onRestart).request(jid)
  vi.advanceTimersByTime(299_000)
  expect(onRestart).not.toHaveBeenCalled()
  vi.advanceTimersByTime(2000)
  expect(onRestart).toHaveBeenCalledOnce()
})

test('is refused without a supervisor, for an invalid jid, and for a job that does not run', () => {
  const handOver = vi.fn(() => false)
  expect(new MinionRestart({ ...jobs, handOver }, undefined).request(jid)).toBe(false)
  expect(new MinionRestart({ ...jobs, handOver }, onRestart).request('../jid')).toBe(false)
  expect(handOver).not.toHaveBeenCalled()
  expect(new MinionRestart({ ...jobs, handOver }, onRestart).request(jid)).toBe(false)
  vi.advanceTimersByTime(10_000)
  expect(onRestart).not.toHaveBeenCalled()
})

test('is cancelled by close', () => {
  const restart = new MinionRestart(jobs, onRestart)
  restart.request(jid)
  restart.close()
  vi.advanceTimersByTime(10_000)
  expect([onRestart.mock.calls.length, vi.getTimerCount()]).toEqual([0, 0])
})
