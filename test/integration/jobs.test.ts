// SPDX-License-Identifier: Apache-2.0
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isAlive, unpack } from '@halite/core'
import { type Cluster, startCluster, until } from '@halite/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const unruly = new URL('fixtures/unruly-modules.mjs', import.meta.url).href

/** A running job as `saltutil.running` and `saltutil.find_job` give it. */
interface Running {
  readonly jid: string
  readonly fun: string
  readonly pid: number
}

let cluster: Cluster

beforeAll(async () => {
  cluster = await startCluster({
    minions: ['m1'],
    executorManifest: unruly,
    minion: { job_memory_max: 800 },
  })
})
afterAll(() => cluster?.close())

/** Starts a job and resolves to its jid once the minion runs it. */
async function begin(fun: string, ...arg: unknown[]): Promise<string> {
  const jid = (await cluster.client.cmdAsync('m1', fun, arg)) ?? ''
  await until(`job ${jid} runs`, () => find(jid))
  return jid
}

async function find(jid: string): Promise<Running | undefined> {
  const { m1 } = await cluster.client.cmd('m1', 'saltutil.find_job', [jid])
  return (m1 as Running | undefined)?.jid === undefined ? undefined : (m1 as Running)
}

interface Returned {
  readonly id: string
  readonly return: Uint8Array
  readonly retcode: number
  readonly success: boolean
}

async function returnsOf(jid: string): Promise<Returned[]> {
  return (await cluster.client.connection.request('job_returns', { jid })) as Returned[]
}

/** The text a minion returned for a job, once it did. */
async function textOf(jid: string): Promise<string> {
  const [returned] = await until(`job ${jid} returned`, async () => {
    const found = await returnsOf(jid)
    return found.length > 0 && found
  })
  return String(unpack(returned?.return ?? Buffer.alloc(0)))
}

const file = (name: string) => join(cluster.directory, name)
const linesOf = (path: string) => (existsSync(path) ? readFileSync(path, 'utf8').trimEnd().split('\n') : [])

describe('a job that takes its process down', () => {
  test.each([
    ['exit', /exited with code 7/],
    ['abort', /was ended by SIGABRT/],
    ['crash', /exited with code 1/],
    ['disconnect', /exited with code 0/],
  ])('by %s is reported as such, and the next one runs', async (name, reason) => {
    const { m1 } = await cluster.client.cmd('m1', `unruly.${name}`, [], { fullReturn: true })
    expect(m1).toMatchObject({ retcode: 1, success: false })
    expect(m1?.ret).toMatch(/^ERROR: the process that ran the job .* before the job returned$/)
    expect(m1?.ret).toMatch(reason)
    expect(await cluster.client.cmd('m1', 'cmd.run', ['echo next'])).toEqual({ m1: 'next' })
  })

  test.each(['loop', 'hang', 'block'])(
    'or never ends (%s) does not stop the minion from answering, and can be killed',
    async (name) => {
      const jid = await begin(`unruly.${name}`)
      expect(await cluster.client.cmd('m1', 'test.ping')).toEqual({ m1: true })
      // Until its process has it, it is listed with that of the minion, this one.
      const running = await until('the job has a process of its own', async () => {
        const { m1 } = await cluster.client.cmd('m1', 'saltutil.running')
        return (m1 as Running[])[0]?.pid !== process.pid && (m1 as Running[])
      })
      expect(running).toMatchObject([{ jid, fun: `unruly.${name}`, tgt: 'm1', user: expect.any(String) }])
      const { m1 } = await cluster.client.cmd('m1', 'saltutil.kill_job', [jid], { timeout: 30 })
      expect(m1).toBe(`Signal 9 sent to job ${jid} at pid ${running[0]?.pid}`)
      expect(await textOf(jid)).toContain('was ended by SIGKILL')
      expect(await find(jid)).toBeUndefined()
    },
  )
})

