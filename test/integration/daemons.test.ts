// SPDX-License-Identifier: Apache-2.0
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { isAlive } from '@halite/core'
import { type ProcessCluster, type ProcessClusterOptions, startProcesses, until } from '@halite/testing'
import { afterEach, describe, expect, test } from 'vitest'

let cluster: ProcessCluster | undefined

afterEach(async () => {
  await cluster?.close()
  cluster = undefined
})

async function start(options: Partial<ProcessClusterOptions> = {}): Promise<ProcessCluster> {
  cluster = await startProcesses({ minions: [], ...options })
  return cluster
}

/** How long it takes from `signal` to the end of a process. */
async function endAfter(signal: NodeJS.Signals, daemon: ProcessCluster['master']) {
  const startMs = performance.now()
  daemon.kill(signal)
  return { ...(await daemon.exited), ms: performance.now() - startMs }
}

describe('the end', () => {
  test.each(['SIGTERM', 'SIGINT'] as const)(
    '%s ends master and minion within two seconds',
    async (signal) => {
      const made = await start({ minions: ['web1'] })
      await made.acceptAll()
      const minion = await endAfter(signal, made.minion('web1'))
      const master = await endAfter(signal, made.master)
      expect(minion).toMatchObject({ code: 0, signal: null })
      expect(master).toMatchObject({ code: 0, signal: null })
      expect(Math.max(minion.ms, master.ms)).toBeLessThan(2000)
      expect(existsSync(made.masterOptions.pidfile)).toBe(false)
      expect(existsSync(made.minionOptions('web1').pidfile)).toBe(false)
    },
  )

  test('TERM while a job runs ends the job, its processes and the daemons in time', async () => {
    const made = await start({ minions: ['web1'] })
    await made.acceptAll()
    const pidFile = join(made.directory, 'sleeper')
    await made.run('salt', 'web1', 'cmd.run', `echo $$ > ${pidFile}; sleep 60; true`, '--async')
    const sleeper = await until('the job runs', () => existsSync(pidFile) && Number(readFileSync(pidFile)))
    const master = await endAfter('SIGTERM', made.master)
    const minion = await endAfter('SIGTERM', made.minion('web1'))
    expect(minion).toMatchObject({ code: 0 })
    expect(master).toMatchObject({ code: 0 })
    expect(Math.max(minion.ms, master.ms)).toBeLessThan(2000)
    await until('the shell of the job is gone', () => !isAlive(sleeper))
  })

  test('TERM ends a minion that no master answers', async () => {
    const made = await start({ minions: ['web1'], start: false })
    await made.minion('web1').start()
    expect(await endAfter('SIGTERM', made.minion('web1'))).toMatchObject({ code: 0, signal: null })
  })
})

describe('-d', () => {
  test('returns when the daemon is ready, and its pid file names it', async () => {
    const made = await start({ minions: ['web1'], start: false })
    const pids: number[] = []
    try {
      for (const [tool, { pidfile }] of [
        ['salt-master', made.masterOptions],
        ['salt-minion', made.minionOptions('web1')],
      ] as const) {
        const { code, stdout, stderr } = await made.run(tool, '-d')
        expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: '', stderr: '' })
        pids.push(Number(readFileSync(pidfile, 'utf8')))
      }
      expect(pids.every(isAlive)).toBe(true)
      await made.waitPending(['web1'])
      expect((await made.run('salt-key', '-y', '-A')).stdout).toContain('Key for minion web1 accepted.')
    } finally {
      for (const pid of pids) process.kill(pid, 'SIGTERM')
    }
    await until('both are gone', () => !pids.some(isAlive))
    expect(existsSync(made.masterOptions.pidfile)).toBe(false)
  })

  test('says where to look when the daemon does not become ready', async () => {
    const made = await start()
    const { code, stderr } = await made.run('salt-master', '-d')
    expect(code).not.toBe(0)
    expect(stderr).toContain('salt-master did not become ready in the background')
    expect(stderr).toContain(made.masterOptions.log_file)
    expect(made.master.log()).toContain('salt-master is already running')
  })
})

