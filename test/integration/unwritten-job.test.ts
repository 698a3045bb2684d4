// SPDX-License-Identifier: Apache-2.0
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { SaltError } from '@halite/core'
import { JobStore } from '@halite/master'
import { type Cluster, startCluster, until } from '@halite/testing'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'

let cluster: Cluster
const full = new SaltError('STORE_FAILED', 'the job store cannot be written: No space left on device')

beforeAll(async () => {
  cluster = await startCluster({ minions: 2 })
})
afterAll(() => cluster.close())
afterEach(() => {
  vi.restoreAllMocks()
})

const ranFile = (name: string) => join(cluster.directory, name)

test('a job whose record fails is answered, with a warning; its returns are acknowledged and not kept', async () => {
  const save = vi.spyOn(JobStore.prototype, 'saveJob').mockRejectedValue(full)
  const saveReturn = vi.spyOn(JobStore.prototype, 'saveReturn')
  const run = await cluster.client.run('*', 'cmd.run', [`echo x >> ${ranFile('ran')}; sleep 0.5; echo done`])
  expect(run?.warning).toBe(`job ${run?.jid} runs and is not kept: ${full.message}`)
  const answers = []
  for await (const answer of run ?? []) answers.push([answer.type, answer.id])
  expect(answers.sort()).toEqual([
    ['return', 'm1'],
    ['return', 'm2'],
  ])
  expect([save.mock.calls.length, saveReturn.mock.calls.length]).toEqual([1, 0])
  expect(await cluster.client.getCacheReturns(run?.jid ?? '')).toEqual({})
  for (const { id } of cluster.minions) {
    const journal = join(cluster.minionOptions(id).cachedir, 'returns.journal')
    await until(
      `${id} hears that the master has its return`,
      () => readFileSync(journal).length === 0,
      30_000,
    )
  }
  expect(readFileSync(ranFile('ran'), 'utf8')).toBe('x\nx\n')
})

test('a batch whose record fails is refused, and nothing of it is run or told', async () => {
  vi.spyOn(JobStore.prototype, 'saveJob').mockRejectedValue(full)
  const told: string[] = []
  const owner = {}
  cluster.master.events.subscribe(owner, 'salt/job/', (events) => told.push(...events.map(({ tag }) => tag)))
  const asked = cluster.client.runBatch('*', 'cmd.run', [`echo x >> ${ranFile('batch')}`], { batch: '1' })
  await expect(asked).rejects.toMatchObject({ code: 'STORE_FAILED' })
  expect(await cluster.client.cmd('*', 'test.ping')).toEqual({ m1: true, m2: true })
  cluster.master.events.forget(owner)
  expect(existsSync(ranFile('batch'))).toBe(false)
  expect(told.filter((tag) => tag.includes('/batch/'))).toEqual([])
})

test('a batch whose end cannot be noted ends all the same', async () => {
  vi.spyOn(JobStore.prototype, 'saveMissing').mockRejectedValue(full)
  const answers = []
  for await (const answer of cluster.client.cmdBatch('*', 'test.ping', [], { batch: '1' })) {
    answers.push(answer.id)
  }
  expect(answers.sort()).toEqual(['m1', 'm2'])
})

test('a batch goes on although no return can be kept', async () => {
  const shown = new Set<string>()
  vi.spyOn(JobStore.prototype, 'saveReturn').mockImplementation((id, { jid }) => {
    const isNew = !shown.has(`${jid} ${id}`)
    shown.add(`${jid} ${id}`)
    return { isNew, committed: Promise.reject(full) }
  })
  const answers = []
  for await (const answer of cluster.client.cmdBatch('*', 'test.ping', [], { batch: '1', timeout: 2 })) {
    answers.push([answer.type, answer.id])
  }
  expect(answers.sort()).toEqual([
    ['return', 'm1'],
    ['return', 'm2'],
  ])
})
