// SPDX-License-Identifier: Apache-2.0
import { pack, parseJid, parseMinionId, systemClock } from '@halite/core'
import { expect, test } from 'vitest'
import { EventBus } from '../../src/events.ts'
import { type CommandContext, commandMinions } from '../../src/jobs/command-minions.ts'

const jid = parseJid('20260102030405000001')
const web1 = parseMinionId('web1')
const events = new EventBus()

const context: CommandContext = {
  events,
  clock: systemClock,
  publish: async (_request, listen) => {
    listen(jid)
    return { jid, minions: [web1], unknown: [], absent: [] }
  },
  select: async () => [web1],
  findJob: async () => new Set(),
  timeout: 0.02,
}
const command = { fun: 'test.ping', arg: [], tgt: 'web1', tgt_type: 'glob' } as const

test('a return that comes a little behind the answer that the job does not run is no missing one', async () => {
  const findJob = async () => {
    setTimeout(
      () =>
        events.fire(`salt/job/${jid}/ret/web1`, {
          id: web1,
          return: pack('here'),
          retcode: 0,
          success: true,
        }),
      20,
    )
    return new Set<string>()
  }
  const outcome = await commandMinions({ ...context, findJob }, command, new AbortController().signal)
  expect(outcome).toMatchObject({ returns: { web1: { return: 'here', retcode: 0 } }, missing: [] })
})

test('a minion that does not run the job and does not return is missing', async () => {
  const outcome = await commandMinions(context, command, new AbortController().signal)
  expect(outcome).toMatchObject({ returns: {}, missing: [{ id: 'web1', status: 'No response' }] })
})
