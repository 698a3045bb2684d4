// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isAlive } from '@halite/core'
import {
  type ProcessCluster,
  removeTemporaryDirectory,
  startProcesses,
  temporaryDirectory,
  until,
} from '@halite/testing'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { Masterless } from './fixtures/masterless.ts'
import { wildLimits, writeWildSite } from './fixtures/wild-site.ts'

/* A state of the site that crashes, loops or takes memory without end fails, and the run goes on. */

interface Result {
  readonly __id__: string
  readonly __run_num__: number
  readonly result: boolean | null
  readonly comment: string
  readonly changes: unknown
}

function inOrder(returned: unknown): Result[] {
  return Object.values(returned as Record<string, Result>).sort((a, b) => a.__run_num__ - b.__run_num__)
}

const ends: readonly (readonly [string, RegExp])[] = [
  [
    'abort',
    /^wild\.abort: the process that ran the function was ended by SIGABRT before the function returned$/,
  ],
  ['exit', /exited with code 3/],
  ['signal', /was ended by SIGKILL/],
  ['late', /exited with code 1/],
  ['loop', /computed for more than 2 s without a pause, and was ended$/],
  ['microtasks', /computed for more than 2 s without a pause/],
  ['buffers', /grew to \d+ MiB of memory, over the limit of 400/],
]
const hasProc = process.platform === 'linux'

const unruly = `
first: test.nop
${ends.map(([fun]) => `${fun}: wild.${fun}\n`).join('')}throws: wild.throws
needs: {test.nop: [require: [wild: abort]]}
last: wild.calls
`

function expectOutcome(results: readonly Result[]): void {
  const byId = new Map(results.map((one) => [one.__id__, one]))
  for (const [fun, text] of ends) {
    expect(byId.get(fun)).toMatchObject({ result: false, comment: expect.stringMatching(text), changes: {} })
  }
  expect(byId.get('throws')?.comment).toMatch(/^An exception occurred in this state: Error: as it wanted\n/)
  expect(byId.get('needs')?.result).toBe(false)
  expect(byId.get('first')?.result).toBe(true)
  expect(byId.get('last')).toMatchObject({ result: true, comment: 'm1' })
}

describe('salt-call --local', () => {
  let machine: Masterless
  let options: Record<string, unknown>
  beforeEach(() => {
    machine = new Masterless()
    writeWildSite(machine.path('site'))
    options = { ...wildLimits, module_dirs: [machine.path('site')] }
  })
  afterEach(() => machine[Symbol.dispose]())

  function apply(sls: string, ...words: string[]): Result[] {
    machine.write({ 'roots/one.sls': sls })
    return inOrder(machine.saltCall(['-l', 'quiet', 'state.apply', 'one', ...words], options))
  }

  test('each of them fails with the reason, and the others run', { timeout: 120_000 }, (ctx) => {
    ctx.skip(!hasProc, 'what a process computes and takes is read from /proc')
    expectOutcome(apply(unruly))
  })

  test('one process serves those that behave', () => {
    const [one, two] = apply('a: wild.pid\nb: wild.pid\n')
    expect(one?.comment).toMatch(/^\d+$/)
    expect(two?.comment).toBe(one?.comment)
  })

  test('they see their run as they would in its own process', () => {
    const sls = 'a: wild.sees\nb: test.fail_without_changes\nc: {wild.sees: [name: x]}\n'
    const results = apply(sls, 'pillar={"p": 5}', 'test=True')
    const seen = { states: 3, test: true, sls: 'one', saltenv: 'base', pillar: 5 }
    expect(JSON.parse(results[0]?.comment ?? '')).toEqual({
      ...seen,
      id: 'a',
      name: 'a',
      outcomes: [],
      count: 1,
    })
    const later = { id: 'c', name: 'x', outcomes: [true, false], count: 2 }
    expect(JSON.parse(results[2]?.comment ?? '')).toEqual({ ...seen, ...later })
  })

  test('umask and mod_watch reach them', () => {
    const path = machine.path('written')
    const results = apply(
      `a: {wild.writes: [name: ${path}, umask: '077']}\nb: test.succeed_with_changes\nc: {wild.watches: [watch: [test: b]]}\n`,
    )
    expect(results.map(({ comment }) => comment)).toEqual([String(0o600), 'Success!', 'watches'])
    expect(results[2]?.changes).toEqual({ watched: ['b'] })
  })

  test('functions of the site that built-in states call run there too', () => {
    const [run, adds, asks, after] = apply(`
run: {module.run: [savage.exit: []]}
adds: {module.run: [savage.adds: [1, {b: 2}]]}
asks: {test.nop: [onlyif: [{fun: savage.exit}]]}
after: test.nop
`)
    expect(run).toMatchObject({ result: false, comment: expect.stringContaining('exited with code 9') })
    expect(adds).toMatchObject({ result: true, comment: 'savage.adds: 3' })
    expect(asks).toMatchObject({ result: false, comment: expect.stringContaining('exited with code 9') })
    expect(after?.result).toBe(true)
  })

  test('site_code_time_max ends one that waits for ever', () => {
    options['site_code_time_max'] = 1
    const [hang, after] = apply('hang: wild.hang\nafter: test.nop\n')
    expect(hang).toMatchObject({
      result: false,
      comment: 'wild.hang: it ran for more than 1 s, and was ended',
    })
    expect(after?.result).toBe(true)
  })

  test('states beside one another have processes of their own', () => {
    const results = apply('a: {wild.exit: [parallel: true]}\nb: {wild.pid: [parallel: true]}\n')
    const outcomes = Object.fromEntries(results.map(({ __id__, result }) => [__id__, result]))
    expect(outcomes).toEqual({ a: false, b: true })
  })
})