describe('a job that takes memory without end', () => {
  test.each([
    ['buffers', /grew to \d+ MiB of memory, over the limit of 800, and was ended/],
    ['arrays', /was ended by SIG(?:ABRT|TRAP)|grew to \d+ MiB/],
  ])(
    '(%s) is ended, told as such, and the minion answers meanwhile',
    { timeout: 60_000 },
    async (name, reason) => {
      const result = cluster.client.cmd('m1', `unruly.${name}`, [], { timeout: 50 })
      for (let pings = 0; pings < 5; pings += 1) {
        expect(await cluster.client.cmd('m1', 'test.ping')).toEqual({ m1: true })
      }
      expect((await result)['m1']).toMatch(reason)
      expect(await cluster.client.cmd('m1', 'cmd.run', ['echo next'])).toEqual({ m1: 'next' })
    },
  )
})

describe('a return', () => {
  test('of 50 MB arrives whole', { timeout: 40_000 }, async () => {
    const { m1 } = await cluster.client.cmd('m1', 'unruly.large', [], { timeout: 30 })
    expect(String(m1).length).toBe(50_000_000)
  })

  test('beyond what can be sent, or of what cannot be packed, becomes an error', {
    timeout: 40_000,
  }, async () => {
    const { m1 } = await cluster.client.cmd('m1', 'unruly.tooLarge', [], { timeout: 30 })
    expect(m1).toMatch(/^ERROR: the return of \d+ bytes is over the limit of \d+ bytes$/)
    const symbol = await cluster.client.cmd('m1', 'unruly.symbol', [], { fullReturn: true })
    expect(symbol['m1']).toBeDefined()
    const thrown = await cluster.client.cmd('m1', 'unruly.throws', [], { fullReturn: true })
    expect(thrown['m1']).toMatchObject({
      retcode: 1,
      ret: expect.stringMatching(/TypeError: thrown by a module/),
    })
  })

  test('that leads back to itself, or is too deep, becomes an error', async () => {
    for (const name of ['circle', 'deep']) {
      const { m1 } = await cluster.client.cmd('m1', `unruly.${name}`, [], { fullReturn: true })
      expect(m1?.retcode).toBe(1)
      expect(m1?.ret).toMatch(/^ERROR: the return cannot be sent: /)
    }
  })

  test('forged for another job is not taken', async () => {
    expect(await cluster.client.cmd('m1', 'unruly.forge')).toEqual({ m1: 'its own' })
    expect(await returnsOf('20200101000000000000')).toEqual([])
  })

  test('is stored once and survives the master', async () => {
    const jid = (await cluster.client.cmdAsync('m1', 'test.echo', ['kept'])) ?? ''
    expect(await textOf(jid)).toBe('kept')
    await cluster.restartMaster()
    await cluster.waitConnected()
    expect(await returnsOf(jid)).toHaveLength(1)
    expect(await textOf(jid)).toBe('kept')
  })
})

describe('killing a job', () => {
  test('ends its whole process tree', async () => {
    const pids = file('tree')
    const script = `sleep 1000 & echo $! >> ${pids}; setsid sleep 1000 & echo $! >> ${pids}; echo $$ >> ${pids}; wait`
    const jid = await begin('cmd.run', script)
    await until('the tree stands', () => linesOf(pids).length === 3)
    const tree = linesOf(pids).map(Number)
    expect(tree.every(isAlive)).toBe(true)
    await cluster.client.cmd('m1', 'saltutil.kill_job', [jid])
    await until('the tree is gone', () => !tree.some(isAlive))
    expect(await textOf(jid)).toContain('was ended by SIGKILL')
  })

  test('with TERM lets the program end by itself', async () => {
    const done = file('ended-by-itself')
    const script = `trap 'echo yes > ${done}; exit 3' TERM; echo ready > ${done}; while :; do sleep 0.05; done`
    const jid = await begin('cmd.run', script)
    await until('the trap is set', () => linesOf(done)[0] === 'ready')
    await cluster.client.cmd('m1', 'saltutil.term_job', [jid])
    await textOf(jid)
    expect(await find(jid)).toBeUndefined()
  })

  test('that does not run says nothing', async () => {
    expect(await cluster.client.cmd('m1', 'saltutil.kill_job', ['20200101000000000000'])).toEqual({ m1: '' })
  })
})

