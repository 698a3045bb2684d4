// SPDX-License-Identifier: Apache-2.0
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { RequestsUnderWay } from '../../src/channel/requests-under-way.ts'

let underWay: RequestsUnderWay
let ended: string[]

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
  underWay = new RequestsUnderWay()
  ended = []
})
afterEach(() => {
  vi.useRealTimers()
})

function ask(number: number, timeoutMs: number): void {
  underWay.add(number, { name: `r${number}`, timeoutMs }).then(
    (value) => ended.push(`${number} ${value}`),
    (error: { code: string; message: string }) => ended.push(`${number} ${error.code} ${error.message}`),
  )
}

const overdue = (number: number, timeoutMs: number) =>
  `${number} REQUEST_TIMEOUT the master did not answer r${number} within ${timeoutMs} ms`

test('each ends in its own time, in whatever order they were asked', async () => {
  ask(1, 300)
  ask(2, 50)
  ask(3, 200)
  await vi.advanceTimersByTimeAsync(49)
  expect(ended).toEqual([])
  await vi.advanceTimersByTimeAsync(1)
  expect(ended).toEqual([overdue(2, 50)])
  ask(4, 100)
  await vi.advanceTimersByTimeAsync(250)
  expect(ended.slice(1)).toEqual([overdue(4, 100), overdue(3, 200), overdue(1, 300)])
  expect(vi.getTimerCount()).toBe(0)
})

test('the time of one that was answered ends nothing, and those after it still end', async () => {
  ask(1, 50)
  ask(2, 100)
  underWay.remove(1)?.resolve('yes')
  await vi.advanceTimersByTimeAsync(99)
  expect(ended).toEqual(['1 yes'])
  await vi.advanceTimersByTimeAsync(1)
  expect(ended.slice(1)).toEqual([overdue(2, 100)])
  expect(underWay.remove(2)).toBeUndefined()
})

test('abandoned ones say why, and leave no timer behind', async () => {
  ask(1, 50)
  ask(2, 100)
  underWay.abandon('the channel was closed')
  await vi.advanceTimersByTimeAsync(200)
  expect(ended).toEqual([1, 2].map((number) => `${number} SESSION_LOST the channel was closed`))
  expect(vi.getTimerCount()).toBe(0)
})

test('one that may take longer than a timer can be set for is waited for, and keeps nobody busy', async () => {
  const month = 31 * 24 * 3600 * 1000
  using set = vi.spyOn(globalThis, 'setTimeout')
  ask(1, month)
  ask(2, Number.MAX_VALUE)
  await vi.advanceTimersByTimeAsync(month - 1)
  expect([ended, set.mock.calls.length]).toEqual([[], 2])
  await vi.advanceTimersByTimeAsync(1)
  expect(ended).toEqual([expect.stringContaining('1 REQUEST_TIMEOUT')])
  underWay.abandon('over')
})
