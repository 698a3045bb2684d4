// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, lstatSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import {
  type ProcessCluster,
  type ProcessClusterOptions,
  startProcesses,
  toolPath,
  until,
} from '@halite/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

let cluster: ProcessCluster | undefined

afterEach(async () => {
  await cluster?.close()
  cluster = undefined
})

async function start(options: Partial<ProcessClusterOptions> = {}): Promise<ProcessCluster> {
  cluster = await startProcesses({ minions: [], ...options })
  return cluster
}

async function occupy(port: number): Promise<Server> {
  const server = createServer().listen(port, '127.0.0.1')
  await once(server, 'listening')
  return server
}

function writableByOthers(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter(
    (name) => (lstatSync(join(directory, name)).mode & 0o022) !== 0,
  )
}

const socketOf = (made: ProcessCluster) => join(made.masterOptions.sock_dir, 'master.ipc')

describe('nothing is left behind', () => {
  test('by a master that was asked to end, once or twice', async () => {
    const made = await start()
    expect(existsSync(socketOf(made))).toBe(true)
    made.master.kill('SIGTERM')
    made.master.kill('SIGTERM')
    made.master.kill('SIGINT')
    expect(await made.master.exited).toEqual({ code: 0, signal: null })
    const { pidfile, sock_dir, cachedir } = made.masterOptions
    expect(existsSync(pidfile)).toBe(false)
    expect(readdirSync(sock_dir)).toEqual([])
    expect(readdirSync(cachedir).filter((name) => /lock|_key/.test(name))).toEqual([])
  })

  test('by a master that finds a port taken', async () => {
    const made = await start({ start: false })
    const taken = await occupy(made.ports.ret)
    expect(await made.run('salt-master')).toMatchObject({ code: 69 })
    taken.close()
    expect(existsSync(made.masterOptions.pidfile)).toBe(false)
    expect(readdirSync(made.masterOptions.sock_dir)).toEqual([])
  })

  test('by a daemon that is asked to end while it starts', async () => {
    const made = await start({ minions: ['web1'], start: false })
    for (const [tool, { pidfile, cachedir }] of [
      ['salt-master', made.masterOptions],
      ['salt-minion', made.minionOptions('web1')],
    ] as const) {
      const configDir = made.configDir(tool === 'salt-master' ? 'master' : 'web1')
      const child = spawn(process.execPath, [toolPath(tool), '-c', configDir])
      const lock = join(cachedir, `.${tool}.lock`)
      await until(`${tool} starts`, () => existsSync(lock))
      child.kill('SIGTERM')
      expect(await once(child, 'exit')).toEqual([0, null])
      expect([existsSync(pidfile), existsSync(lock)]).toEqual([false, false])
    }
  })
})

describe('a second daemon', () => {
  test('of the same directories removes nothing of the first', async () => {
    const made = await start({ minions: ['web1'] })
    for (const tool of ['salt-master', 'salt-minion'])
      expect(await made.run(tool)).toMatchObject({
        code: 69,
        stderr: expect.stringContaining('already running'),
      })
    expect(Number(readFileSync(made.masterOptions.pidfile, 'utf8'))).toBe(made.master.pid)
    const { pidfile } = made.minionOptions('web1')
    expect(Number(readFileSync(pidfile, 'utf8'))).toBe(made.minion('web1').pid)
    await made.acceptAll()
  })

  test('with directories of its own does not take over the sockets of the first', async () => {
    const made = await start()
    await using other = await startProcesses({
      minions: [],
      start: false,
      masterConfig: { sock_dir: made.masterOptions.sock_dir, root_dir: made.directory },
    })
    const { code, stderr } = await other.run('salt-master')
    expect({ code, stderr }).toMatchObject({
      code: 69,
      stderr: expect.stringContaining(`already running on ${made.masterOptions.sock_dir}`),
    })
    expect(await made.run('salt-key', '-L')).toMatchObject({ code: 0 })
  })
})

