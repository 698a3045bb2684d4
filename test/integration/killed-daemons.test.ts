// SPDX-License-Identifier: Apache-2.0
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isAlive } from '@halite/core'
import { type ProcessCluster, startProcesses, temporaryDirectory, until } from '@halite/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

/** Holds a lock file and a child until its job is aborted, and then for as long as it is told. */
const holding = `import { spawn } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
const startOf = (pid) => readFileSync('/proc/' + pid + '/stat', 'latin1').split(') ').at(-1).split(' ')[19]
export default ({ defineModule, fn, arg }) => defineModule({
  name: 'holding',
  doc: 'Holds what must not stay.',
  functions: {
    hold: fn({
      doc: 'Returns when it is ended.',
      args: { path: arg.string('The lock file.'), tidyMs: arg.integer('Time it takes to clean up.') },
      run: async (ctx, { path, tidyMs }) => {
        const notes = [ctx.leftovers.note({ kind: 'file', path })]
        writeFileSync(path, String(process.pid))
        const child = spawn('sleep', ['1000'], { stdio: 'ignore' })
        notes.push(ctx.leftovers.note({ kind: 'program', pid: child.pid, started: startOf(child.pid) }))
        writeFileSync(path + '.child', String(child.pid))
        try {
          await new Promise((resolve) => ctx.signal.addEventListener('abort', resolve))
        } finally {
          await new Promise((resolve) => setTimeout(resolve, tidyMs))
          rmSync(path, { force: true })
          child.kill('SIGKILL')
          for (const takeBack of notes) takeBack()
        }
      },
    }),
  },
})
`

let cluster: ProcessCluster
let count = 0

beforeAll(async () => {
  const site = temporaryDirectory('site')
  mkdirSync(join(site, 'modules'))
  writeFileSync(join(site, 'modules/holding.mjs'), holding)
  cluster = await startProcesses({
    minions: ['web1'],
    minionConfig: { module_dirs: [site], drain_timeout: 30 },
  })
  await cluster.acceptAll()
})
afterAll(() => cluster?.close())

interface Held {
  readonly path: string
  readonly executor: number
  readonly child: number
}

async function hold(tidyMs: number): Promise<Held> {
  const path = join(cluster.directory, `lock-${++count}`)
  await cluster.run('salt', 'web1', 'holding.hold', path, String(tidyMs), '--async')
  const child = await until('it holds its child', () => {
    return existsSync(`${path}.child`) && Number(readFileSync(`${path}.child`, 'utf8'))
  })
  return { path, child, executor: Number(readFileSync(path, 'utf8')) }
}

async function expectNothingLeft({ path, child, executor }: Held): Promise<void> {
  await until('the executor is gone', () => !isAlive(executor))
  await until('the lock file is gone', () => !existsSync(path))
  await until('the child is gone', () => !isAlive(child))
}

async function killMinion(): Promise<void> {
  cluster.minion('web1').kill('SIGKILL')
  await cluster.minion('web1').exited
}

async function startMinion(): Promise<void> {
  await cluster.minion('web1').start()
  await cluster.waitConnected()
}

/** What is killed, each leaving nothing behind once the daemons run again. */
const kills: Readonly<Record<string, (held: Held) => Promise<void>>> = {
  'the minion: its executor cleans up by itself': async (held) => {
    await killMinion()
    await expectNothingLeft(held)
    await startMinion()
  },
  'the minion and its executor: the next start of the minion cleans up': async (held) => {
    await killMinion()
    try {
      process.kill(held.executor, 'SIGKILL')
    } catch {
      // It was quicker.
    }
    await startMinion()
    await expectNothingLeft(held)
  },
  'the executor: the minion cleans up': async (held) => {
    process.kill(held.executor, 'SIGKILL')
    await expectNothingLeft(held)
  },
  'the master: the job goes on, and can be killed': async (held) => {
    cluster.master.kill('SIGKILL')
    await cluster.master.exited
    await cluster.master.start()
    await cluster.waitConnected()
    expect(isAlive(held.child)).toBe(true)
    await cluster.run('salt', 'web1', 'saltutil.kill_all_jobs')
    await expectNothingLeft(held)
  },
}

describe('SIGKILL of', () => {
  test.each(Object.keys(kills))('%s', { timeout: 60_000 }, async (name) => {
    await kills[name]?.(await hold(100))
  })
})

test('a second TERM ends a minion at once that waits for its jobs, and leaves nothing', {
  timeout: 60_000,
}, async () => {
  const held = await hold(600_000)
  const minion = cluster.minion('web1')
  const startMs = performance.now()
  minion.kill('SIGTERM')
  await until('it closes', async () => {
    const { stdout } = await cluster.run('salt', 'web1', 'test.ping', '--out=json', '-t', '1')
    return !stdout.includes('true') || performance.now() - startMs > 2000
  })
  minion.kill('SIGTERM')
  expect(await minion.exited).toMatchObject({ code: 0 })
  expect(performance.now() - startMs).toBeLessThan(25_000)
  await expectNothingLeft(held)
  await startMinion()
})

/** How many kills: `HALITE_KILLS=200` for the whole suite. */
const rounds = Math.floor(Number(process.env['HALITE_KILLS'] ?? 0) / 4)

test(`${rounds} kills of daemons at random moments leave nothing behind`, {
  timeout: 60_000 + rounds * 20_000,
}, async (ctx) => {
  ctx.skip(rounds === 0, 'npm run test:kills runs it')
  const names = Object.keys(kills)
  for (let done = 0; done < rounds; done += 1) {
    const held = await hold((done * 37) % 300)
    await new Promise((resolve) => setTimeout(resolve, (done * 53) % 200))
    await kills[names[(done * 7) % names.length] ?? '']?.(held)
  }
})
