// SPDX-License-Identifier: Apache-2.0
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Session } from '@halite/transport'
import { expect, test } from 'vitest'
import { FileTurns } from '../../src/files/file-turns.ts'

const session = (name: string) => ({ key: name }) as unknown as Session

/** Runs what was put off, when the test says so. */
class HandTimers {
  readonly #waiting: (() => void)[] = []

  after(_ms: number, run: () => void): () => void {
    this.#waiting.push(run)
    return () => undefined
  }

  run(): void {
    for (const run of this.#waiting.splice(0)) run()
  }
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 50; turn += 1) await nextTurn()
}

test('sessions take turns, however many ranges one asks for', async () => {
  const turns = new FileTurns({ timers: new HandTimers(), waitingBytes: () => 0 })
  const order: string[] = []
  const read = (name: string) => async () => void order.push(name)
  const greedy = session('greedy')
  const asked = Array.from({ length: 40 }, () => turns.add(greedy, read('greedy')))
  asked.push(turns.add(session('modest'), read('modest')))
  await Promise.all(asked)
  expect(order.indexOf('modest')).toBeLessThan(8)
})

test('few are read at a time, and the room of one is not lent to another before the next turn of the loop', async () => {
  const turns = new FileTurns({ timers: new HandTimers(), waitingBytes: () => 0 })
  const inUse = new Set<Buffer>()
  let most = 0
  const read = async (room: Buffer) => {
    expect(inUse.has(room)).toBe(false)
    inUse.add(room)
    most = Math.max(most, inUse.size)
    await nextTurn()
    queueMicrotask(() => queueMicrotask(() => inUse.delete(room)))
  }
  await Promise.all(Array.from({ length: 100 }, (_, index) => turns.add(session(`s${index % 7}`), read)))
  expect(most).toBe(2)
})

test('a session that does not read what it is sent waits, and the others do not wait for it', async () => {
  const timers = new HandTimers()
  const slow = session('slow')
  let waiting = 100 * 1024 * 1024
  const turns = new FileTurns({ timers, waitingBytes: (one) => (one === slow ? waiting : 0) })
  const done: string[] = []
  void turns.add(slow, async () => void done.push('slow'))
  void turns.add(session('quick'), async () => void done.push('quick'))
  await settle()
  expect(done).toEqual(['quick'])
  waiting = 0
  timers.run()
  await settle()
  expect(done).toEqual(['quick', 'slow'])
})

test('what one session may have waiting is bounded, and goes with it', async () => {
  const turns = new FileTurns({ timers: new HandTimers(), waitingBytes: () => Number.POSITIVE_INFINITY })
  const one = session('one')
  for (let range = 0; range < 256; range += 1) void turns.add(one, async () => 1)
  await expect(turns.add(one, async () => 1)).rejects.toMatchObject({ code: 'BUSY' })
  turns.forget(one)
  expect(turns.size).toBe(0)
})

test('a range that cannot be read rejects, and others go on', async () => {
  const turns = new FileTurns({ timers: new HandTimers(), waitingBytes: () => 0 })
  const failing = turns.add(session('a'), () => Promise.reject(new Error('no')))
  const fine = turns.add(session('a'), async () => 'fine')
  await expect(failing).rejects.toThrow('no')
  expect(await fine).toBe('fine')
})

test('one range leaves in a turn of the loop, so that others have theirs between', async () => {
  const turns = new FileTurns({ timers: new HandTimers(), waitingBytes: () => 0 })
  let turn = 0
  let isDone = false
  const counting = (async () => {
    while (!isDone) {
      await nextTurn()
      turn += 1
    }
  })()
  const left: number[] = []
  const asked = Array.from({ length: 30 }, async (_, index) => {
    await turns.add(session(`s${index % 3}`), async () => 1)
    left.push(turn)
  })
  await Promise.all(asked)
  isDone = true
  await counting
  expect(new Set(left).size).toBe(30)
})

test('however many fetch, little is on the way to all of them together', async () => {
  const timers = new HandTimers()
  const range = 512 * 1024
  const waiting = new Map<Session, number>()
  const turns = new FileTurns({ timers, waitingBytes: (one) => waiting.get(one) ?? 0, now: () => 0 })
  const sessions = Array.from({ length: 200 }, (_, index) => session(`s${index}`))
  let sent = 0
  for (const one of sessions) {
    const send = () => {
      waiting.set(one, range)
      sent += range
    }
    void turns.add(one, async () => 1).then(send)
  }
  await settle()
  expect(sent).toBeGreaterThanOrEqual(8 * 1024 * 1024)
  expect(sent).toBeLessThanOrEqual(9 * 1024 * 1024)
  // They have read it.
  waiting.clear()
  timers.run()
  await settle()
  expect(sent).toBeGreaterThan(9 * 1024 * 1024)
})

test('those that take nothing do not keep the others from theirs', async () => {
  const { timers, passTime, isServed } = await quickBehind('stalled')
  timers.run()
  await settle()
  expect(isServed()).toBe(false)
  // The others that take nothing come first in line.
  for (let round = 0; round < 3; round += 1) await passTime(1000)
  expect(isServed()).toBe(true)
})

test('those that take a few bytes at a time do not keep the others from theirs for minutes', async () => {
  const { waiting, passTime, isServed } = await quickBehind('slow')
  // As minions behind slow lines, or with a processor that others use: each takes 10 KB a second of its range.
  for (let round = 0; round < 30 && !isServed(); round += 1) {
    for (const [one, bytes] of waiting) waiting.set(one, Math.max(0, bytes - 1000))
    await passTime(100)
  }
  expect(isServed()).toBe(true)
})

/** Twenty sessions, each with a range of 1 MiB that waits for it, and a quick one that asks behind them. */
async function quickBehind(name: string) {
  const timers = new HandTimers()
  let nowMs = 0
  const waiting = new Map<Session, number>()
  const turns = new FileTurns({ timers, waitingBytes: (one) => waiting.get(one) ?? 0, now: () => nowMs })
  for (let index = 0; index < 20; index += 1) {
    const one = session(`${name}${index}`)
    void turns.add(one, async () => 1).then(() => waiting.set(one, 1024 * 1024))
  }
  await settle()
  let isServed = false
  void turns
    .add(session('quick'), async () => 1)
    .then(() => {
      isServed = true
    })
  const passTime = async (ms: number) => {
    nowMs += ms
    timers.run()
    await settle()
  }
  return { timers, waiting, passTime, isServed: () => isServed }
}