describe('time', () => {
  test('a job longer than the timeout is waited for, because the minion says that it runs', async () => {
    const { m1 } = await cluster.client.cmd('m1', 'cmd.run', ['sleep 2.5; echo at last'], { timeout: 1 })
    expect(m1).toBe('at last')
  })

  test('several long jobs run side by side', async () => {
    const startMs = performance.now()
    const jobs = [1, 2, 3].map((n) => cluster.client.cmd('m1', 'cmd.run', [`sleep 1; echo ${n}`]))
    expect(await Promise.all(jobs)).toEqual([{ m1: '1' }, { m1: '2' }, { m1: '3' }])
    expect(performance.now() - startMs).toBeLessThan(2900)
  })

  test('process_count_max bounds how many run; the others wait and are listed', async () => {
    await cluster.addMinion('m2', { process_count_max: 2 })
    const log = file('overlap')
    const script = `echo begin >> ${log}; sleep 0.4; echo end >> ${log}`
    const jids = await Promise.all([1, 2, 3, 4].map(() => cluster.client.cmdAsync('m2', 'cmd.run', [script])))
    const { m2: waiting } = await cluster.client.cmd('m2', 'saltutil.running')
    expect((waiting as Running[]).map(({ jid }) => jid).sort()).toEqual([...jids].sort())
    await until('all have run', () => linesOf(log).filter((line) => line === 'end').length === 4)
    let now = 0
    const most = Math.max(...linesOf(log).map((line) => (now += line === 'begin' ? 1 : -1)))
    expect(most).toBe(2)
  })
})

describe('returns while the master is away', () => {
  test('are kept and stored exactly once when it is back', async () => {
    const ended = file('ended-without-master')
    const jid = await begin('cmd.run', `sleep 1; echo result; echo x >> ${ended}`)
    await cluster.restartMaster(async () => {
      await until('the job has ended', () => linesOf(ended).length > 0)
    })
    await cluster.waitConnected()
    expect(await textOf(jid)).toBe('result')
    expect(await returnsOf(jid)).toHaveLength(1)
    expect(linesOf(ended)).toEqual(['x'])
  })

  test('outlive a restart of the minion as well', async () => {
    const ended = file('ended-before-restart')
    const jid = await begin('cmd.run', `sleep 1; echo result; echo x >> ${ended}`)
    await cluster.restartMaster(async () => {
      await until('the job has ended', () => linesOf(ended).length > 0)
      await until('the minion knows', async () => journalOf('m1').includes(jid))
      await cluster.restartMinion('m1')
    })
    await cluster.waitConnected()
    expect(await textOf(jid)).toBe('result')
    expect(linesOf(ended)).toEqual(['x'])
  })

  test('a caller that was waiting gets them', async () => {
    const waiting = cluster.client.cmd('m1', 'cmd.run', ['sleep 1.5; echo for you'], { timeout: 3 })
    await until('the job runs', async () => {
      const { m1 } = await cluster.client.cmd('m1', 'saltutil.running')
      return (m1 as Running[]).length > 0
    })
    await cluster.restartMaster()
    expect(await waiting).toEqual({ m1: 'for you' })
  })
})

test('a minion that is stopped after it returned has nothing left to send', async () => {
  expect(await cluster.client.cmd('m1', 'test.ping')).toEqual({ m1: true })
  await cluster.minion('m1').close()
  expect(journalOf('m1')).toBe('')
  await cluster.restartMinion('m1')
  await cluster.waitConnected()
})

function journalOf(id: string): string {
  return readFileSync(join(cluster.minionOptions(id).cachedir, 'returns.journal'), 'latin1')
}

test('a minion that is stopped while it works tells so when it is back', async () => {
  const begun = file('begun')
  const jid = await begin('cmd.run', `echo x >> ${begun}; sleep 60`)
  await until('the job works', () => linesOf(begun).length > 0)
  await cluster.restartMinion('m1')
  await cluster.waitConnected()
  expect(await textOf(jid)).toMatch(/^ERROR: /)
  expect(linesOf(begun)).toEqual(['x'])
})
