// SPDX-License-Identifier: Apache-2.0
import { captureLog, ManualClock } from '@halite/testing'
import { expect, test } from 'vitest'
import { Maintenance } from '../src/maintenance.ts'

test('a fault in one part costs neither the others nor the rounds to come', () => {
  const clock = new ManualClock()
  const { log, lines } = captureLog()
  let rounds = 0
  const fault = new Error('no room')
  const maintenance = new Maintenance({
    options: { loop_interval: 60 },
    clock,
    log,
    eachSecond: [
      {
        tick: () => {
          throw fault
        },
      },
      {
        tick: () => {
          rounds += 1
        },
      },
    ],
  } as unknown as ConstructorParameters<typeof Maintenance>[0])
  maintenance.start()
  for (let second = 0; second < 3; second += 1) clock.advance(1000)
  maintenance.stop()
  expect(rounds).toBe(3)
  expect(lines).toEqual(
    Array.from({ length: 3 }, () => ({
      level: 'error',
      message: 'maintenance failed',
      fields: { error: fault },
    })),
  )
})
