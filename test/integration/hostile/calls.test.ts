// SPDX-License-Identifier: Apache-2.0
import { jidTimeMs, pack, parseJid } from '@halite/core'
import { type Cluster, startCluster, until } from '@halite/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { expectPing, type HandMinion, insider } from './attacker.ts'

const hourly = 2_000_000
const most = 12_000_000
let cluster: Cluster
let evil: HandMinion

beforeAll(async () => {
  cluster = await startCluster({
    minions: 2,
    master: { keep_call_bytes: hourly, keep_jobs_bytes: most, loop_interval: 1 },
  })
  evil = await insider(cluster, 'evil')
})
afterAll(async () => {
  await evil.close()
  await cluster.close()
})

function call(jid: string, value: unknown = true, arg: unknown[] = []) {
  return { jid, return: pack(value), retcode: 0, success: true, fun: 'test.ping', fun_args: arg }
}

async function jids(): Promise<string[]> {
  return Object.keys((await runner('jobs.list_jobs')) as object)
}

async function runner(fun: string, ...arg: unknown[]): Promise<unknown> {
  return cluster.client.connection.request('runner', { fun, arg, kwarg: {} })
}

const counters = () => cluster.master.status()['calls'] as Record<string, number>

test('a call is dated by the master, whatever jid the minion gives it', async () => {
  const before = await jids()
  const given = [
    '99991231235959999999',
    '00000000000000000001',
    '20991301000000000000',
    '20200101000000000000_1',
  ]
  for (const jid of given) expect((await evil.ask('_call', call(jid))).type).toBe('reply')
  const kept = (await jids()).filter((jid) => !before.includes(jid))
  expect(kept).toHaveLength(given.length)
  for (const jid of kept) expect(Math.abs(jidTimeMs(parseJid(jid)) - Date.now())).toBeLessThan(60_000)
  const last = (await runner('jobs.last_run')) as Record<string, { StartTime: string }>
  for (const { StartTime } of Object.values(last)) expect(StartTime).toMatch(/^\d{4}, [A-Z][a-z]{2} \d\d /)
})

test('a call under the jid of a job of the master leaves that job alone', async () => {
  const run = await cluster.client.run('m1', 'test.echo', ['honest'])
  for await (const _ of run ?? []);
  const jid = run?.jid ?? ''
  expect((await evil.ask('_call', call(jid, 'forged'))).type).toBe('reply')
  expect(Object.keys(await cluster.client.getCacheReturns(jid))).toEqual(['m1'])
})

test('a call that comes again is kept once', async () => {
  const before = (await jids()).length
  for (let n = 0; n < 3; n += 1)
    expect((await evil.ask('_call', call('20260101000000000001'))).type).toBe('reply')
  expect((await jids()).length).toBe(before + 1)
})

test('arguments of a call are cut to a size', async () => {
  const before = await jids()
  await evil.ask('_call', call('20260101000000000002', true, ['x'.repeat(1_000_000)]))
  const [jid = ''] = (await jids()).filter((each) => !before.includes(each))
  const job = (await runner('jobs.list_job', jid)) as { Arguments: unknown[] }
  expect(job.Arguments).toEqual([expect.stringMatching(/^\(100\d{4} bytes of arguments\)$/)])
})

test('beyond its bytes an hour calls of a minion are refused and counted; those of others are not', async () => {
  let refused = 0
  for (let n = 0; n < 30; n += 1) {
    const down = await evil.ask('_call', call(`2026010200000000${1000 + n}`, 'x'.repeat(100_000)))
    if (down.type === 'error') {
      expect(down.error.code).toBe('QUOTA_EXCEEDED')
      refused += 1
    }
  }
  expect(refused).toBeGreaterThan(8)
  expect(counters()).toMatchObject({ refused_over_quota: refused })
  expect(counters()['kept_bytes']).toBeLessThanOrEqual(hourly)
  await using other = await insider(cluster, 'other')
  expect((await other.ask('_call', call('20260103000000000000'))).type).toBe('reply')
})

test('what one minion returns pushes out nothing of the others', async () => {
  const honest = await cluster.client.run('*', 'test.echo', ['honest'], { timeout: 0.5 })
  for await (const _ of honest ?? []);
  const big = pack('x'.repeat(3_000_000))
  for (let n = 0; n < 8; n += 1) {
    const jid = (await cluster.client.cmdAsync('evil', 'test.ping')) ?? ''
    evil.send(evil.seal('_return', { jid, return: big, retcode: 0, success: true }))
  }
  // Behind them on the same connection.
  await evil.ask('_ping', {})
  await cluster.client.getCacheReturns(honest?.jid ?? '')
  await until('room is made', () => Number(cluster.master.status()['jobs_bytes']) <= most, 30_000)
  expect(Object.keys(await cluster.client.getCacheReturns(honest?.jid ?? '')).sort()).toEqual(['m1', 'm2'])
  expect((await runner('jobs.list_job', honest?.jid)) as object).toMatchObject({ Function: 'test.echo' })
  await expectPing(cluster)
})

test('a jid that a local user gives is a moment, and none of the day after tomorrow', async () => {
  for (const jid of ['20991231235959999999', '20261301000000000000', '00000000000000000001']) {
    await expect(cluster.client.cmdAsync('m1', 'test.ping', [], { jid })).rejects.toMatchObject({
      code: 'ARGUMENTS_INVALID',
    })
  }
})
