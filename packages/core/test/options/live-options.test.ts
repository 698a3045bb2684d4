// SPDX-License-Identifier: Apache-2.0
import { LiveOptions } from '@halite/core'
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
