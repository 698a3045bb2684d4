// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { run } from '@halite/core'
import { type ProcessCluster, startProcesses, toolPath, until } from '@halite/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'

let cluster: ProcessCluster
const full = '/dev/full'

beforeAll(async () => {
  cluster = await startProcesses({ minions: ['m1'] })
  await cluster.acceptAll()
  await cluster.waitConnected()
})
afterAll(() => cluster.close())
beforeEach((ctx) => {
  ctx.skip(!existsSync(full), `there is no ${full}`)
})

/** Runs a tool with its streams redirected as a shell would. */
async function redirected(redirection: string, tool: string, ...words: string[]) {
  const configDir = cluster.configDir(tool === 'salt-call' ? 'm1' : 'master')
  const line = `exec "$0" "$@" ${redirection}`
  const result = await run(['sh', '-c', line, process.execPath, toolPath(tool), '-c', configDir, ...words], {
    timeoutMs: 60_000,
    stdin: '',
    env: { ...process.env, NO_COLOR: '1' },
  })
  return {
    code: result.retcode,
    stdout: result.stdout.toString('utf8'),
    stderr: result.stderr.toString('utf8'),
  }
}

describe('standard output that cannot be written', () => {
  test.each([
    ['salt', ['m1', 'test.ping']],
    ['salt', ['m1', 'test.ping', '--static', '--out=json']],
    ['salt', ['-b', '1', 'm1', 'test.ping']],
    ['salt', ['--async', 'm1', 'test.ping']],
    ['salt', ['--help']],
    ['salt-call', ['--local', 'test.ping']],
    ['salt-call', ['test.ping']],
    ['salt-key', ['-L']],
    ['salt-run', ['manage.up']],
    ['salt-run', ['--version']],
  ])('%s %j says so, with its exit code and without a trace', async (tool, words) => {
    const { code, stderr } = await redirected(`> ${full}`, tool, ...words)
    expect(code).toBe(73)
    expect(stderr).toContain(
      '[ERROR   ] results could not be written to standard output: no space left on the disk\n',
    )
    expect(stderr).not.toMatch(/^\s+at |node:internal/m)
  })

  test('a failure of what was called is more than one of the output', async () => {
    const { code, stderr } = await redirected(`> ${full}`, 'salt', 'm1', 'cmd.run', 'exit 3')
    expect(code).toBe(1)
    expect(stderr).toContain('could not be written to standard output')
  })

  test('standard error that cannot be written changes nothing', async () => {
    expect(await redirected(`2> ${full}`, 'salt', '-l', 'debug', 'm1', 'test.ping')).toEqual({
      code: 0,
      stdout: 'm1:\n    True\n',
      stderr: '',
    })
  })

  test('neither do streams that are closed', async () => {
    expect((await redirected('>&- 2>&- <&-', 'salt', 'm1', 'test.ping')).code).toBe(0)
  })

  test('a reader that goes away early is no error', async () => {
    const { code, stdout, stderr } = await redirected('| head -1', 'salt', 'm1', 'sys.doc')
    expect([code, stdout, stderr]).toEqual([0, 'm1:\n', ''])
  })
})

describe('--out-file that cannot be written', () => {
  test('says so while results come', async () => {
    const { code, stderr } = await cluster.run('salt', `--out-file=${full}`, 'm1', 'test.ping')
    expect([code, stderr]).toEqual([
      73,
      expect.stringContaining(
        `results could not be written to --out-file ${full}: no space left on the disk`,
      ),
    ])
  })

  test.each([
    ['/nowhere/file', 'its directory does not exist'],
    ['/', 'it is a directory'],
  ])('says so before anything is sent: %s', async (path, reason) => {
    const ran = join(cluster.directory, 'ran')
    const { code, stderr } = await cluster.run('salt', `--out-file=${path}`, 'm1', 'cmd.run', `touch ${ran}`)
    expect([code, stderr]).toEqual([
      64,
      expect.stringContaining(`cannot write to --out-file ${path}: ${reason}\n`),
    ])
    expect(existsSync(ran)).toBe(false)
  })
})

test('a log file that cannot be written is said once, and the command goes on', async () => {
  const { code, stdout, stderr } = await cluster.run(
    'salt',
    '-l',
    'debug',
    `--log-file=${full}`,
    'm1',
    'test.ping',
  )
  expect([code, stdout]).toEqual([0, 'm1:\n    True\n'])
  expect(stderr.match(/log file \/dev\/full cannot be written/g)).toHaveLength(1)
})

test.each([`2> ${full}`, `> ${full} 2>&1`, '>&- 2>&-'])(
  'a daemon whose terminal is gone works, and ends when it is asked to: %s',
  async (redirection) => {
    await cluster.minion('m1').stop()
    const { log_file, pidfile } = cluster.minionOptions('m1')
    const from = readFileSync(log_file, 'utf8').length
    const words = [toolPath('salt-minion'), '-c', cluster.configDir('m1'), '-l', 'debug']
    const child = spawn('sh', ['-c', `exec "$0" "$@" ${redirection}`, process.execPath, ...words], {
      stdio: 'ignore',
    })
    const ended = new Promise((resolve) => child.once('exit', (code) => resolve(code)))
    try {
      await until('the minion is ready', () => existsSync(pidfile))
      await until(
        'it answers',
        async () => (await cluster.run('salt', '-t', '10', 'm1', 'test.ping')).code === 0,
        30_000,
      )
      child.kill('SIGTERM')
      expect(await ended).toBe(0)
      expect(readFileSync(log_file, 'utf8').slice(from)).not.toContain('nothing caught')
    } finally {
      child.kill('SIGKILL')
    }
  },
)