describe('after a crash', () => {
  beforeEach((ctx) => ctx.skip(process.platform === 'win32', 'Windows has no signals'))

  test('the next start succeeds at once, each time, and also while a job runs', async () => {
    const made = await start({ minions: ['web1'] })
    await made.acceptAll()
    for (const job of [undefined, 'sleep 20', 'sleep 20 & sleep 20']) {
      if (job !== undefined) {
        await made.run('salt', 'web1', 'cmd.run', job, '--async')
        const { cachedir } = made.minionOptions('web1')
        await until('the job runs', () => readdirSync(join(cachedir, 'proc')).length > 0)
      }
      made.minion('web1').kill('SIGKILL')
      made.master.kill('SIGKILL')
      await Promise.all([made.minion('web1').exited, made.master.exited])
      await made.master.start()
      await made.minion('web1').start()
    }
    await made.waitConnected()
  })

  test('a daemon that nobody has reaped is not running', async (ctx) => {
    ctx.skip(process.platform !== 'linux', 'what a process is up to is read from /proc')
    const made = await start({ minions: ['web1'], start: false })
    for (const [tool, id, { pidfile }] of [
      ['salt-master', 'master', made.masterOptions],
      ['salt-minion', 'web1', made.minionOptions('web1')],
    ] as const) {
      const argv = [process.execPath, toolPath(tool), '-c', made.configDir(id)]
      // A parent that never waits for its child.
      const parent = spawn('/bin/sh', ['-c', '"$0" "$@" & exec sleep 600', ...argv], { stdio: 'ignore' })
      try {
        const isReady = () => existsSync(pidfile) && readFileSync(pidfile, 'utf8') !== ''
        await until(`${tool} is ready`, isReady)
        const pid = Number(readFileSync(pidfile, 'utf8'))
        process.kill(pid, 'SIGKILL')
        await (id === 'master' ? made.master : made.minion(id)).start()
        expect(readFileSync(`/proc/${pid}/stat`, 'latin1')).toContain(' Z ')
      } finally {
        parent.kill('SIGKILL')
      }
    }
  })
})

describe('what a daemon makes', () => {
  beforeEach((ctx) => ctx.skip(process.platform === 'win32', 'Windows has no permission bits'))

  test.each(['000', '002', '022', '077'])(
    'is for no others to write, started with umask %s',
    async (umask) => {
      const made = await start({ minions: ['web1'], start: false })
      const before = process.umask(Number.parseInt(umask, 8))
      try {
        await made.start()
      } finally {
        process.umask(before)
      }
      await made.acceptAll()
      await made.run('salt', 'web1', 'cmd.run', 'true')
      const { cachedir, pki_dir, sock_dir } = made.masterOptions
      const minion = made.minionOptions('web1')
      const bits = 0o777 & ~Number.parseInt(umask, 8)
      const modes = [cachedir, pki_dir, sock_dir, minion.cachedir, minion.pki_dir].map(
        (path) => statSync(path).mode & 0o777,
      )
      expect(modes).toEqual([0o750, 0o700, 0o700, 0o750, 0o700].map((mode) => mode & bits))
      expect(writableByOthers(made.directory)).toEqual([])
    },
  )

  test('is refused where everybody may write already, with the mode and the remedy', async () => {
    const made = await start({ start: false })
    const { cachedir } = made.masterOptions
    await made.master.start()
    await made.master.stop()
    chmodSync(cachedir, 0o777)
    expect(await made.run('salt-master')).toMatchObject({
      code: 77,
      stderr: expect.stringMatching(
        /cache\/salt\/master can be written by everybody \(mode 0777\)[\s\S]*chmod go-w/,
      ),
    })
  })

  test('leaves keys in no core dump, and programs of jobs as they are', async (ctx) => {
    ctx.skip(!existsSync('/proc/self/coredump_filter'), 'this system does not say what it dumps')
    const made = await start({ minions: ['web1'] })
    await made.acceptAll()
    const filterOf = (pid: number) =>
      Number.parseInt(readFileSync(`/proc/${pid}/coredump_filter`, 'utf8'), 16)
    expect([filterOf(made.master.pid), filterOf(made.minion('web1').pid)]).toEqual([0, 0])
    const { stdout } = await made.run(
      'salt',
      'web1',
      'cmd.run',
      'cat /proc/self/coredump_filter',
      '--out=json',
    )
    expect(Number.parseInt(JSON.parse(stdout).web1, 16)).not.toBe(0)
  })
})
