// SPDX-License-Identifier: Apache-2.0
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { RunnerClient } from '@halite/client'
import { isAlive, unpack } from '@halite/core'
import type { Manifest } from '@halite/loader'
import { type Cluster, startCluster, until } from '@halite/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'

const modules = new URL('fixtures/cleaning-modules.mjs', import.meta.url).href

let cluster: Cluster
let runner: RunnerClient
let count = 0

beforeAll(async () => {
  const { manifest } = (await import(modules)) as { manifest: Manifest }
  cluster = await startCluster({ minions: ['m1'], manifest, executorManifest: modules })
  runner = new RunnerClient({ options: cluster.masterOptions })
})
afterAll(async () => {
  await runner?.close()
  await cluster?.close()
})

/** A job that holds a lock file and a child. */
interface Held {
  readonly jid: string
  readonly path: string
  readonly child: number
  /** Of its executor. */
  readonly pid: number
}

async function hold(minion: string, tidyMs: number): Promise<Held> {
  const path = join(cluster.directory, `lock-${++count}`)
  const jid = (await cluster.client.cmdAsync(minion, 'cleaning.hold', [path, tidyMs])) ?? ''
  const child = await childOf(path)
  return { jid, path, child, pid: Number(readFileSync(path, 'utf8')) }
}

function childOf(path: string): Promise<number> {
  return until('it holds its child', () => {
    return existsSync(`${path}.child`) && Number(readFileSync(`${path}.child`, 'utf8'))
  })
}

async function expectNothingLeft({ path, child }: Pick<Held, 'path' | 'child'>): Promise<void> {
  await until('the lock file is gone', () => !existsSync(path))
  await until('the child is gone', () => !isAlive(child))
}

async function textOf(jid: string): Promise<string> {
  const [returned] = await until(`job ${jid} returned`, async () => {
    const found = (await cluster.client.connection.request('job_returns', { jid })) as {
      return: Uint8Array
    }[]
    return found.length > 0 && found
  })
  return String(unpack(returned?.return ?? Buffer.alloc(0)))
}

describe('a job cleans up and leaves no child', () => {
  test.each([
    ['kill_job', 'ERROR: the job was ended by SIGKILL before it returned'],
    ['term_job', 'aborted: the job was ended by SIGTERM before it returned'],
  ])('after saltutil.%s', async (fun, text) => {
    const held = await hold('m1', 200)
    await cluster.client.cmd('m1', `saltutil.${fun}`, [held.jid])
    expect(await textOf(held.jid)).toBe(text)
    await expectNothingLeft(held)
  })

  test.each(['kill_all_jobs', 'term_all_jobs'])('after saltutil.%s', async (fun) => {
    const held = await Promise.all([hold('m1', 50), hold('m1', 100)])
    await cluster.client.cmd('m1', `saltutil.${fun}`)
    await Promise.all(held.map(expectNothingLeft))
  })

  test('when its minion stops', async () => {
    await cluster.addMinion('m3', { drain_timeout: 0.1 })
    const held = await hold('m3', 100)
    await cluster.minion('m3').close()
    expect(existsSync(held.path)).toBe(false)
    await expectNothingLeft(held)
  })
})

test('a job that cleans up without end is killed at once by a second kill', async () => {
  const path = join(cluster.directory, `lock-${++count}`)
  const jid = (await cluster.client.cmdAsync('m1', 'cleaning.stubborn', [path])) ?? ''
  const pid = await until('it runs', () => existsSync(path) && Number(readFileSync(path, 'utf8')))
  await cluster.client.cmd('m1', 'saltutil.term_job', [jid])
  expect(isAlive(pid)).toBe(true)
  await cluster.client.cmd('m1', 'saltutil.kill_job', [jid])
  expect(await textOf(jid)).toBe('ERROR: the job was ended by SIGTERM before it returned')
  await until('its process is gone', () => !isAlive(pid))
})

describe('a minion that stops', () => {
  test('lets a job end that ends in time', async () => {
    await cluster.addMinion('m4', { drain_timeout: 20 })
    const path = join(cluster.directory, 'drained')
    const jid =
      (await cluster.client.cmdAsync('m4', 'cmd.run', [`touch ${path}; sleep 0.7; echo ended`])) ?? ''
    await until('it runs', () => existsSync(path))
    await cluster.minion('m4').close()
    expect(await textOf(jid)).toBe('ended')
  })

  test('keeps jobs that wait for their turn, and its next process runs them in order', {
    timeout: 60_000,
  }, async () => {
    await cluster.addMinion('m5', { process_count_max: 1, drain_timeout: 0.1 })
    const held = await hold('m5', 0)
    const log = join(cluster.directory, 'order')
    const jids: string[] = []
    for (const name of ['a', 'b', 'c']) {
      jids.push(
        (await cluster.client.cmdAsync('m5', 'cmd.run', [`echo ${name} >> ${log}; echo ${name}`])) ?? '',
      )
    }
    const waiting = await until('all are known', async () => {
      const { m5 } = await cluster.client.cmd('m5', 'saltutil.running')
      const queued = (m5 as { jid: string; pid: number; queued?: boolean }[]).filter((job) => job.queued)
      return queued.length === 3 && queued
    })
    expect(waiting.map(({ jid, pid }) => [jid, pid])).toEqual(jids.map((jid) => [jid, 0]))
    await cluster.minion('m5').close()
    await expectNothingLeft(held)
    expect(existsSync(log)).toBe(false)
    await cluster.restartMinion('m5')
    expect(await Promise.all(jids.map(textOf))).toEqual(['a', 'b', 'c'])
    expect(readFileSync(log, 'utf8')).toBe('a\nb\nc\n')
  })
})

