// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest'
import { ManualClock } from '../src/index.ts'

test('time passes when it is told to, and wakes who slept that long', async () => {
  const clock = new ManualClock()
  const woken: string[] = []
  const sleeps = [
    clock.sleep(100).then(() => woken.push('short')),
    clock.sleep(200).then(() => woken.push('long')),
  ]
  clock.advance(150)
  await sleeps[0]
  expect([woken, clock.sleeping]).toEqual([['short'], 1])
  clock.advance(50)
  await sleeps[1]
  expect(woken).toEqual(['short', 'long'])
})

test('a sleep ends with its signal', async () => {
  const clock = new ManualClock()
  const abort = new AbortController()
  const sleep = clock.sleep(100, abort.signal)
  abort.abort(new Error('enough'))
  await expect(sleep).rejects.toThrow('enough')
  expect(clock.sleeping).toBe(0)
})

test('the wall may jump alone', () => {
  const clock = new ManualClock()
  const [monotonicMs, wallMs] = [clock.monotonicMs(), clock.wallMs()]
  clock.jumpWall(-1000)
  expect([clock.monotonicMs() - monotonicMs, clock.wallMs() - wallMs]).toEqual([0, -1000])
})
