// SPDX-License-Identifier: Apache-2.0
import { Float, LiveOptions, mapOf } from '@halite/core'
import { expect, it } from 'vitest'

it('shows the newest values through the same object, and keeps what is fixed', () => {
  const options: { timeout: number; nodegroups: Record<string, string>; port: number } = {
    timeout: 5,
    nodegroups: { a: 'web*' },
    port: 4505,
  }
  const live = new LiveOptions(options, ['port'])
  const { current } = live
  expect(live.exchange({ timeout: 7, nodegroups: { a: 'web*' }, port: 4507 })).toEqual(['port'])
  expect(current).toEqual({ timeout: 7, nodegroups: { a: 'web*' }, port: 4505 })
  expect(live.exchange({ timeout: 7, nodegroups: { b: 'db*' }, port: 4505 })).toEqual([])
  expect(current.nodegroups).toEqual({ b: 'db*' })
})

it('sees what changed in values of every kind', () => {
  const data = (port: unknown, size: unknown): { data: unknown } => ({
    data: [mapOf([[port, 'a']]), size, Buffer.from('x')],
  })
  const live = new LiveOptions(data(80, 2n ** 70n), [])
  const { current } = live
  for (const next of [data('80', 2n ** 70n), data(80, 2n ** 70n + 1n), data(80, new Float(1)), data(80, 1)]) {
    live.exchange(next)
    expect(current.data).toBe(next.data)
  }
  const same = current.data
  live.exchange(data(80, 1))
  expect(current.data).toBe(same)
})
