// SPDX-License-Identifier: Apache-2.0
import { RunnerClient } from '@halite/client'
import { type Cluster, startCluster, until } from '@halite/testing'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { Probe } from './fixtures/probe.ts'

const ids = ['m1', 'm2', 'm3']
const probe = new Probe()
let cluster: Cluster
let runner: RunnerClient
let seen: { tag: string; data: Record<string, unknown> }[]

beforeAll(async () => {
  cluster = await startCluster({ minions: ids, manifest: probe.manifest, master: { gather_job_timeout: 2 } })
  runner = new RunnerClient({ options: cluster.masterOptions })
}, 60_000)
beforeEach(() => {
  seen = []
  cluster.master.events.subscribe(seen, 'salt/', (events) => {
    for (const { tag, data } of events) seen.push({ tag, data: data as Record<string, unknown> })
  })
})
afterEach(() => {
  cluster.master.events.forget(seen)
  probe.reset()
})
afterAll(async () => {
  await runner?.close()
  await cluster?.close()
})

const tags = (part: string) => seen.filter(({ tag }) => tag.includes(part)).map(({ tag }) => tag)
const dataOf = (tag: string) => seen.find((event) => event.tag === tag)?.data
const run = (fun: string, ...arg: unknown[]) => runner.cmd(fun, arg) as Promise<Record<string, unknown>>

describe('batches under way', () => {
  test('are shown, have events, and are known when they are over', async () => {
    // Long enough that the second one still runs when its batch was looked at.
    for (const id of ids) probe.conducts.set(id, id === 'm2' ? { ms: 5000, code: 3 } : { ms: 10, code: 0 })
    const jid = String(await cluster.client.cmdAsync('*', 'probe.work', [], { batch: 1 }))
    await until('the second one runs', () => probe.begun.length === 2)
    const facts = { jid, fun: 'probe.work', tgt: '*', tgt_type: 'glob', total: 3, driver: 'master' }
    const now = await run('batch.status', jid)
    expect(now).toMatchObject({ ...facts, completed: 1, active: 1, pending: 1, failed: 0, batch_size: 1 })
    expect(now).toMatchObject({ halted: false, halted_reason: '', created: expect.stringMatching(/^\d{4}-/) })
    expect(Object.keys(await run('batch.list_active'))).toEqual([jid])
    await until('it is over', () => tags(`salt/batch/${jid}/complete`).length === 1, 20_000)
    expect(await run('batch.list_active')).toEqual({})
    const over = { completed: 3, active: 0, pending: 0, failed: 1, halted: false, last_progress: null }
    expect(await run('batch.status', jid)).toMatchObject({ ...facts, ...over })
    expect(tags('salt/batch/')).toEqual([
      `salt/batch/${jid}/new`,
      ...Array(3).fill(`salt/batch/${jid}/progress`),
      `salt/batch/${jid}/complete`,
    ])
    expect(dataOf(`salt/batch/${jid}/new`)).toMatchObject({ total: 3, pending: 3, minions: ids })
    expect(dataOf(`salt/batch/${jid}/complete`)).toMatchObject({ completed: 3, failed: 1, missing: [] })
  }, 60_000)

  test('are stopped, and what runs goes on', async () => {
    for (const id of ids) probe.conducts.set(id, { ms: 5000, code: 0 })
    const jid = String(await cluster.client.cmdAsync('*', 'probe.work', [], { batch: 1 }))
    await until('the first one runs', () => probe.begun.length === 1)
    expect(await run('batch.stop', jid)).toEqual({ stopped: true, killed: [] })
    await until('it is over', () => tags(`salt/batch/${jid}/halted`).length === 1, 20_000)
    expect(dataOf(`salt/batch/${jid}/stop`)).toMatchObject({ halted: true, reason: 'by batch.stop' })
    expect(await run('batch.status', jid)).toMatchObject({
      completed: 1,
      failed: 2,
      halted: true,
      halted_reason: 'the batch was stopped: by batch.stop',
    })
    expect(await run('batch.stop', jid)).toEqual({ stopped: false, killed: [] })
  }, 60_000)

  test('are killed where they run', async () => {
    const jid = String(await cluster.client.cmdAsync('*', 'cmd.run', ['sleep 60'], { batch: 2 }))
    await until('both run', async () => (await run('jobs.active'))[jid] !== undefined, 20_000)
    expect(await run('batch.stop', jid, { __kwarg__: true, kill: true })).toEqual({
      stopped: true,
      killed: ['m1', 'm2'],
    })
    await until('it is over', () => tags(`salt/batch/${jid}/halted`).length === 1, 20_000)
    expect(await run('batch.status', jid)).toMatchObject({ completed: 2, active: 0, halted: true })
  }, 60_000)

  test('are none under other jids', async () => {
    const jid = String(await cluster.client.cmdAsync('*', 'test.ping'))
    await expect(run('batch.status', jid)).rejects.toThrow('that job is no batch')
    await expect(run('batch.status', '20200101000000000000')).rejects.toThrow('there is no such job')
    await expect(run('batch.status', 'x')).rejects.toMatchObject({ code: 'JID_INVALID' })
  })
})

describe('events of jobs and keys', () => {
  test('a start event comes before the return, when it is asked for', async () => {
    const options = { startEvent: true, metadata: { for: 'test' } }
    const { jid } = await cluster.client.runJob('*', 'test.ping', [], options)
    await until('all returned', () => tags(`salt/job/${jid}/ret/`).length === 3)
    for (const id of ids) {
      const own = tags(`salt/job/${jid}/`).filter((tag) => tag.endsWith(`/${id}`))
      expect(own).toEqual([`salt/job/${jid}/start/${id}`, `salt/job/${jid}/ret/${id}`])
    }
    expect(dataOf(`salt/job/${jid}/start/m1`)).toMatchObject({
      ...{ id: 'm1', jid, fun: 'test.ping', tgt: '*', tgt_type: 'glob', metadata: { for: 'test' } },
    })
    const { jid: plain } = await cluster.client.runJob('*', 'test.ping')
    await until('all returned', () => tags(`salt/job/${plain}/ret/`).length === 3)
    expect(tags(`salt/job/${plain}/start/`)).toEqual([])
  })

  test('a key that is accepted, rejected or deleted is named with what became of it', async () => {
    const before = cluster.master.keys.print('m3').minions?.['m3']
    cluster.master.keys.reject({ minions: ['m3'] }, { includeAccepted: true })
    cluster.master.keys.accept('m3', { includeRejected: true })
    cluster.master.keys.delete('m3')
    const told = () => seen.filter(({ tag, data }) => tag === 'salt/key' && data['id'] === 'm3')
    await until('all were told', () => told().length === 3)
    expect(told().map(({ data }) => data['act'])).toEqual(['rejected', 'accepted', 'delete'])
    expect(told()[0]?.data['pub']).toBe(before)
    await until(
      'it asks again',
      () => seen.some(({ tag, data }) => tag === 'salt/auth' && data['id'] === 'm3'),
      30_000,
    )
    const auth = seen.find(({ tag, data }) => tag === 'salt/auth' && data['id'] === 'm3')
    expect(auth?.data).toMatchObject({ act: expect.any(String), pub: before })
  }, 60_000)
})
