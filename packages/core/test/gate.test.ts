// SPDX-License-Identifier: Apache-2.0
import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { Gate } from '../src/gate.ts'

test('lets so many in at a time, the others in order', async () => {
  const gate = new Gate(2)
  const entered: number[] = []
  let inside = 0
  let most = 0
  const work = (index: number) => async () => {
    entered.push(index)
    inside += 1
    most = Math.max(most, inside)
    await nextTurn()
    inside -= 1
    return index
  }
  const all = Array.from({ length: 7 }, (_, index) => gate.run(work(index)))
  expect(await Promise.all(all)).toEqual([0, 1, 2, 3, 4, 5, 6])
  expect(entered).toEqual([0, 1, 2, 3, 4, 5, 6])
  expect(most).toBe(2)
})

test('work that fails makes room too', async () => {
  const gate = new Gate(1)
  await expect(gate.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no')
  expect(await gate.run(async () => 'yes')).toBe('yes')
})
