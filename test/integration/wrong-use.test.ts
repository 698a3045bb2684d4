// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type ProcessCluster, startProcesses } from '@halite/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

let cluster: ProcessCluster

beforeAll(async () => {
  cluster = await startProcesses({ minions: ['m1'], start: false })
})
afterAll(() => cluster.close())

function inDirectory(name: string): string {
  return join(cluster.directory, name)
}

describe('a configuration that cannot be read is named, with what is wrong', () => {
  test('a directory where a file is expected', async () => {
    mkdirSync(inDirectory('odd/minion'), { recursive: true })
    const { code, stderr } = await cluster.run('salt-call', '--local', '-c', inDirectory('odd'), 'test.ping')
    const path = inDirectory('odd/minion')
    expect([code, stderr]).toEqual([
      64,
      `[ERROR   ] cannot read ${path}: it is a directory\nPut a file in place of ${path}.\n`,
    ])
  })

  test('a file where -c expects a directory', async () => {
    const file = join(cluster.configDir('m1'), 'minion')
    const { code, stderr } = await cluster.run('salt-call', '--local', '-c', file, 'test.ping')
    expect([code, stderr]).toEqual([64, expect.stringContaining('cannot read')])
    expect(stderr).toContain('The option -c names the directory of the configuration files')
  })
})

test('an outputter of the configuration that does not exist stops no command, unlike one of --out', async () => {
  const configDir = inDirectory('mixed')
  mkdirSync(configDir)
  const config = `root_dir: ${inDirectory('mixed-root')}\noutput: mixed\n`
  writeFileSync(join(configDir, 'minion'), `${config}id: m1\n`)
  writeFileSync(join(configDir, 'master'), config)
  const call = (...words: string[]) => cluster.run('salt-call', '--local', '-c', configDir, ...words)
  const warning = "[WARNING ] the option output names 'mixed', and there is no outputter of that name\n"
  expect(await call('test.ping')).toMatchObject({ code: 0, stdout: 'local:\n    True\n', stderr: warning })
  expect(await call('-l', 'quiet', 'test.ping')).toMatchObject({ code: 0, stderr: '' })
  expect(await call('--out=json', '--out-indent=-1', 'test.ping')).toMatchObject({
    code: 0,
    stdout: '{"local": true}\n',
    stderr: '',
  })
  expect(await call('--out=mixed', 'test.ping')).toMatchObject({
    code: 64,
    stderr: expect.stringContaining("there is no outputter 'mixed'"),
  })
  expect(await cluster.run('salt-key', '-c', configDir, '-L')).toMatchObject({ code: 0, stderr: warning })
})

describe('salt-key', () => {
  test.each([
    ['--accept', '--delete', ['-y', '-a', 'web1', '-d', 'web2']],
    ['--reject', '--delete-all', ['-y', '-D', '-r', 'web1']],
  ])('does not do one of two changes and forget the other: %s and %s', async (one, other, words) => {
    const { code, stderr } = await cluster.run('salt-key', ...words)
    expect([code, stderr]).toEqual([64, expect.stringContaining(`${one} and ${other} cannot be done by one`)])
  })

  test.each(['a/b', '..', '../x'])('--gen-keys=%s is no name of a file', async (name) => {
    const { code, stderr } = await cluster.run('salt-key', `--gen-keys=${name}`)
    expect([code, stderr]).toEqual([64, expect.stringContaining('Give the directory with --gen-keys-dir.')])
  })
})

test('salt-cp names the end of a link that leads nowhere', async () => {
  mkdirSync(inDirectory('sources'))
  writeFileSync(inDirectory('sources/file'), 'x')
  symlinkSync('/nowhere', inDirectory('sources/link'))
  const { code, stderr } = await cluster.run('salt-cp', 'm1', inDirectory('sources'), '/tmp')
  expect(code).toBe(42)
  expect(stderr).toContain(`${inDirectory('sources/link')} is a link to /nowhere, which does not exist`)
})

test.each([
  ['64', 64],
  ['20', 50],
  ['0', 110],
  ['wide', 110],
])('help is as wide as COLUMNS=%s says, within reason', async (COLUMNS, most) => {
  const { code, stdout } = await cluster.runWith({ env: { COLUMNS } }, 'salt', '--help')
  expect(code).toBe(0)
  const options = stdout.slice(stdout.indexOf('Target options'), stdout.indexOf('Examples'))
  const widths = options.split('\n').map((line) => line.length)
  expect(Math.max(...widths)).toBeLessThanOrEqual(most)
  expect(Math.max(...widths)).toBeGreaterThan(most - 20)
})

describe('salt-call asks about the master only where it was not reached', () => {
  test.each([
    ["''", "master is ''", 64],
    ['[]', 'master is an empty list', 64],
    ["'a b'", "master is 'a b'", 64],
  ])('master: %s', async (master, message, code) => {
    const configDir = inDirectory(`no-master-${message.replace(/\W+/g, '-')}`)
    mkdirSync(configDir)
    const config = `root_dir: ${configDir}/root\nid: m1\nmaster: ${master}\n`
    writeFileSync(join(configDir, 'minion'), config)
    const result = await cluster.run('salt-call', '-c', configDir, '-t', '2', 'test.ping')
    expect(result).toMatchObject({ code, stderr: expect.stringContaining(message) })
    expect(result.stderr).not.toContain('right master')
  })
})

test('a key and a job store that are damaged are named, with what to do', async () => {
  const { pki_dir, cachedir } = cluster.masterOptions
  mkdirSync(pki_dir, { recursive: true, mode: 0o700 })
  const key = join(pki_dir, 'master_ed25519.pem')
  writeFileSync(key, Buffer.from([0, 1, 2, 255]), { mode: 0o400 })
  expect(await cluster.run('salt-key', '-L')).toMatchObject({
    code: 70,
    stderr: expect.stringMatching(/master_ed25519\.pem is not a readable PEM key\nPut a copy of it back/),
  })
  rmSync(key)
  mkdirSync(join(cachedir, 'jobs'), { recursive: true, mode: 0o700 })
  writeFileSync(join(cachedir, 'jobs', 'data.mdb'), Buffer.alloc(9000, 7))
  expect(await cluster.run('salt-master')).toMatchObject({
    code: 73,
    stderr: expect.stringMatching(/data\.mdb is damaged, or not the file of a job store.*move it away/s),
  })
})
