// SPDX-License-Identifier: Apache-2.0
import type { ExecContext, RunningJob } from '@halite/loader'
import { expect, test } from 'vitest'
import { type QueueCall, waitForTurn } from '../../../src/execution/state/queue.ts'

const [early, late] = ['20261120045007463328', '20261120045007999999']

function job(jid: string, fun = 'state.apply'): RunningJob {
  return { jid, fun, arg: [], tgt: '*', tgt_type: 'glob', ret: '', user: 'root', pid: 7 }
}

/** `lists`: what runs, in the order in which it came, each time the run looks; the last one stays. */
function turnOf(own: string, lists: readonly (readonly RunningJob[])[], call: QueueCall = {}) {
  const left = [...lists]
  const daemon = { runningJobs: async () => (left.length > 1 ? left.shift() : left[0]) ?? [] }
  const { signal } = new AbortController()
  return waitForTurn({ daemon, job: { jid: own }, options: {}, signal } as unknown as ExecContext, call)
}

test('a run does not make way for one that came after it', async () => {
  expect(await turnOf(early, [[job(early), job(late)]])).toBeUndefined()
})

test('a run is refused while one that came before it runs, whatever their jids are', async () => {
  for (const [first, second] of [
    [early, late],
    [late, early],
  ] as const) {
    const refused = await turnOf(second, [[job(first), job(second)]])
    expect(refused).toMatchObject({
      value: [expect.stringMatching(`^The function "state.apply" is running as PID 7 .* with jid ${first}$`)],
    })
  }
})

test('a run that is not listed yet comes behind all that are', async () => {
  expect(await turnOf(early, [[job(late)]])).toBeDefined()
})

test('queue: true waits for those before it alone; a number bounds how many may be before it', async () => {
  const [before, own] = [job(late), job(early)]
  expect(
    await turnOf(
      early,
      [
        [before, own],
        [own, job('20261120045008000000')],
      ],
      { queue: true },
    ),
  ).toBeUndefined()
  expect(await turnOf(early, [[before, own]], { queue: 1 })).toBeDefined()
})

test('functions that steer runs, and other jobs, are no runs', async () => {
  expect(
    await turnOf(late, [[job(early, 'state.soft_kill'), job(early, 'test.ping'), job(late)]]),
  ).toBeUndefined()
})
