// SPDX-License-Identifier: Apache-2.0
import { setTimeout as delay } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { Writer } from '../../src/zeromq/writer.ts'

const frame = (index: number) => Buffer.from([index])

/** A socket that takes each frame after a moment, and notes how many it was given at once. */
function slowSocket() {
  const sent: number[] = []
  let underWay = 0
  let most = 0
  const send = async (parts: Buffer | Buffer[]): Promise<void> => {
    underWay += 1
    most = Math.max(most, underWay)
    await delay(1)
    sent.push((Array.isArray(parts) ? parts[0] : parts)?.[0] ?? -1)
    underWay -= 1
  }
  return { send, sent, most: () => most }
}

test('frames leave in order, one at a time', async () => {
  const socket = slowSocket()
  const counters = { malformed: 0, dropped: 0, failed: 0 }
  const writer = new Writer(socket.send, counters, 100)
  for (let index = 0; index < 50; index += 1) writer.write(frame(index))
  await writer.close(5000)
  expect(socket.sent).toEqual(Array.from({ length: 50 }, (_, index) => index))
  expect(socket.most()).toBe(1)
})

test('what is above the limit is dropped and counted', async () => {
  const socket = slowSocket()
  const counters = { malformed: 0, dropped: 0, failed: 0 }
  const writer = new Writer(socket.send, counters, 10)
  for (let index = 0; index < 30; index += 1) writer.write(frame(index))
  await writer.close(5000)
  expect(socket.sent.length + counters.dropped).toBe(30)
  expect(counters.dropped).toBeGreaterThanOrEqual(19)
})

test('a frame that cannot be sent is counted, and the next one is sent', async () => {
  const counters = { malformed: 0, dropped: 0, failed: 0 }
  const sent: number[] = []
  const writer = new Writer(
    async (parts) => {
      const [index = -1] = Array.isArray(parts) ? (parts[0] ?? []) : parts
      if (index === 1) throw new Error('peer is gone')
      sent.push(index)
    },
    counters,
    10,
  )
  for (const index of [0, 1, 2]) writer.write(frame(index))
  await writer.close(5000)
  expect(sent).toEqual([0, 2])
  expect(counters.dropped).toBe(1)
})

test('closing waits no longer than its grace for a socket that takes nothing, and refuses what comes later', async () => {
  const counters = { malformed: 0, dropped: 0, failed: 0 }
  const writer = new Writer(() => new Promise(() => undefined), counters, 10)
  writer.write(frame(0))
  const startMs = performance.now()
  await writer.close(50)
  expect(performance.now() - startMs).toBeLessThan(1000)
  writer.write(frame(1))
  expect(counters.dropped).toBe(1)
})
