// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { type Answer, Caller, EventClient, LocalClient, RunnerClient, WheelClient } from '@halite/client'
import { dumpYaml } from '@halite/core'
import { type Cluster, startCluster, until } from '@halite/testing'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { Probe } from './fixtures/probe.ts'

const probe = new Probe()
let cluster: Cluster
let local: LocalClient

beforeAll(async () => {
  cluster = await startCluster({ minions: ['db1', 'web1', 'web2'], manifest: probe.manifest })
  local = cluster.client
})
afterAll(() => cluster?.close())
afterEach(() => probe.reset())

/** A directory of configuration files, as a program on the machine would be given. */
function configDir(role: 'master' | 'minion', options: object): string {
  const directory = join(cluster.directory, `etc-${role}`)
  mkdirSync(directory, { recursive: true })
  writeFileSync(join(directory, role), dumpYaml(options))
  return directory
}

function masterConfig(): string {
  const { root_dir, publish_port, ret_port } = cluster.masterOptions
  return configDir('master', { root_dir, publish_port, ret_port, interface: '127.0.0.1' })
}

async function collected<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}

describe('cmd', () => {
  test('resolves to a map by id', async () => {
    expect(await local.cmd('*', 'test.ping')).toEqual({ db1: true, web1: true, web2: true })
  })

  test('takes arguments, keyword arguments and a target type', async () => {
    const shown = await local.cmd(['web1'], 'test.arg', [1, 'two'], { tgtType: 'list', kwarg: { a: 3 } })
    expect(shown['web1']).toMatchObject({ args: [1, 'two'], kwargs: { a: 3 } })
  })

  test('has given what can be read from the store in the same moment, through each client', async () => {
    const runner = new RunnerClient({ configDir: masterConfig() })
    for (let n = 0; n < 20; n += 1) {
      const returns = await local.cmd('web1', 'test.echo', [n], { fullReturn: true })
      const jid = returns['web1']?.jid ?? ''
      const read = n % 2 === 0 ? await local.getCacheReturns(jid) : await runner.cmd('jobs.lookup_jid', [jid])
      expect(read).toMatchObject({ web1: n % 2 === 0 ? { ret: n } : n })
    }
    await runner.close()
  })

  test('runs several functions as one job', async () => {
    const shown = await local.cmd('web1', ['test.ping', 'test.echo'], [[], ['hi']])
    expect(shown).toEqual({ web1: { 'test.ping': true, 'test.echo': 'hi' } })
  })

  test('gives what comes beside the value with fullReturn', async () => {
    const shown = await local.cmd('web1', 'test.retcode', [3], { fullReturn: true })
    expect(shown).toEqual({
      web1: { ret: true, retcode: 3, success: false, jid: expect.stringMatching(/^\d{20}$/) },
    })
  })

  describe('a minion that does not return', () => {
    const reason = 'no accepted key under this id'
    const text = `Minion did not return. [No response]\nNo accepted key under this id.`
    const ids = ['web1', 'gone', '__proto__']

    test('is absent from the map', async () => {
      expect(await local.cmd(ids, 'test.ping', [], { tgtType: 'list' })).toEqual({ web1: true })
      const full = await local.cmd(ids, 'test.ping', [], { tgtType: 'list', fullReturn: true })
      expect(Object.keys(full)).toEqual(['web1'])
    })

    test('has the reason in the place of its return with showTimeout', async () => {
      const shown = await local.cmd(ids, 'test.ping', [], { tgtType: 'list', showTimeout: true })
      expect(new Map(Object.entries(shown))).toEqual(
        new Map<string, unknown>([
          ['web1', true],
          ['gone', text],
          ['__proto__', text],
        ]),
      )
    })

    test('has its status and the reason by themselves with fullReturn as well', async () => {
      const how = { tgtType: 'list', fullReturn: true, showTimeout: true } as const
      const { web1, gone } = await local.cmd(ids, 'test.ping', [], how)
      const { jid } = web1 ?? {}
      expect(web1).toEqual({ ret: true, retcode: 0, success: true, jid })
      const status = 'No response'
      const out = 'no_return'
      expect(gone).toEqual({ ret: text, retcode: 1, success: false, jid, out, status, reason })
    })

    test('is told as not connected when its session is gone', async () => {
      await using other = await startCluster({ minions: ['here', 'away'] })
      await other.minion('away').close()
      const how = { fullReturn: true, showTimeout: true }
      const { here, away } = await other.client.cmd('*', 'test.ping', [], how)
      expect(here).toMatchObject({ ret: true })
      expect(away).toMatchObject({ out: 'no_return', status: 'Not connected', retcode: 1 })
      expect((away as { reason: string }).reason).toMatch(/ago|closed|stopped|last seen/)
    })
  })

  test('is an empty map when nobody matches', async () => {
    expect(await local.cmd('nope*', 'test.ping')).toEqual({})
    expect(await local.cmdAsync('nope*', 'test.ping')).toBeUndefined()
    expect(await local.runJob('nope*', 'test.ping')).toEqual({ jid: undefined, minions: [] })
  })

  test('uses the jid it is given, once', async () => {
    const jid = '20200101000000000001'
    const shown = await local.cmd('web1', 'test.ping', [], { jid, fullReturn: true })
    expect(shown['web1']?.jid).toBe(jid)
    await expect(local.cmd('web1', 'test.ping', [], { jid })).rejects.toMatchObject({
      code: 'ARGUMENTS_INVALID',
      message: `there is a job ${jid} already`,
    })
  })

  test('stops waiting at the signal; the job goes on', async () => {
    probe.conducts.set('web1', { ms: 1500, code: 0 })
    const { jid = '' } = await local.runJob('web1', 'probe.work')
    const startMs = performance.now()
    const returns = await local.getFullReturns(jid, { signal: AbortSignal.timeout(100) })
    expect(returns).toEqual({})
    expect(performance.now() - startMs).toBeLessThan(1000)
    await until('the return', async () => (await local.getCacheReturns(jid))['web1'])
  })

  test.each([
    ['a target that cannot be read', ['G@', 'test.ping', [], { tgtType: 'compound' }], 'TARGET_INVALID'],
    ['an invalid jid', ['*', 'test.ping', [], { jid: '5' }], 'JID_INVALID'],
    ['a returner', ['*', 'test.ping', [], { ret: 'redis' }], 'USAGE'],
  ] as const)('rejects for %s', async (_what, [tgt, fun, arg, options], code) => {
    await expect(local.cmd(tgt, fun, arg, options)).rejects.toMatchObject({ code })
  })
})