describe('a second daemon', () => {
  test('on the directories of a master is refused with the reason', async () => {
    const made = await start()
    const { code, stderr } = await made.run('salt-master')
    expect(code).toBe(69)
    expect(stderr).toContain(
      `salt-master is already running on ${made.masterOptions.cachedir} (pid ${made.master.pid})`,
    )
    expect(readFileSync(made.masterOptions.pidfile, 'utf8').trim()).toBe(String(made.master.pid))
  })

  test('on those of a minion too', async () => {
    const made = await start({ minions: ['web1'] })
    const { code, stderr } = await made.run('salt-minion')
    expect(code).toBe(69)
    expect(stderr).toContain(`salt-minion is already running on ${made.minionOptions('web1').cachedir}`)
  })

  test('takes over what one that was killed left behind', async () => {
    const made = await start({ minions: ['web1'] })
    made.master.kill('SIGKILL')
    made.minion('web1').kill('SIGKILL')
    await Promise.all([made.master.exited, made.minion('web1').exited])
    await made.master.start()
    await made.minion('web1').start()
    await made.acceptAll()
  })
})

describe('what cannot be bound', () => {
  test('a port that is taken is named, with what to change', async () => {
    const made = await start({ start: false })
    const taken = createServer().listen(made.ports.ret, '127.0.0.1')
    await new Promise((resolve) => taken.once('listening', resolve))
    const { code, stderr } = await made.run('salt-master')
    taken.close()
    expect(code).toBe(69)
    expect(stderr).toContain(`tcp://127.0.0.1:${made.ports.ret} is already in use`)
    expect(stderr).toContain('ret_port')
  })

  test('a socket path that is too long names sock_dir', async () => {
    const made = await start({ start: false })
    const { sock_dir } = made.masterOptions
    const long = join(sock_dir, 'x'.repeat(100))
    const made2 = await startProcesses({ minions: [], start: false, masterConfig: { sock_dir: long } })
    const { code, stderr } = await made2.run('salt-master')
    await made2.close()
    expect(code).not.toBe(0)
    expect(stderr).toMatch(/socket path \S+ has \d+ bytes; 107 are possible/)
    expect(stderr).toContain('sock_dir')
  })
})

describe('HUP', () => {
  test('reopens the log file and adopts its level', async () => {
    const made = await start({ masterConfig: { log_level_logfile: 'warning' } })
    const { log_file } = made.masterOptions
    renameSync(log_file, `${log_file}.1`)
    const config = join(made.configDir('master'), 'master')
    const text = readFileSync(config, 'utf8')
    writeFileSync(config, text.replace('log_level_logfile: warning', 'log_level_logfile: info'))
    made.master.kill('SIGHUP')
    await until('the log goes on in a new file', () => made.master.log().includes('configuration read again'))
    expect(readFileSync(`${log_file}.1`, 'utf8')).not.toContain('configuration read again')
    expect(made.master.pid).toBe(Number(readFileSync(made.masterOptions.pidfile, 'utf8')))
  })

  test('with a configuration that is wrong changes nothing and says why', async () => {
    const made = await start()
    const config = join(made.configDir('master'), 'master')
    writeFileSync(config, `${readFileSync(config, 'utf8')}timeout: soon\n`)
    made.master.kill('SIGHUP')
    await until('the error is logged', () => made.master.log().includes('configuration not taken over'))
    expect(made.master.log()).toMatch(/'timeout' is 'soon' \(text\), expected/)
    expect(await made.run('salt-key', '--list-all')).toMatchObject({ code: 64 })
    expect(isAlive(made.master.pid)).toBe(true)
  })
})

describe('user', () => {
  test('makes the daemon that user, who owns what it needs, and root may still ask', async (ctx) => {
    ctx.skip(process.getuid?.() !== 0, 'only root can become another user')
    const made = await start({ masterConfig: { user: 'nobody', log_level_logfile: 'info' }, start: false })
    chmodSync(made.directory, 0o755)
    chmodSync(made.configDir('master'), 0o755)
    await made.start()
    const status = readFileSync(`/proc/${made.master.pid}/status`, 'utf8')
    expect(status).toMatch(/^Uid:\t(?!0\t)(\d+)\t\1\t\1\t\1$/m)
    expect(await made.run('salt-key', '--list-all')).toMatchObject({ code: 0 })
    made.master.kill('SIGHUP')
    await until('the log goes on', () => made.master.log().includes('configuration read again'))
    expect((await endAfter('SIGTERM', made.master)).ms).toBeLessThan(2000)
    expect(readFileSync(made.masterOptions.pidfile, 'utf8')).toBe('')
  })

  test('that does not exist is refused', async (ctx) => {
    ctx.skip(process.getuid?.() !== 0, 'only root gets so far')
    const made = await start({ masterConfig: { user: 'no-such-user' }, start: false })
    const { code, stderr } = await made.run('salt-master')
    expect({ code, stderr }).toMatchObject({
      code: 77,
      stderr: expect.stringMatching(/there is no such user/),
    })
  })
})

