// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest'
import { until } from '../../../testing/src/until.ts'
import { VerifyQueue } from '../../src/channel/verify-queue.ts'

/** Work that ends when it is told to, and notes that it began. */
function bench() {
  const began: string[] = []
  const ends: (() => void)[] = []
  const work = (name: string) => () => {
    began.push(name)
    return new Promise<void>((resolve) => ends.push(resolve))
  }
  const finishAll = async (total: number) => {
    while (began.length < total || ends.length > 0) {
      ends.shift()?.()
      await Promise.resolve()
    }
  }
  return { began, work, finishAll }
}

test('two run at a time', async () => {
  const { began, work, finishAll } = bench()
  const queue = new VerifyQueue()
  for (const name of ['a', 'b', 'c']) queue.add(work(name), true)
  expect(began).toEqual(['a', 'b'])
  await finishAll(3)
  expect(began).toEqual(['a', 'b', 'c'])
})

test('known callers go before strangers who came first', async () => {
  const { began, work, finishAll } = bench()
  const queue = new VerifyQueue()
  for (const name of ['s1', 's2', 's3', 's4']) queue.add(work(name), false)
  for (const name of ['k1', 'k2']) queue.add(work(name), true)
  expect(queue.unknownLoad).toBe(2)
  await finishAll(6)
  expect(began).toEqual(['s1', 's2', 'k1', 'k2', 's3', 's4'])
})

test('each lane is bounded, and a full lane of strangers does not turn a known caller away', async () => {
  const { work } = bench()
  const queue = new VerifyQueue()
  const strangers = Array.from({ length: 600 }, (_, index) => queue.add(work(`s${index}`), false))
  expect(strangers.filter(Boolean)).toHaveLength(514)
  expect(strangers.at(-1)).toBe(false)
  expect(queue.add(work('k'), true)).toBe(true)
  const known = Array.from({ length: 17_000 }, (_, index) => queue.add(work(`k${index}`), true))
  expect(known.filter(Boolean)).toHaveLength(16_383)
})

test('work that ended makes room at once', async () => {
  const queue = new VerifyQueue()
  let done = 0
  for (let index = 0; index < 400; index += 1) {
    queue.add(async () => {
      done += 1
    }, false)
  }
  await until('all is done', () => done === 400)
  expect(queue.unknownLoad).toBe(0)
})
