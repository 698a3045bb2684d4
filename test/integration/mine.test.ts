// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { RunnerClient } from '@halite/client'
import { type Cluster, startCluster, until } from '@halite/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'

const roots = mkdtempSync(join(tmpdir(), 'halite-mine-roots-'))
let cluster: Cluster
let runner: RunnerClient

beforeAll(async () => {
  writeFileSync(join(roots, 'top.sls'), 'base: {m1: [one], m3: [peers]}\n')
  writeFileSync(
    join(roots, 'one.sls'),
    'mine_functions: {from_pillar: [{mine_function: test.echo}, pillar]}\n',
  )
  writeFileSync(
    join(roots, 'peers.sls'),
    `
peers: {{ salt['mine.get']('*', 'greeting,closed') }}
all: {{ salt['saltutil.runner']('mine.get', tgt='*', fun='closed') }}
one: {{ salt['saltutil.runner']('mine.get', ['m1', 'greeting', 'list']) }}
wrong: {{ salt['saltutil.runner']('mine.get', tgt='*') | json }}
present: {{ salt['saltutil.runner']('manage.present') }}
`,
  )
  cluster = await startCluster({ minions: [], master: { pillar_roots: { base: [roots] } } })
  runner = new RunnerClient({ options: cluster.masterOptions })
  await cluster.addMinion('m1', {
    mine_functions: {
      greeting: [{ mine_function: 'test.echo' }, 'hello'],
      'test.ping': [],
      closed: { mine_function: 'test.echo', text: 'secret', allow_tgt: 'm1' },
      gone: [{ mine_function: 'no.such' }],
    },
    mine_return_job: true,
  })
  await cluster.addMinion('m2', { mine_functions: { greeting: [] }, mine_enabled: false, mine_interval: 1 })
  await until(
    'the mine is filled',
    async () => 'm1' in Object(await runner.cmd('mine.get', ['*', 'from_pillar'])),
  )
}, 60_000)

afterAll(async () => {
  await runner?.close()
  await cluster?.close()
  rmSync(roots, { recursive: true, force: true })
})

async function ask(id: string, fun: string, arg: readonly unknown[] = []): Promise<unknown> {
  return (await cluster.client.cmd(id, fun, arg))[id]
}

test('what is configured, in file and pillar, is there soon after the start', async () => {
  expect(await ask('m2', 'mine.get', ['*', 'greeting'])).toEqual({ m1: 'hello' })
  expect(await ask('m2', 'mine.get', ['*', 'test.ping,from_pillar'])).toEqual({
    'test.ping': { m1: true },
    from_pillar: { m1: 'pillar' },
  })
  expect(Object.keys(Object(await ask('m1', 'mine.valid'))).sort()).toEqual([
    'closed',
    'from_pillar',
    'greeting',
    'test.ping',
  ])
})

test('only those whom the owner allows read it; the operator reads all', async () => {
  expect(await ask('m2', 'mine.get', ['*', 'closed'])).toEqual({})
  expect(await ask('m1', 'mine.get', ['*', 'closed'])).toEqual({ m1: 'secret' })
  expect(await runner.cmd('mine.get', ['*', 'closed'])).toEqual({ m1: 'secret' })
})

test('the pillar of a minion is made of what that minion may read', async () => {
  await cluster.addMinion('m3')
  const peers = { greeting: { m1: 'hello' } }
  await until('m3 has its pillar', async () => (await ask('m3', 'pillar.get', ['peers', ''])) !== '')
  expect(await ask('m3', 'pillar.get', ['peers'])).toEqual(peers)
})

test('with the runner mine.get a template of pillar reads everything, and others run too', async () => {
  expect(await ask('m3', 'pillar.item', ['all', 'one', 'wrong'])).toEqual({
    all: { m1: 'secret' },
    one: { m1: 'hello' },
    wrong: expect.stringContaining('mine.get'),
  })
  expect(await ask('m3', 'pillar.get', ['present'])).toEqual(expect.arrayContaining(['m1', 'm2']))
})

test('minions change their own', async () => {
  expect(await ask('m2', 'mine.send', ['x', { __kwarg__: true, mine_function: 'test.echo', text: 5 }])).toBe(
    true,
  )
  expect(await ask('m1', 'mine.get', ['*', 'x'])).toEqual({ m2: 5 })
  expect(await ask('m2', 'mine.get', ['*', 'x', { __kwarg__: true, exclude_minion: true }])).toEqual({})
  expect(await ask('m2', 'mine.delete', ['x'])).toBe(true)
  expect(await ask('m1', 'mine.get', ['*', 'x'])).toEqual({})
  expect(await ask('m2', 'mine.send', ['no.such'])).toBe(false)
  expect(await runner.cmd('mine.update', ['m1', { __kwarg__: true, mine_functions: ['test.ping'] }])).toEqual(
    {
      m1: true,
    },
  )
})

test('mine_return_job has the update among the jobs, mine_enabled keeps it from coming by itself', async () => {
  await until('the update is a job', async () =>
    JSON.stringify(await runner.cmd('jobs.list_jobs', [])).includes('mine.update'),
  )
  expect(await runner.cmd('mine.get', ['m2', 'greeting'])).toEqual({})
})

test('it outlives the master, and goes with the key', { timeout: 60_000 }, async () => {
  await cluster.restartMaster()
  await cluster.waitConnected()
  await runner.close()
  runner = new RunnerClient({ options: cluster.masterOptions })
  expect(await runner.cmd('mine.get', ['*', 'greeting'])).toEqual({ m1: 'hello' })
  await ask('m1', 'mine.flush')
  expect(await runner.cmd('mine.get', ['*', 'greeting,closed'])).toEqual({})
})