describe('through a minion', () => {
  let cluster: ProcessCluster
  const directory = temporaryDirectory('wild-')
  const pidFile = join(directory, 'pid')

  beforeAll(async () => {
    const [site, roots] = [join(directory, 'site'), join(directory, 'roots')]
    writeWildSite(site)
    mkdirSync(roots)
    writeFileSync(join(roots, 'unruly.sls'), unruly)
    writeFileSync(join(roots, 'hang.sls'), 'hang: wild.hang\n')
    writeFileSync(
      join(roots, 'writes.sls'),
      `pid: {cmd.run: [name: 'echo $PPID > ${pidFile}']}\nhang: wild.hang\n`,
    )
    cluster = await startProcesses({
      minions: ['m1'],
      masterConfig: { file_roots: { base: [roots] } },
      minionConfig: { ...wildLimits, module_dirs: [site] },
    })
    await cluster.acceptAll()
  })
  afterAll(async () => {
    await cluster?.close()
    removeTemporaryDirectory(directory)
  })

  test('each of them fails with the reason, and the others run', { timeout: 120_000 }, async (ctx) => {
    ctx.skip(!hasProc, 'what a process computes and takes is read from /proc')
    const { stdout, code } = await cluster.run(
      'salt',
      '-t',
      '100',
      'm1',
      'state.apply',
      'unruly',
      '--out=json',
    )
    expectOutcome(inOrder(JSON.parse(stdout).m1))
    expect(code).toBe(1)
  })

  test('a job that is killed takes the process of its state with it', async () => {
    const { stdout } = await cluster.run('salt', '--async', 'm1', 'state.apply', 'writes')
    const [jid = ''] = /\d{20}/.exec(stdout) ?? []
    await until('the run has begun', () => readPid() > 0)
    const children = () => childrenOf(readPid())
    await until('the state has its process', () => children().length > 0)
    const pids = children()
    await cluster.run('salt', 'm1', 'saltutil.kill_job', jid)
    await until('both are gone', () => [readPid(), ...pids].every((pid) => !isAlive(pid)))
  })

  function readPid(): number {
    try {
      return Number(readFileSync(pidFile, 'utf8'))
    } catch {
      return 0
    }
  }
})

/** The executors that this process has started. */
function childrenOf(pid: number): number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
  return text
    .split(' ')
    .filter(Boolean)
    .map(Number)
    .filter((child) => readFileSync(`/proc/${child}/cmdline`, 'utf8').includes('executor'))
}
