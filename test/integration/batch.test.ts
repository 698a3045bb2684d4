// SPDX-License-Identifier: Apache-2.0
import { type BatchAnswer, BatchRun, LocalClient, RunnerClient } from '@halite/client'
import { type Cluster, startCluster, startProcesses, until } from '@halite/testing'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { Probe } from './fixtures/probe.ts'

const ids = ['m1', 'm2', 'm3', 'm4', 'm5', 'm6']
const probe = new Probe()
let cluster: Cluster
let local: LocalClient
let runner: RunnerClient

beforeAll(async () => {
  cluster = await startCluster({
    minions: ids,
    manifest: probe.manifest,
    master: { gather_job_timeout: 2 },
  })
  local = cluster.client
  runner = new RunnerClient({ options: cluster.masterOptions })
})
afterAll(async () => {
  await runner?.close()
  await cluster?.close()
})
afterEach(() => probe.reset())

async function collected(run: AsyncIterable<BatchAnswer> | undefined): Promise<BatchAnswer[]> {
  const all: BatchAnswer[] = []
  for await (const answer of run ?? []) all.push(answer)
  return all
}

function returned(answers: readonly BatchAnswer[]): string[] {
  return answers.flatMap((answer) => (answer.type === 'return' ? [answer.id] : [])).sort()
}

function missing(answers: readonly BatchAnswer[]): Record<string, string> {
  return Object.fromEntries(
    answers.flatMap((answer) => (answer.type === 'missing' ? [[answer.id, answer.status]] : [])),
  )
}

function slow(ms: number, of: readonly string[] = ids): void {
  for (const id of of) probe.conducts.set(id, { ms, code: 0 })
}

describe('a batch', () => {
  test('runs so many at a time, under one jid, each minion once', async () => {
    slow(40)
    probe.meeting = 2
    const run = await local.runBatch('*', 'probe.work', [], { batch: 2 })
    const answers = await collected(run)
    expect(returned(answers)).toEqual(ids)
    expect(probe.mostAtOnce).toBe(2)
    expect([...probe.begun].sort()).toEqual(ids)
    const groups = answers.flatMap((answer) => (answer.type === 'run' ? [answer.minions] : []))
    expect(groups[0]).toEqual(['m1', 'm2'])
    expect(groups.flat().sort()).toEqual(ids)
    expect(Object.keys(await local.getCacheReturns(run?.jid ?? '')).sort()).toEqual(ids)
  })

  test.each([
    ['50%', 3],
    ['%34', 2],
    ['1%', 1],
    ['1', 1],
    ['100%', 6],
    [20, 6],
  ])('of %s runs at most %i at a time', async (batch, most) => {
    slow(60)
    probe.meeting = most
    const answers = await collected(await local.runBatch('*', 'probe.work', [], { batch }))
    expect(returned(answers)).toEqual(ids)
    expect(probe.mostAtOnce).toBe(most)
  })

  test('keeps the place of a minion for batch-wait seconds', async () => {
    const startMs = performance.now()
    await collected(await local.runBatch('m[1-3]', 'probe.work', [], { batch: 1, batchWait: 0.3 }))
    const ms = performance.now() - startMs
    expect(ms).toBeGreaterThan(600)
    expect(ms).toBeLessThan(1500)
  })

  test('stops at the first failure with failhard, and says who was not run', async () => {
    slow(20)
    probe.conducts.set('m2', { ms: 20, code: 3 })
    const run = await local.runBatch('*', 'probe.work', [], { batch: 1, failhard: true })
    const answers = await collected(run)
    expect(returned(answers)).toEqual(['m1', 'm2'])
    expect(missing(answers)).toEqual({ m3: 'Not run', m4: 'Not run', m5: 'Not run', m6: 'Not run' })
    expect(answers.find((answer) => answer.type === 'missing')).toMatchObject({
      reason: 'the batch was stopped: m2 returned with code 3',
    })
    const lookup = await runner.cmd('jobs.lookup_jid', [run?.jid], { missing: true })
    expect(lookup).toMatchObject({
      m2: 'm2',
      m3: 'Minion did not return: the batch was stopped: m2 returned with code 3',
    })
  })

  test('goes on after a failure without it', async () => {
    probe.conducts.set('m2', { ms: 0, code: 3 })
    const answers = await collected(await local.runBatch('*', 'probe.work', [], { batch: 1 }))
    expect(returned(answers)).toEqual(ids)
  })

  test('nobody matches: no batch', async () => {
    expect(await local.runBatch('nope*', 'probe.work', [], { batch: 1 })).toBeUndefined()
  })

  test.each(['0', 0, '0%', 'x', '10%%', '', -1, 1.5])('refuses the size %j', async (batch) => {
    await expect(local.runBatch('*', 'probe.work', [], { batch })).rejects.toMatchObject({
      code: 'USAGE',
      message: `Invalid batch data sent: ${batch}`,
      hint: 'Data must be in the form of %10, 10% or 3',
    })
  })
})