describe('the configuration', () => {
  test('a wrong type names file, line, key, value and what is expected', async () => {
    const made = await start({ start: false })
    const config = join(made.configDir('master'), 'master')
    writeFileSync(config, '# a comment\n\nworker_threads: many\n')
    const { code, stderr } = await made.run('salt-master')
    expect(code).toBe(64)
    expect(stderr).toContain(`${config}:3: 'worker_threads' is 'many' (text), expected a`)
  })

  test('text that is no YAML names file and line', async () => {
    const made = await start({ start: false })
    const config = join(made.configDir('master'), 'master')
    writeFileSync(config, 'timeout: 5\nfile_roots: {base: [\n')
    const { code, stderr } = await made.run('salt-master')
    expect(code).toBe(64)
    expect(stderr).toContain(config)
    expect(stderr).toMatch(/line [23]|:[23]/)
  })

  test('an unknown key is warned about once, with the nearest name', async () => {
    const made = await start({ masterConfig: { publish_prot: 4505 } })
    const warnings = made.master
      .output()
      .split('\n')
      .filter((line) => line.includes('publish_prot'))
    expect(warnings).toHaveLength(1)
    expect(warnings[0]).toMatch(
      /master:\d+: 'publish_prot' is not a known option; did you mean 'publish_port'\?/,
    )
  })

  test('files of the directory master.d are read after the main one', async () => {
    const made = await start({ start: false, masterConfig: { timeout: 5 } })
    const directory = join(made.configDir('master'), 'master.d')
    mkdirSync(directory)
    writeFileSync(join(directory, 'a.conf'), 'timeout: 7\n')
    expect(made.masterOptions.timeout).toBe(7)
    const { stdout } = await made.run('salt', '--config-dump')
    expect(stdout).toMatch(/^timeout: 7$/m)
  })
})

describe('the log', () => {
  test('--log-file and --log-file-level win over the configuration', async () => {
    const made = await start({ start: false, masterConfig: { log_level_logfile: 'error' } })
    const file = join(made.directory, 'elsewhere.log')
    const args = ['--log-file', file, '--log-file-level', 'info']
    const running = made.runWith({ timeoutMs: 10_000 }, 'salt-master', ...args)
    const { pidfile } = made.masterOptions
    const isReady = () => existsSync(pidfile) && readFileSync(pidfile, 'utf8') !== ''
    await until('the master is ready', isReady)
    process.kill(Number(readFileSync(pidfile, 'utf8')), 'SIGTERM')
    expect((await running).code).toBe(0)
    expect(readFileSync(file, 'utf8')).toMatch(/\[INFO {4}\]\[\d+\] master started fingerprint=/)
    expect(existsSync(made.masterOptions.log_file)).toBe(false)
  })

  test('log_format json is one object a line', async () => {
    const made = await start({ masterConfig: { log_format: 'json' } })
    const lines = made.master.log().trimEnd().split('\n')
    const records = lines.map((line) => JSON.parse(line) as Record<string, unknown>)
    expect(records.find(({ msg }) => msg === 'master started')).toMatchObject({
      level: 'info',
      pid: made.master.pid,
      requests: `tcp://127.0.0.1:${made.ports.ret}`,
    })
  })

  test('holds no secret', async () => {
    const secret = 'hunter2-hunter2'
    const made = await start({ masterConfig: { log_level_logfile: 'all', key_pass: secret } })
    const { stdout } = await made.run('salt', '--config-dump')
    expect(`${made.master.log()}${made.master.output()}${stdout}`).not.toContain(secret)
  })
})

test.each(['salt-master', 'salt-minion'])('%s --version and --help start nothing', async (tool) => {
  const made = await start({ minions: ['web1'], start: false })
  const version = await made.run(tool, '--version')
  expect(version.stdout).toMatch(new RegExp(`^${tool} \\d+\\.\\d+\\.\\d+`))
  const help = await made.run(tool, '--help')
  expect(help.stdout).toContain(`Usage: ${tool}`)
  expect([version.code, help.code]).toEqual([0, 0])
})