describe('the returns of a job that was published before', () => {
  test('are waited for with getFullReturns, and read with getCacheReturns', async () => {
    probe.conducts.set('web2', { ms: 400, code: 2 })
    const { jid = '', minions } = await local.runJob('web*', 'probe.work', ['x'])
    expect(minions).toEqual(['web1', 'web2'])
    const returns = await local.getFullReturns(jid)
    expect(returns).toEqual({
      web1: { ret: 'x', retcode: 0, success: true, jid },
      web2: { ret: 'x', retcode: 2, success: false, jid },
    })
    expect(await local.getCacheReturns(jid)).toEqual(returns)
  })

  test('are empty when there is no such job', async () => {
    const jid = '20200101000000000000'
    expect(await local.getCacheReturns(jid)).toEqual({})
    expect(await local.getFullReturns(jid)).toEqual({})
    expect(await local.follow(jid)).toBeUndefined()
  })

  test('come a page at a time when they are large', async () => {
    const large = 'x'.repeat(5 * 1024 * 1024)
    const { jid = '' } = await local.runJob('*', 'test.echo', [large])
    const returns = await local.getFullReturns(jid)
    expect(Object.keys(returns).sort()).toEqual(['db1', 'web1', 'web2'])
    expect(Object.keys(await local.getCacheReturns(jid))).toHaveLength(3)
  })
})

