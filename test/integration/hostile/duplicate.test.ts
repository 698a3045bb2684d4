// SPDX-License-Identifier: Apache-2.0
import { pack } from '@halite/core'
import { loads } from '@halite/protocol'
import { type Cluster, captureLog, startCluster, until } from '@halite/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { expectPing, HandMinion, stolen } from './attacker.ts'

const captured = captureLog()
let cluster: Cluster
const events: { readonly tag: string; readonly data?: unknown }[] = []

beforeAll(async () => {
  cluster = await startCluster({ minions: 2, heartbeatSeconds: 1, log: captured.log })
  cluster.master.events.subscribe({}, 'salt/minion/', (some) => events.push(...some))
})
afterAll(() => cluster.close())

const duplicates = () => events.filter(({ tag }) => tag.endsWith('/duplicate'))
const warnings = (text: string) =>
  captured.lines.filter(({ level, message }) => level === 'warning' && message.includes(text))

async function status(): Promise<{ up: string[]; duplicate?: Record<string, string[]> }> {
  const answer = await cluster.client.connection.request('runner', {
    fun: 'manage.status',
    arg: [],
    kwarg: {},
  })
  return answer as { up: string[]; duplicate?: Record<string, string[]> }
}

/** A second daemon under the key of m2, which answers heartbeats, and every job with a forgery. */
async function thief(): Promise<HandMinion> {
  const hand = new HandMinion(cluster.addresses.ret, stolen(cluster, 'm2'))
  await hand.connect()
  void answerAll(hand)
  return hand
}

async function answerAll(hand: HandMinion): Promise<void> {
  for (;;) {
    const frame = await hand.peer.next(60_000).catch(() => undefined)
    if (frame === undefined) return
    const down = await Promise.resolve()
      .then(() => hand.open(frame))
      .catch(() => undefined)
    if (down?.type !== 'push') continue
    if (down.name === 'ping') hand.send(hand.seal('_confirm', {}))
    if (down.name !== 'job') continue
    const { jid } = loads.jobSchema(down.load, 'job')
    hand.send(hand.seal('_return', { jid, retcode: 0, success: true, return: pack('forged') }))
  }
}

test('a minion that is started again is no duplicate', async () => {
  await cluster.restartMinion('m1')
  await cluster.waitConnected()
  await cluster.addMinion('m3')
  await expectPing(cluster, 'm1')
  await new Promise((resolve) => setTimeout(resolve, 5000))
  expect([duplicates(), (await status()).duplicate]).toEqual([[], undefined])
})

test('a second daemon under a stolen key is an event, a warning and in manage.status, until it is gone', async () => {
  await using hand = await thief()
  await until('the duplicate is told', () => duplicates().length > 0)
  expect(duplicates()).toEqual([
    {
      tag: 'salt/minion/m2/duplicate',
      data: expect.objectContaining({
        id: 'm2',
        sessions: 2,
        addresses: [expect.any(String), expect.any(String)],
      }),
    },
  ])
  expect(warnings('several daemons run under one id')).toHaveLength(1)
  expect(Object.keys((await status()).duplicate ?? {})).toEqual(['m2'])
  expect((await status()).duplicate?.['m2']).toHaveLength(2)
  await cluster.client.cmd('m2', 'test.sleep', [1])
  await until('the second return is told', () => warnings('second return of a job differs').length > 0)
  await hand.close()
  await until('only one is left', async () => (await status()).duplicate === undefined, 30_000)
})

test('sessions without end push neither the daemon out nor each other', async () => {
  const hands: HandMinion[] = []
  let refused = 0
  // On a busy machine the first may be over before the last begins.
  for (let n = 0; n < 60 && refused < 4; n += 1) {
    const hand = await thief().catch(() => undefined)
    if (hand) hands.push(hand)
    else refused += 1
  }
  expect(refused).toBeGreaterThan(3)
  expect(cluster.state('m2')).toBe('up')
  await Promise.all(hands.map((hand) => hand.close()))
  await until('they are gone', async () => (await status()).duplicate === undefined, 60_000)
  await expectPing(cluster, 'm2')
})
