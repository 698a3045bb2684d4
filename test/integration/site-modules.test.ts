// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import {
  type ProcessCluster,
  repositoryRoot,
  startProcesses,
  temporaryDirectory,
  until,
} from '@halite/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

/* The page docs/extend/adding-a-module.md, followed word for word; then what becomes of the module when it is edited. */

const page = readFileSync(join(repositoryRoot, 'docs/extend/adding-a-module.md'), 'utf8')
const [, path = '', text = ''] = /^```js (modules\/[\w-]+\.mjs)\n([\s\S]*?)^```$/m.exec(page) ?? []
const isLinux = process.platform === 'linux'
const load = /^(\w+):\n(?: {4}- [\d.]+\n){3}$/

let cluster: ProcessCluster
let site: string

function write(name: string, content: string): void {
  mkdirSync(dirname(join(site, name)), { recursive: true })
  writeFileSync(join(site, name), content)
}

function salt(...args: string[]) {
  return cluster.run('salt', ...args)
}

beforeAll(async () => {
  site = temporaryDirectory('site')
  cluster = await startProcesses({ minions: ['m1'], minionConfig: { module_dirs: [site] } })
  await cluster.acceptAll()
})
afterAll(() => cluster?.close())

test('the page has the module', () => {
  expect(path).toBe('modules/loadavg.mjs')
  expect(text).toContain('export default (')
})

describe('the module of the page', () => {
  beforeAll(() => write(path, text))

  test('runs through salt-call -m', async (ctx) => {
    ctx.skip(!isLinux, 'the module of the page needs /proc/loadavg')
    const other = temporaryDirectory('site')
    mkdirSync(join(other, 'modules'))
    writeFileSync(join(other, path), text)
    const { stdout, code } = await cluster.run('salt-call', '--local', '-m', other, 'loadavg.get')
    expect(stdout).toMatch(load)
    expect(code).toBe(0)
  })

  test('is found by the minion, which runs already', async (ctx) => {
    ctx.skip(!isLinux, 'the module of the page needs /proc/loadavg')
    expect((await salt('m1', 'loadavg.get')).stdout).toMatch(load)
    const { stdout, code } = await salt('m1', 'loadavg.check', 'limit=1000', '--out=json')
    expect(JSON.parse(stdout)).toEqual({ m1: expect.any(Number) })
    expect(code).toBe(0)
    expect((await salt('m1', 'loadavg.check', 'limit=-1')).code).toBe(1)
  })

  test('is listed and documented, and its arguments are checked', async () => {
    expect((await salt('m1', 'sys.list_functions', 'loadavg')).stdout).toBe(
      'm1:\n    - loadavg.check\n    - loadavg.get\n',
    )
    expect((await salt('m1', 'sys.doc', 'loadavg.check')).stdout).toContain('Highest load that is fine.')
    expect((await salt('m1', 'loadavg.check', 'limit=much')).stdout).toContain(
      `Passed invalid arguments to loadavg.check: argument 'limit': expected a number, got "much"`,
    )
  })

  test('edited, is what runs the next time', async () => {
    const edited = text.replaceAll('loadIf', 'unused').replace('readLoad(ctx.signal),', "'edited',")
    write(path, edited)
    expect((await salt('m1', 'loadavg.get')).stdout).toBe('m1:\n    edited\n')
  })

  test('says where it does not load', async () => {
    write(path, text.replace("grains.kernel === 'Linux'", 'grains.kernel === grains.nope'))
    const { stdout, code } = await salt('m1', 'loadavg.get')
    expect(stdout).toBe("m1:\n    'loadavg' __virtual__ returned False: needs /proc/loadavg\n")
    expect(code).toBe(1)
    expect((await salt('m1', 'sys.list_modules', 'loadavg')).stdout).toBe('m1:\n')
  })

  test('broken, says so with file and line, and the minion goes on', async () => {
    write(path, text.replace('functions: {', 'functions: }'))
    expect((await salt('m1', 'loadavg.get')).stdout).toMatch(
      /^m1:\n {4}ERROR: module \/.*\/modules\/loadavg\.mjs: cannot be imported: Unexpected token '}' \(line \d+\)\n$/,
    )
    expect((await salt('m1', 'test.ping')).stdout).toBe('m1:\n    True\n')
    expect(cluster.minion('m1').log()).toContain('site module left out')
  })
})

test('a module in the place of a built-in one is found by sys.reload_modules', async () => {
  const own = `export default ({ defineModule, fn }) => defineModule({
    name: 'cmd', doc: 'Own.', functions: { run: fn({ doc: 'Run.', run: () => 'not here' }) },
  })`
  write('modules/cmd.mjs', own)
  expect((await salt('m1', 'sys.reload_modules')).stdout).toBe('m1:\n    True\n')
  expect((await salt('m1', 'cmd.run')).stdout).toBe('m1:\n    not here\n')
})

test('grains of the site are collected, and targeted by', async () => {
  const grain = `export default ({ defineGrain }) => defineGrain({
    name: 'rack', doc: 'Rack.', provides: ['rack'], collect: () => ({ rack: 'r' + 7 }),
  })`
  write('grains/rack.mjs', grain)
  await salt('m1', 'saltutil.refresh_grains')
  const answer = async () => (await salt('-G', 'rack:r7', 'test.ping')).stdout === 'm1:\n    True\n'
  await until('m1 is targeted by its rack', answer)
  write(
    'output/shout.mjs',
    `export default ({ defineOutputter }) => defineOutputter({
    name: 'shout', doc: 'Loud.', render: (data) => [...data.values()].join().toUpperCase(),
  })`,
  )
  const call = ['--local', 'grains.get', 'rack', '--out=shout'] as const
  expect((await cluster.run('salt-call', ...call)).stdout).toBe('R7\n')
})

test('a module that ends its process costs the job alone', async () => {
  write(
    'modules/ends.mjs',
    `export default ({ defineModule, fn }) => defineModule({
    name: 'ends', doc: 'Ends.', functions: { now: fn({ doc: 'End.', run: () => process.exit(4) }) },
  })`,
  )
  expect((await salt('m1', 'ends.now')).stdout).toContain('exited with code 4')
  expect((await salt('m1', 'test.ping')).stdout).toBe('m1:\n    True\n')
})

test('salt-call says when there is no such directory', async () => {
  const { stderr, code } = await cluster.run('salt-call', '--local', '-m', '/nonexistent', 'test.ping')
  expect(stderr).toContain('--module-dirs: there is no directory /nonexistent')
  expect(code).not.toBe(0)
})