describe('iterators', () => {
  test('cmdIter yields each answer with its jid', async () => {
    const answers = await collected(local.cmdIter('web*', 'test.ping'))
    expect(answers.map(({ id }) => id).sort()).toEqual(['web1', 'web2'])
    expect(new Set(answers.map(({ jid }) => jid)).size).toBe(1)
  })

  test('cmdBatch yields the same, some at a time', async () => {
    for (const id of ['db1', 'web1', 'web2']) probe.conducts.set(id, { ms: 30, code: 0 })
    const answers = await collected(local.cmdBatch('*', 'probe.work', [], { batch: 2 }))
    expect(answers.map(({ id }) => id).sort()).toEqual(['db1', 'web1', 'web2'])
    expect(probe.mostAtOnce).toBe(2)
  })
})

describe('cmdSubset', () => {
  test('runs on some that have the function', async () => {
    const ids = Object.keys(await local.cmdSubset('*', 'test.ping', [], { subset: 2 }))
    expect(ids).toHaveLength(2)
    expect(Object.keys(await local.cmdSubset('*', 'test.ping', [], { subset: 9 }))).toHaveLength(3)
    expect(await local.cmdSubset('*', 'test.nosuch')).toEqual({})
  })
})

describe('many runs', () => {
  test('share one connection, and each gets its own returns', async () => {
    const count = 1500
    const runs = Array.from({ length: count }, (_, index) => local.cmd('web1', 'test.echo', [index]))
    const returns = await Promise.all(runs)
    expect(returns.map((each) => each['web1'])).toEqual(Array.from({ length: count }, (_, index) => index))
  })

  test('go on when the master is restarted', { timeout: 40_000 }, async () => {
    for (const id of ['db1', 'web1', 'web2']) probe.conducts.set(id, { ms: 2500, code: 0 })
    const runs = ['a', 'b', 'c'].map((value) => local.cmd('*', 'probe.work', [value], { timeout: 15 }))
    await until('the jobs run', () => probe.begun.length === 9)
    await cluster.restartMaster()
    for (const [index, value] of ['a', 'b', 'c'].entries()) {
      expect(await runs[index]).toEqual({ db1: value, web1: value, web2: value })
    }
  })
})

test.each([1, 2, 3])('a job in the moment it is sent outlives a master that stops, time %i', async () => {
  for (const id of ['db1', 'web1', 'web2']) probe.conducts.set(id, { ms: 800, code: 0 })
  const run = local.cmd('*', 'probe.work', ['a'], { timeout: 15 })
  while (probe.begun.length === 0) await nextTurn()
  await cluster.restartMaster()
  expect(await run).toEqual({ db1: 'a', web1: 'a', web2: 'a' })
})

describe('metadata', () => {
  test('is kept with the job and found by it', async () => {
    await using runner = new RunnerClient({ options: cluster.masterOptions })
    const jid = await local.cmdAsync('*', 'test.ping', [], { metadata: { ticket: 'OPS-7' } })
    await local.cmd('*', 'test.ping')
    const found = await runner.cmd('jobs.list_jobs', [], { search_metadata: { ticket: 'OPS-7' } })
    expect(Object.keys(found as object)).toEqual([jid])
    expect(found).toMatchObject({ [jid as string]: { Metadata: { ticket: 'OPS-7' } } })
  })
})