describe('who watches a batch', () => {
  test('stops it by leaving the loop', async () => {
    slow(150)
    const jids = new Set<string>()
    for await (const { jid } of local.cmdBatch('*', 'probe.work', [], { batch: 1 })) {
      jids.add(jid)
      break
    }
    const [jid = ''] = jids
    await until('the batch is over', async () => !(await runner.cmd('jobs.stop_batch', [jid])))
    const begun = probe.begun.length
    expect(begun).toBeLessThan(3)
    await new Promise((resolve) => setTimeout(resolve, 400))
    expect(probe.begun).toHaveLength(begun)
  })

  test('may die: the batch goes on, and all is found under its jid', async () => {
    slow(80)
    const dying = new LocalClient({ options: cluster.masterOptions })
    const jid = (await dying.cmdAsync('*', 'probe.work', [], { batch: 2 })) ?? ''
    await dying.close()
    const followed = await local.follow(jid)
    expect(followed).toBeInstanceOf(BatchRun)
    expect(Object.keys(await local.getFullReturns(jid)).sort()).toEqual(ids)
    expect(returned(await collected(followed as BatchRun))).toEqual(ids)
  })

  test('who only looks on does not stop it', async () => {
    slow(100)
    const jid = (await local.cmdAsync('*', 'probe.work', [], { batch: 1 })) ?? ''
    for await (const _answer of (await local.follow(jid)) as BatchRun) break
    expect(Object.keys(await local.getFullReturns(jid)).sort()).toEqual(ids)
  })

  test('can stop it from elsewhere', async () => {
    slow(150)
    const run = await local.runBatch('*', 'probe.work', [], { batch: 1 })
    const answers = collected(run)
    await until('the first one runs', () => probe.begun.length === 1)
    expect(await runner.cmd('jobs.stop_batch', [run?.jid])).toBe(true)
    expect(returned(await answers)).toEqual(['m1'])
    expect(await runner.cmd('jobs.stop_batch', [run?.jid])).toBe(false)
  })
})

describe('minions that go away', () => {
  test('before their turn are passed over, with the reason', async () => {
    await cluster.minion('m2').close()
    slow(20)
    const answers = await collected(await local.runBatch('*', 'probe.work', [], { batch: 2, failhard: true }))
    await cluster.restartMinion('m2')
    await cluster.waitConnected()
    expect(returned(answers)).toEqual(ids.filter((id) => id !== 'm2'))
    expect(answers.find(({ type }) => type === 'missing')).toMatchObject({
      id: 'm2',
      status: 'Not connected',
      reason: expect.stringMatching(/^the minion was stopped, last seen \d+ s ago$/),
    })
  })

  test('while they work do not hold the batch up', { timeout: 60_000 }, async () => {
    await using processes = await startProcesses({
      minions: ['a', 'b', 'c'],
      masterConfig: { gather_job_timeout: 2 },
    })
    await processes.acceptAll()
    await using client = new LocalClient({ options: processes.masterOptions })
    const run = await client.runBatch('*', 'cmd.run', ['sleep 0.5'], { batch: 1, timeout: 1 })
    const answers: BatchAnswer[] = []
    for await (const answer of run ?? []) {
      answers.push(answer)
      if (answer.type === 'run' && answer.minions.includes('b')) processes.minion('b').kill('SIGKILL')
    }
    expect(returned(answers)).toEqual(['a', 'c'])
    expect(missing(answers)).toEqual({ b: 'No response' })
  })

  test('a slow minion is waited for as long as it works', { timeout: 30_000 }, async () => {
    slow(2500, ['m3'])
    const answers = await collected(await local.runBatch('*', 'probe.work', [], { batch: 2, timeout: 1 }))
    expect(returned(answers)).toEqual(ids)
  })
})

