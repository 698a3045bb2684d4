// SPDX-License-Identifier: Apache-2.0
import { JidClock } from '@halite/core'
import { expect, test } from 'vitest'
import { SeenJobs } from '../../src/jobs/seen-jobs.ts'

const clock = new JidClock()
const jids = (count: number) => Array.from({ length: count }, () => clock.next())

/** How many of these are known, oldest first, when only as many are remembered as the option says. */
function remembered(minion_jid_queue_hwm: number, count: number): number {
  const seen = new SeenJobs({ minion_jid_queue_hwm })
  const all = jids(count)
  expect(all.every((jid) => seen.add(jid))).toBe(true)
  // From the newest on, since the first one that is new displaces another.
  const known = all.toReversed().findIndex((jid) => seen.add(jid))
  return known === -1 ? count : known
}

test('a job begins once', () => {
  const seen = new SeenJobs({ minion_jid_queue_hwm: 100 })
  const [one, other] = jids(2)
  if (one === undefined || other === undefined) throw new Error('no jids')
  expect([seen.add(one), seen.add(one), seen.add(other), seen.add(one)]).toEqual([true, false, true, false])
})

test.each([
  [1500, 1600, 1500],
  [1500, 1500, 1500],
  [100, 1200, 1000],
])('with minion_jid_queue_hwm %i, of %i jobs the last %i are known', (option, count, known) => {
  expect(remembered(option, count)).toBe(known)
})