describe('RunnerClient and WheelClient', () => {
  test('run functions of the master, by its configuration directory', async () => {
    await using runner = new RunnerClient({ configDir: masterConfig() })
    await using wheel = new WheelClient({ configDir: masterConfig() })
    expect(await runner.cmd('manage.up')).toEqual(['db1', 'web1', 'web2'])
    expect(await wheel.cmd('key.list_all')).toMatchObject({ minions: ['db1', 'web1', 'web2'] })
    expect(await wheel.cmd('key.finger', [], { match: 'web1' })).toHaveProperty('minions.web1')
    await expect(runner.cmd('no.such')).rejects.toMatchObject({ code: 'FUNCTION_UNKNOWN' })
    await expect(runner.cmd('jobs.lookup_jid')).rejects.toMatchObject({ code: 'ARGUMENTS_INVALID' })
  })

  test('cmdAsync answers at once, and tells the return in an event', async () => {
    await using runner = new RunnerClient({ options: cluster.masterOptions })
    await using events = new EventClient({ options: cluster.masterOptions })
    const feed = events.events('salt/run/')
    await feed.ready
    const { jid, tag } = await runner.cmdAsync('manage.up')
    expect(tag).toBe(`salt/run/${jid}`)
    const told = []
    for await (const event of feed) {
      told.push(event)
      if (event.tag === `${tag}/ret`) break
    }
    expect(told).toMatchObject([
      { tag: `${tag}/new`, data: { fun: 'runner.manage.up', jid } },
      { tag: `${tag}/ret`, data: { return: ['db1', 'web1', 'web2'], success: true } },
    ])
  })
})

describe('EventClient', () => {
  test('tells a job from its publication to its returns, with their values', async () => {
    await using events = new EventClient({ options: cluster.masterOptions })
    const feed = events.events('salt/job/')
    await feed.ready
    const jid = await local.cmdAsync('web1', 'test.echo', [{ deep: [1, 2] }])
    const tags = new Map<string, unknown>()
    for await (const { tag, data } of feed) {
      tags.set(tag, data)
      if (tag.endsWith('/ret/web1')) break
    }
    expect([...tags.keys()]).toEqual([`salt/job/${jid}/new`, `salt/job/${jid}/ret/web1`])
    expect(tags.get(`salt/job/${jid}/ret/web1`)).toMatchObject({
      id: 'web1',
      return: { deep: [1, 2] },
      retcode: 0,
      _stamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    })
  })

  test('fires events that others hear, once under overlapping prefixes', async () => {
    await using events = new EventClient({ options: cluster.masterOptions })
    const wide = events.events('shop/')
    const narrow = events.events('shop/order/')
    await Promise.all([wide.ready, narrow.ready])
    await events.fire('shop/order/7', { amount: 3 })
    await events.fire('shop/closed')
    const first = await collected(takeTwo(wide))
    expect(first.map(({ tag }) => tag)).toEqual(['shop/order/7', 'shop/closed'])
    narrow.close()
    const second = await collected(narrow)
    expect(second).toMatchObject([{ tag: 'shop/order/7', data: { amount: 3 } }])
  })

  test.each(['salt/job/1/new', 'salt', 'minion/web1/x', 'auth', '20261120044728176538', ''])(
    'may not fire %j',
    async (tag) => {
      await using events = new EventClient({ options: cluster.masterOptions })
      await expect(events.fire(tag)).rejects.toMatchObject({ code: 'REQUEST_DENIED' })
    },
  )

  test('drops and counts what is not taken in time', async () => {
    await using events = new EventClient({ options: cluster.masterOptions })
    const feed = events.events('flood/', { limit: 5 })
    await feed.ready
    for (let index = 0; index < 8; index += 1) await events.fire(`flood/${index}`)
    await until('all are told', () => feed.dropped === 3)
    feed.close()
    expect((await collected(feed)).map(({ tag }) => tag)).toEqual([0, 1, 2, 3, 4].map((n) => `flood/${n}`))
  })

  test('ends at the signal and at close, and listens again after a restart of the master', async () => {
    const events = new EventClient({ options: cluster.masterOptions })
    const signalled = events.events('x/', { signal: AbortSignal.timeout(50) })
    expect(await collected(signalled)).toEqual([])
    const feed = events.events('again/')
    await feed.ready
    await cluster.restartMaster()
    const heard: string[] = []
    const listening = (async () => {
      for await (const { tag } of feed) heard.push(tag)
    })()
    await until('it is heard', async () => {
      await events.fire('again/now').catch(() => undefined)
      return heard.includes('again/now')
    })
    await events.close()
    await listening
    await cluster.waitConnected()
  })
})

