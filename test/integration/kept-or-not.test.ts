// SPDX-License-Identifier: Apache-2.0
import { type Cluster, startCluster, until } from '@halite/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { HandMinion, insider, stranger } from './hostile/attacker.ts'

let cluster: Cluster

beforeAll(async () => {
  cluster = await startCluster({
    minions: 2,
    master: { job_cache: false, rotate_aes_key: false, allow_minion_key_revoke: false },
  })
})
afterAll(() => cluster.close())

test('without job_cache jobs are answered, batches too, and not known afterwards', async () => {
  const run = await cluster.client.run('*', 'test.echo', ['x'])
  const answers = []
  for await (const answer of run ?? []) answers.push(answer.id)
  expect([answers.sort(), run?.warning]).toEqual([['m1', 'm2'], undefined])
  const batch = []
  for await (const answer of cluster.client.cmdBatch('*', 'test.ping', [], { batch: '1' }))
    batch.push(answer.id)
  expect(batch.sort()).toEqual(['m1', 'm2'])
  expect(await cluster.client.getCacheReturns(run?.jid ?? '')).toEqual({})
  const listed = await cluster.client.connection.request('runner', {
    fun: 'jobs.list_jobs',
    arg: [],
    kwarg: {},
  })
  expect(listed).toEqual({})
})

test('without allow_minion_key_revoke a minion keeps its key', async () => {
  await using hand = await insider(cluster, 'hand')
  expect(await hand.ask('_revoke_auth', {})).toMatchObject({ type: 'reply', value: false })
  expect(cluster.master.keys.accepted()).toContain('hand')
})

test('without rotate_aes_key a deletion leaves the key of publications as it is', async () => {
  await using gone = await insider(cluster, 'gone')
  await cluster.waitConfirmed()
  cluster.master.keys.delete(gone.party.id)
  // Who holds a new key has not confirmed it at once.
  expect(cluster.master.status()).toMatchObject({ minions_confirmed: 2 })
  expect(await cluster.client.cmd('m*', 'test.ping')).toEqual({ m1: true, m2: true })
})

test('keep_jobs_seconds drops jobs that are older', async () => {
  await using short = await startCluster({ minions: 1, master: { keep_jobs_seconds: 2, loop_interval: 1 } })
  const jid = (await short.client.cmdAsync('m1', 'test.ping')) ?? ''
  await until('it is kept', async () => (await short.client.follow(jid)) !== undefined)
  await until('it is dropped', async () => (await short.client.follow(jid)) === undefined, 30_000)
})

test('revocations are ten at once, and then one every six seconds', async () => {
  await using open = await startCluster({ minions: 1, master: { auto_accept: true } })
  const answers: string[] = []
  for (let n = 0; n < 13; n += 1) {
    await using hand = new HandMinion(open.addresses.ret, stranger(`h${n}`))
    await hand.connect()
    const down = await hand.ask('_revoke_auth', {})
    answers.push(down.type === 'error' ? down.error.code : String((down as { value?: unknown }).value))
  }
  expect(answers.slice(0, 10)).toEqual(Array.from({ length: 10 }, () => 'true'))
  expect(answers.slice(10)).toContain('BUSY')
  expect(await open.client.cmd('m1', 'test.ping')).toEqual({ m1: true })
})
