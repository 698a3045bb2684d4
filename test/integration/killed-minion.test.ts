// SPDX-License-Identifier: Apache-2.0
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isAlive } from '@halite/core'
import { type ProcessCluster, startProcesses, temporaryDirectory, until } from '@halite/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'

let cluster: ProcessCluster

/** Never lets go of its thread, so that nothing inside of its process can notice anything. */
const spin = `import { writeFileSync } from 'node:fs'
export default ({ defineModule, fn, arg }) => defineModule({
  name: 'spin',
  doc: 'Runs for ever.',
  functions: {
    forever: fn({
      doc: 'Never returns.',
      args: { path: arg.string('Where the pid goes.') },
      run: (_ctx, { path }) => {
        writeFileSync(path, String(process.pid))
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
      },
    }),
    restarts: fn({
      doc: 'Says that it goes on with the job after a restart, as an update does, and never returns.',
      args: { path: arg.string('Written when that is said.') },
      run: async (ctx, { path }) => {
        await ctx.masters.fireEvent('update/start', { jid: ctx.job.jid, within: 120 }, 5000)
        writeFileSync(path, '')
        await new Promise(() => {})
      },
    }),
  },
})
`

beforeAll(async () => {
  const site = temporaryDirectory('site')
  mkdirSync(join(site, 'modules'))
  writeFileSync(join(site, 'modules/spin.mjs'), spin)
  cluster = await startProcesses({ minions: ['web1'], minionConfig: { module_dirs: [site] } })
  await cluster.acceptAll()
})
afterAll(() => cluster?.close())

const linesOf = (path: string) => (existsSync(path) ? readFileSync(path, 'utf8').trimEnd().split('\n') : [])

/** Kills the minion under a job and starts it again; resolves to what the master knows of the job then. */
async function killedUnder(name: string, afterMs: number) {
  const runs = join(cluster.directory, name)
  const { stdout } = await cluster.run(
    'salt',
    'web1',
    'cmd.run',
    `echo $$ >> ${runs}; sleep 60; true`,
    '--async',
  )
  const jid = stdout.trim().split(' ').at(-1) ?? ''
  await until('the job works', () => linesOf(runs).length > 0)
  await new Promise((resolve) => setTimeout(resolve, afterMs))
  cluster.minion('web1').kill('SIGKILL')
  await cluster.minion('web1').exited
  await cluster.minion('web1').start()
  await cluster.waitConnected()
  const lookUp = async () =>
    JSON.parse((await cluster.run('salt-run', 'jobs.lookup_jid', jid, '--out=json')).stdout)
  const returned = await until('the job has a return', async () => (await lookUp()).web1)
  return { returned, pids: linesOf(runs).map(Number) }
}

test.each([
  ['before it could tell that it works', 0],
  ['after it told that it works', 1000],
])('a minion killed %s reports the truth, and nothing runs twice', async (name, afterMs) => {
  const { returned, pids } = await killedUnder(name.replaceAll(' ', '-'), afterMs)
  expect(returned).toBe(
    'ERROR: the minion was stopped while it ran this job; what the job had done by then is not known',
  )
  expect(pids).toHaveLength(1)
  await until('what the job had started is gone', () => !pids.some(isAlive))
})

test('an executor that is blocked for ever does not outlive a minion that was killed and stays away', async (ctx) => {
  ctx.skip(process.platform === 'win32', 'needs SIGKILL')
  const path = join(cluster.directory, 'spin')
  await cluster.run('salt', 'web1', 'spin.forever', path, '--async')
  const pid = await until('it runs', () => Number(linesOf(path)[0] ?? 0))
  cluster.minion('web1').kill('SIGKILL')
  await cluster.minion('web1').exited
  expect(isAlive(pid)).toBe(true)
  await until('the executor is gone', () => !isAlive(pid), 30_000)
  await cluster.minion('web1').start()
  await cluster.waitConnected()
}, 60_000)

test('salt waits for a minion that restarts with the job, and not for one that is gone', async () => {
  const said = join(cluster.directory, 'said')
  const waiting = cluster.run('salt', '-t', '1', 'web1', 'spin.restarts', said)
  const gone = cluster.run('salt', '-t', '1', 'web1', 'test.sleep', '60')
  let isOver = false
  void waiting.then(() => {
    isOver = true
  })
  await until('it is said', () => existsSync(said))
  cluster.minion('web1').kill('SIGKILL')
  await cluster.minion('web1').exited
  expect((await gone).stdout).toMatch(/web1:\n {4}Minion did not return/)
  await new Promise((resolve) => setTimeout(resolve, 3000))
  expect(isOver).toBe(false)
  await cluster.minion('web1').start()
  await cluster.waitConnected()
  // The job was lost with the minion, and that is what the minion returns.
  expect((await waiting).stdout).not.toMatch(/did not return/)
  expect((await waiting).code).not.toBe(0)
})

test('a minion killed again and again does every job once', async () => {
  const runs = join(cluster.directory, 'many')
  for (let round = 1; round <= 3; round += 1) {
    const job = cluster.run('salt', 'web1', 'cmd.run', `echo ${round} >> ${runs}`, '-t', '15')
    await until(`round ${round}`, () => linesOf(runs).includes(String(round)))
    cluster.minion('web1').kill('SIGKILL')
    await cluster.minion('web1').exited
    await cluster.minion('web1').start()
    await cluster.waitConnected()
    await job
  }
  expect(linesOf(runs)).toEqual(['1', '2', '3'])
})

test('a stopped process (SIGSTOP) is lost, and back after SIGCONT without being started again', async () => {
  const { pid } = cluster.minion('web1')
  const isUp = async () => (await cluster.run('salt-run', 'manage.up', '--out=json')).stdout.includes('web1')
  await expect.poll(isUp, { timeout: 10_000 }).toBe(true)
  cluster.minion('web1').kill('SIGSTOP')
  const isDown = async () =>
    (await cluster.run('salt-run', 'manage.down', '--out=json')).stdout.includes('web1')
  try {
    await expect.poll(isDown, { timeout: 30_000, interval: 250 }).toBe(true)
  } finally {
    cluster.minion('web1').kill('SIGCONT')
  }
  const ping = async () => (await cluster.run('salt', 'web1', 'test.ping', '-t', '2', '--out=txt')).stdout
  await expect.poll(ping, { timeout: 15_000, interval: 250 }).toBe('web1: True\n')
  expect(cluster.minion('web1').pid).toBe(pid)
}, 60_000)