async function* takeTwo<T>(items: AsyncIterable<T>): AsyncGenerator<T> {
  let count = 0
  for await (const item of items) {
    yield item
    count += 1
    if (count === 2) return
  }
}

describe('Caller', () => {
  test('runs here, by the configuration of a minion', async () => {
    const own = configDir('minion', { root_dir: join(cluster.directory, 'lonely'), id: 'lonely' })
    await using caller = new Caller({ configDir: own, local: true })
    expect(await caller.cmd('test.ping')).toBe(true)
    expect(await caller.cmd('test.arg', [1], { a: 2 })).toMatchObject({ args: [1], kwargs: { a: 2 } })
    expect(await caller.cmd('grains.get', ['id'])).toBe('lonely')
    await expect(caller.cmd('no.such')).rejects.toMatchObject({ code: 'FUNCTION_UNKNOWN' })
    await expect(caller.cmd('test.echo')).rejects.toMatchObject({ code: 'ARGUMENTS_INVALID' })
    await expect(caller.cmd('test.exception', ['boom'])).rejects.toMatchObject({ code: 'COMMAND_FAILED' })
  })

  test('without a master has the pillar of its own files', async () => {
    const pillar = join(cluster.directory, 'lonely-pillar')
    mkdirSync(pillar, { recursive: true })
    writeFileSync(join(pillar, 'top.sls'), "base:\n  'lonely': [own]\n")
    writeFileSync(join(pillar, 'own.sls'), 'of: {{ grains.id }}\n')
    const options = {
      root_dir: join(cluster.directory, 'lonely'),
      id: 'lonely',
      pillar_roots: { base: [pillar] },
    }
    await using caller = new Caller({ configDir: configDir('minion', options), local: true })
    expect(await caller.cmd('pillar.get', ['of'])).toBe('lonely')
    expect(await caller.cmd('pillar.items')).toEqual({ of: 'lonely' })
  })

  test('with a master tells it', async () => {
    const { root_dir, id, master, master_port, pki_dir } = cluster.minionOptions('db1')
    const own = configDir('minion', { root_dir, id, master, master_port, pki_dir })
    await using caller = new Caller({ configDir: own })
    await using events = new EventClient({ options: cluster.masterOptions })
    const feed = events.events('salt/job/')
    await feed.ready
    expect(await caller.cmd('test.echo', ['told'])).toBe('told')
    const [event] = await collected(takeOne(feed))
    expect(event).toMatchObject({ data: { id: 'db1', return: 'told' } })
  })
})

async function* takeOne<T>(items: AsyncIterable<T>): AsyncGenerator<T> {
  for await (const item of items) {
    yield item
    return
  }
}

test('a client that was closed, and a master that is away, are typed errors', async () => {
  const closed = new LocalClient({ options: cluster.masterOptions })
  await closed.close()
  await expect(closed.cmd('*', 'test.ping')).rejects.toMatchObject({ code: 'SESSION_LOST' })
  await using lost = new LocalClient({
    options: { ...cluster.masterOptions, cachedir: join(cluster.directory, 'nowhere') },
  })
  await expect(lost.cmd('*', 'test.ping')).rejects.toMatchObject({ code: 'MASTER_UNREACHABLE' })
})

test('a subscriber that leaves is forgotten by the master', async () => {
  const subscribers = () => cluster.master.events.counters.subscribers
  const answers: Answer[] = []
  for await (const answer of local.cmdIter('*', 'test.ping')) answers.push(answer)
  await until('nobody is subscribed', () => subscribers() === 0)
})