test('a master that is restarted does not resume a batch, and the caller hears of it', {
  timeout: 40_000,
}, async () => {
  slow(400)
  const run = await local.runBatch('*', 'probe.work', [], { batch: 1 })
  const answers = collected(run)
  await until('two have begun', () => probe.begun.length === 2)
  await cluster.restartMaster()
  const seen = await answers
  await cluster.waitConnected()
  expect(returned(seen).length + Object.keys(missing(seen)).length).toBe(ids.length)
  expect(Object.values(missing(seen)).filter((status) => status === 'Not run')).toHaveLength(4)
  expect(probe.begun).toHaveLength(2)
})

/** What a minion does in a random batch. */
type Fate = 'quick' | 'slow' | 'failing' | 'offline'

test('whatever minions do, each is accounted for once and no more run at a time than allowed', {
  timeout: 120_000,
}, async () => {
  const fates = fc.array(fc.constantFrom<Fate>('quick', 'slow', 'failing', 'offline'), {
    minLength: ids.length,
    maxLength: ids.length,
  })
  const size = fc.oneof(
    fc.integer({ min: 1, max: 8 }),
    fc.integer({ min: 1, max: 120 }).map((percent) => `${percent}%`),
  )
  await fc.assert(
    fc.asyncProperty(fates, size, fc.boolean(), async (fateOf, batch, failhard) => {
      probe.reset()
      await bringOffline(fateOf)
      for (const [index, id] of ids.entries()) probe.conducts.set(id, conduct(fateOf[index]))
      const online = ids.filter((_id, index) => fateOf[index] !== 'offline')
      const answers = await collected(
        await local.runBatch('*', 'probe.work', [], { batch, failhard, timeout: 5 }),
      )
      const notReturned = missing(answers)
      expect([...returned(answers), ...Object.keys(notReturned)].sort()).toEqual(ids)
      expect(probe.mostAtOnce).toBeLessThanOrEqual(placesOf(batch, online.length))
      expect([...probe.begun].sort()).toEqual(returned(answers))
      const offline = ids.filter((_id, index) => fateOf[index] === 'offline')
      const stopped = Object.values(notReturned).includes('Not run')
      expect(stopped && !failhard).toBe(false)
      if (!stopped) expect(Object.keys(notReturned).sort()).toEqual(offline)
    }),
    { numRuns: 12 },
  )
})

function conduct(fate: Fate | undefined): { ms: number; code: number } {
  return { ms: fate === 'slow' ? 60 : 3, code: fate === 'failing' ? 1 : 0 }
}

function placesOf(batch: number | string, online: number): number {
  if (typeof batch === 'number') return batch
  return Math.max(1, Math.floor((online * Number.parseFloat(batch)) / 100))
}

/** Minions go and come, so that exactly these are away. */
async function bringOffline(fateOf: readonly Fate[]): Promise<void> {
  for (const [index, id] of ids.entries()) {
    const isUp = cluster.state(id) === 'up' && !closed.has(id)
    if (fateOf[index] === 'offline' && isUp) {
      closed.add(id)
      await cluster.minion(id).close()
    } else if (fateOf[index] !== 'offline' && closed.delete(id)) await cluster.restartMinion(id)
  }
  await cluster.waitConnected(ids.filter((id) => !closed.has(id)))
}
const closed = new Set<string>()
