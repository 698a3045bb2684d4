// SPDX-License-Identifier: Apache-2.0
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  type ProcessCluster,
  removeTemporaryDirectory,
  startProcesses,
  temporaryDirectory,
  until,
} from '@halite/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'

/* The process of a run of states is lost, or its minion: what ran is known, and what can go on does. */

const directory = temporaryDirectory('lost-')
const noted = join(directory, 'noted')
let cluster: ProcessCluster

const note = (word: string) => `{cmd.run: [name: "echo ${word} >> ${noted}"]}`
const files: Readonly<Record<string, string>> = {
  'crash.sls': `
one: ${note('one')}
kills: {cmd.run: [name: 'kill -9 $PPID']}
two: ${note('two')}
again: {cmd.run: [name: 'kill -9 $PPID']}
needs: {test.nop: [require: [cmd: kills]]}
cures: {test.succeed_with_changes: [onfail: [cmd: kills]]}
asks: {test.nop: [prereq: [test: cures]]}
three: ${note('three')}
`,
  'loops.sls': `
one: ${note('one')}
loops: {file.replace: [name: ${directory}/endless, pattern: '^(?=(a+)+$)b', repl: x]}
two: ${note('two')}
grows: {file.replace: [name: ${directory}/giant, pattern: 'x(?=y)', repl: z]}
three: ${note('three')}
`,
  'slow.sls': `
one: ${note('one')}
works: {test.succeed_with_changes: [name: other]}
sleeps: {cmd.run: [name: "echo begun >> ${noted}; sleep 60"]}
after: ${note('after')}
`,
}

beforeAll(async () => {
  const roots = join(directory, 'roots')
  mkdirSync(roots)
  for (const [name, text] of Object.entries(files)) writeFileSync(join(roots, name), text)
  writeFileSync(join(directory, 'endless'), `${'a'.repeat(60)}!\n`)
  writeFileSync(join(directory, 'giant'), Buffer.alloc(400 * 1024 * 1024, 'a line of text\n'))
  cluster = await startProcesses({
    minions: ['m1'],
    masterConfig: { file_roots: { base: [roots] } },
    minionConfig: { state_blocked_max: 0.5, job_memory_max: 400 },
  })
  await cluster.acceptAll()
})
afterAll(async () => {
  await cluster?.close()
  removeTemporaryDirectory(directory)
})

interface Result {
  readonly __id__: string
  readonly __run_num__: number
  readonly result: boolean | null
  readonly comment: string
}

function inOrder(returned: Readonly<Record<string, Result>>): Result[] {
  return Object.values(returned).sort((a, b) => a.__run_num__ - b.__run_num__)
}

const linesOf = () => (existsSync(noted) ? readFileSync(noted, 'utf8').trimEnd().split('\n') : [])
const journals = () => {
  const path = join(cluster.minionOptions('m1').cachedir, 'state_runs')
  return existsSync(path) ? readdirSync(path) : []
}

test('a state that ends the process of its run fails, and the run goes on behind it', async (ctx) => {
  ctx.skip(process.platform === 'win32', 'needs kill(1)')
  writeFileSync(noted, '')
  const { stdout, code } = await cluster.run('salt', '-t', '60', 'm1', 'state.apply', 'crash', '--out=json')
  const results = inOrder(JSON.parse(stdout).m1)
  expect(results.map(({ __id__, result }) => `${__id__} ${result}`)).toEqual([
    'one true',
    'kills false',
    'two true',
    'again false',
    'needs false',
    'asks true',
    'cures true',
    'three true',
  ])
  expect(results[1]?.comment).toBe(
    'the process that ran the job was ended by SIGKILL before the job returned; what it had done by then is not known',
  )
  expect(linesOf()).toEqual(['one', 'two', 'three'])
  expect(code).toBe(1)
  expect(journals()).toEqual([])
})

test('a built-in state that computes without end, or takes too much memory, fails alone', async (ctx) => {
  ctx.skip(process.platform !== 'linux', 'the time of a process is read from /proc')
  writeFileSync(noted, '')
  const words = ['-t', '90', 'm1', 'state.apply', 'loops', '--out=json']
  const { stdout } = await cluster.runWith({ timeoutMs: 110_000 }, 'salt', ...words)
  const results = inOrder(JSON.parse(stdout).m1)
  expect(results.map(({ __id__, result }) => `${__id__} ${result}`)).toEqual([
    'one true',
    'loops false',
    'two true',
    'grows false',
    'three true',
  ])
  expect(results[1]?.comment).toMatch(
    /^the process that ran the job computed for more than 0.5 s without a pause/,
  )
  expect(results[3]?.comment).toMatch(
    /^the process that ran the job (grew to \d+ MiB of memory, over the limit of 400|computed)/,
  )
  expect(linesOf()).toEqual(['one', 'two', 'three'])
  expect(journals()).toEqual([])
}, 120_000)

test('a minion that is killed during a run returns what ran when it is back, and runs nothing twice', async () => {
  writeFileSync(noted, '')
  const { stdout } = await cluster.run('salt', '--async', 'm1', 'state.apply', 'slow')
  const [jid = ''] = /\d{20}/.exec(stdout) ?? []
  await until('the third state runs', () => linesOf().includes('begun'))
  cluster.minion('m1').kill('SIGKILL')
  await cluster.minion('m1').exited
  await cluster.minion('m1').start()
  await cluster.waitConnected()
  const lookUp = async () =>
    JSON.parse((await cluster.run('salt-run', 'jobs.lookup_jid', jid, '--out=json')).stdout)
  const returned = await until('the job has a return', async () => (await lookUp()).m1)
  const results = inOrder(returned)
  expect(results.map(({ __id__, result }) => `${__id__} ${result}`)).toEqual([
    'one true',
    'works true',
    'sleeps false',
  ])
  expect(results[2]?.comment).toBe(
    'the minion was stopped while it ran this state; what it had done by then is not known. What comes behind it did not run.',
  )
  expect(linesOf()).toEqual(['one', 'begun'])
  expect(journals()).toEqual([])
  const shown = await cluster.run('salt-run', 'jobs.lookup_jid', jid)
  expect(shown.stdout).toContain('Succeeded: 2 (changed=2)\nFailed:    1')
})

test('a job that is killed by a person does not go on', async () => {
  writeFileSync(noted, '')
  const { stdout } = await cluster.run('salt', '--async', 'm1', 'state.apply', 'slow')
  const [jid = ''] = /\d{20}/.exec(stdout) ?? []
  await until('the third state runs', () => linesOf().includes('begun'))
  await cluster.run('salt', 'm1', 'saltutil.kill_job', jid)
  const lookUp = async () =>
    JSON.parse((await cluster.run('salt-run', 'jobs.lookup_jid', jid, '--out=json')).stdout)
  expect(await until('the job has a return', async () => (await lookUp()).m1)).toContain('ended by SIGKILL')
  expect(linesOf()).toEqual(['one', 'begun'])
  expect(journals()).toEqual([])
})