describe('an executor that is killed', () => {
  /** The executor of a job, as `find_job` tells it. */
  async function executorOf(jid: string): Promise<number> {
    const { m1 } = await cluster.client.cmd('m1', 'saltutil.find_job', [jid])
    return (m1 as { pid: number }).pid
  }

  test('leaves no program that it ran', async () => {
    const path = join(cluster.directory, 'shell')
    const jid =
      (await cluster.client.cmdAsync('m1', 'cmd.run', [`echo $$ > ${path}; sleep 1000; true`])) ?? ''
    const shell = await until('it runs', () => existsSync(path) && Number(readFileSync(path, 'utf8')))
    process.kill(await executorOf(jid), 'SIGKILL')
    expect(await textOf(jid)).toContain('was ended by SIGKILL before the job returned')
    await until('the program is gone', () => !isAlive(shell))
  })

  test('leaves no copy of code', async () => {
    const scratch = () => readdirSync(tmpdir()).filter((name) => name.startsWith('salt-code-'))
    const before = new Set(scratch())
    const path = join(cluster.directory, 'code')
    const code = `touch ${path}; sleep 1000`
    const jid = (await cluster.client.cmdAsync('m1', 'cmd.exec_code', ['sh', code])) ?? ''
    await until('it runs', () => existsSync(path))
    process.kill(await executorOf(jid), 'SIGKILL')
    await textOf(jid)
    const others = scratch().filter(
      (name) => !before.has(name) && readdirSync(join(tmpdir(), name)).length > 0,
    )
    const ours = others.filter((name) => readFileSync(join(tmpdir(), name, 'code'), 'utf8') === code)
    expect(ours).toEqual([])
  })

  test('by its job ends no program that an earlier one left running', async () => {
    const path = join(cluster.directory, 'background')
    await cluster.client.cmd('m1', 'cmd.run_bg', [`echo $$ > ${path}; exec sleep 1000`])
    const background = await until('it runs', () => existsSync(path) && Number(readFileSync(path, 'utf8')))
    const held = await hold('m1', 0)
    await cluster.client.cmd('m1', 'saltutil.kill_job', [held.jid])
    await textOf(held.jid)
    await expectNothingLeft(held)
    expect(isAlive(background)).toBe(true)
    process.kill(background, 'SIGKILL')
  })
})

describe('cmd.run_chroot', () => {
  beforeEach((ctx) =>
    ctx.skip(process.env['HALITE_TEST_HOST'] !== '1', 'it mounts, which is for HALITE_TEST_HOST=1'),
  )

  const mounts = (root: string) => {
    const lines = readFileSync('/proc/self/mounts', 'utf8').split('\n')
    return lines.flatMap((line) => (line.split(' ')[1]?.startsWith(root) ? [line.split(' ')[1]] : []))
  }

  test.each(['kill_job', 'term_job', 'SIGKILL of the executor'])(
    'leaves nothing mounted after %s',
    async (how) => {
      const root = join(cluster.directory, `root-${++count}`)
      for (const folder of ['dev', 'proc', 'sys', 'bin', 'usr', 'lib', 'lib64', 'etc']) {
        mkdirSync(join(root, folder), { recursive: true })
      }
      const binds = ['/bin', '/usr', '/lib', '/lib64'].filter((path) => existsSync(path))
      const line = ['cmd.run_chroot', [root, 'sleep 1000', { __kwarg__: true, binds }]] as const
      const jid = (await cluster.client.cmdAsync('m1', ...line)) ?? ''
      await until('it sleeps there', () => mounts(root).length === 3 + binds.length)
      const { m1 } = await cluster.client.cmd('m1', 'saltutil.find_job', [jid])
      if (how.startsWith('SIGKILL')) process.kill((m1 as { pid: number }).pid, 'SIGKILL')
      else await cluster.client.cmd('m1', `saltutil.${how}`, [jid])
      await textOf(jid)
      await until('nothing is mounted', () => mounts(root).length === 0)
      rmSync(root, { recursive: true })
    },
  )
})

/** How many kills: `HALITE_KILLS=200` for the whole suite. */
const kills = Number(process.env['HALITE_KILLS'] ?? 12)
const seed = Number(process.env['HALITE_SEED'] ?? 1)

test(`${kills} kills of jobs, runners and executors at random moments leave nothing behind`, {
  timeout: 60_000 + kills * 5000,
}, async () => {
  const random = randomOf(seed)
  const left: Pick<Held, 'path' | 'child'>[] = []
  for (let done = 0; done < kills; done += 1) {
    const tidyMs = Math.floor(random() * 300)
    const chance = random()
    if (chance < 0.3) {
      const path = join(cluster.directory, `lock-${++count}`)
      const { jid } = await runner.cmdAsync('cleaning.hold', [path, tidyMs])
      left.push({ path, child: await childOf(path) })
      await runner.cmd('jobs.stop_run', [jid])
    } else {
      const held = await hold('m1', tidyMs)
      left.push(held)
      await new Promise((resolve) => setTimeout(resolve, random() * 100))
      if (chance < 0.5) process.kill(held.pid, 'SIGKILL')
      else
        await cluster.client.cmd('m1', chance < 0.75 ? 'saltutil.kill_job' : 'saltutil.term_job', [held.jid])
    }
  }
  for (const each of left) await expectNothingLeft(each)
})

/** Numbers from 0 to 1 that follow from a seed (mulberry32). */
function randomOf(start: number): () => number {
  let state = start
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}
