// SPDX-License-Identifier: Apache-2.0
import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type ProcessCluster, startProcesses } from '@halite/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

let cluster: ProcessCluster

beforeAll(async () => {
  cluster = await startProcesses({ minions: ['m1'] })
  await cluster.acceptAll()
})
afterAll(() => cluster?.close())

const calls: readonly (readonly [string, ...string[]])[] = [
  ['salt', 'm1', 'test.ping'],
  ['salt-call', '--local', 'test.ping'],
  ['salt-call', 'test.ping'],
  ['salt-key', '-L'],
  ['salt-run', 'jobs.active'],
]

describe.each(calls)('the log of %s %s', (tool, ...words) => {
  test('is written to --log-file from --log-file-level on, and the terminal stays silent', async () => {
    const file = join(cluster.directory, `${tool}-${words.join('-')}`, 'new', 'log')
    const { code, stderr } = await cluster.run(tool, ...words, '--log-file', file, '--log-file-level=debug')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(readFileSync(file, 'utf8')).toMatch(
      /^\d{4}-\d\d-\d\d .*\[DEBUG {3}\]\[\d+\] configuration read path=/,
    )
  })

  test('goes to standard error with --log-level', async () => {
    const { stderr } = await cluster.run(tool, ...words, '--log-level=debug')
    expect(stderr).toMatch(/^\[DEBUG {3}\] configuration read path=/)
  })

  test('that cannot be opened is an error', async () => {
    const file = join(cluster.configDir('master'), 'master', 'log')
    const { code, stderr, stdout } = await cluster.run(tool, ...words, `--log-file=${file}`)
    expect(code).toBe(77)
    expect(stderr).toMatch(/^\[ERROR {3}\] log file .* cannot be opened: E(?:NOTDIR|EXIST)/)
    expect(stdout).toBe('')
  })
})

describe('the log of salt', () => {
  test('tells of the job and of each return', async () => {
    const { stderr } = await cluster.run('salt', 'm1', 'test.ping', '-l', 'debug')
    expect(stderr).toMatch(/\[DEBUG {3}\] job published jid=\d{20} minions=1/)
    expect(stderr).toMatch(/\[DEBUG {3}\] return id=m1 retcode=0/)
  })

  test('follows no link that stands where the configuration names a file', async () => {
    const dir = join(cluster.directory, 'linked')
    mkdirSync(dir)
    writeFileSync(join(dir, 'precious'), 'kept')
    const logs = join(dir, 'logs')
    mkdirSync(logs)
    chmodSync(logs, 0o777)
    symlinkSync('../precious', join(logs, 'log'))
    const config = readFileSync(join(cluster.configDir('master'), 'master'), 'utf8')
    const text = `${config.replace(/^(?:log_file|root_dir):.*$/gm, '')}\nroot_dir: ${dir}\nlog_file: ${logs}/log\n`
    writeFileSync(join(dir, 'master'), text)
    const { code } = await cluster.run('salt-key', '-c', dir, '--log-file-level=debug')
    expect(code).toBe(77)
    expect(readFileSync(join(dir, 'precious'), 'utf8')).toBe('kept')
  })
})
