// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { EventClient, RunnerClient } from '@halite/client'
import {
  type Cluster,
  removeTemporaryDirectory,
  startCluster,
  temporaryDirectory,
  until,
} from '@halite/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const directory = temporaryDirectory('halite-orchestrate')
const roots = join(directory, 'roots')
let cluster: Cluster
let runner: RunnerClient

function write(name: string, text: string): void {
  writeFileSync(join(roots, `${name}.sls`), text)
}

interface Result {
  readonly result: boolean | null
  readonly comment: string
  readonly changes: Readonly<Record<string, unknown>>
  readonly [field: string]: unknown
}
interface Orchestrated {
  readonly data: Readonly<Record<string, Readonly<Record<string, Result>>>>
  readonly outputter: string
  readonly retcode: number
}

let count = 0

/** The result of one state that is run on the master, and how the orchestration counts. */
async function state(
  fun: string,
  args: Readonly<Record<string, unknown>>,
  kwarg: Readonly<Record<string, unknown>> = {},
): Promise<Result & { retcode: number }> {
  const name = `one${++count}`
  const list = Object.entries(args).map(([key, value]) => ({ [key]: value }))
  write(name, JSON.stringify({ it: { [fun]: list } }))
  const { data, retcode } = (await runner.cmd('state.orch', [name], kwarg)) as Orchestrated
  const [results] = Object.values(data)
  const [result] = Object.values(results ?? {})
  if (result === undefined) throw new Error(`no result in ${JSON.stringify(data)}`)
  return { ...result, retcode }
}

beforeAll(async () => {
  mkdirSync(roots)
  write('same', 'same: test.nop\n')
  write('new', 'a: test.succeed_with_changes\n')
  write('bad', 'a: test.fail_without_changes\n')
  write('port', "port{{ pillar['port'] }}: test.nop\n")
  write('only', "{% if grains['id'] == 'm1' %}a: test.fail_without_changes{% else %}a: test.nop{% endif %}\n")
  cluster = await startCluster({
    minions: ['m1', 'm2'],
    master: { file_roots: { base: [roots] }, timeout: 1, gather_job_timeout: 5 },
    minion: { state_queue: true },
  })
  runner = new RunnerClient({ options: cluster.masterOptions })
})
afterAll(async () => {
  await runner?.close()
  await cluster?.close()
  removeTemporaryDirectory(directory)
})

describe('salt.state', () => {
  test('tells whom it changed and whom not', async () => {
    const {
      result,
      comment,
      changes,
      retcode,
      __jid__: jid,
    } = await state('salt.state', { tgt: '*', sls: 'same' })
    expect({ result, comment, changes, retcode }).toEqual({
      result: true,
      comment: expect.stringMatching(/^States ran successfully\. No changes made to m[12], m[12]\.$/),
      changes: {},
      retcode: 0,
    })
    expect(jid).toMatch(/^\d{20}$/)
  })

  test('gives what minions changed, by minion, for the outputter of states', async () => {
    const outcome = await state('salt.state', { tgt: 'm1', sls: ['new', 'same'] })
    expect(outcome).toMatchObject({
      result: true,
      comment: 'States ran successfully. Updating m1.',
      changes: { out: 'highstate', ret: { m1: { 'test_|-a_|-a_|-succeed_with_changes': { result: true } } } },
    })
  })

  test.each([
    [{ sls: 'only' }, false, 'Run failed on minions: m1'],
    [{ sls: 'only', allow_fail: 1 }, true, 'States ran successfully. Updating m1. No changes made to m2.'],
    [
      { sls: 'only', fail_minions: 'm1' },
      true,
      'States ran successfully. Updating m1. No changes made to m2.',
    ],
    [{ sls: 'none' }, false, /^Run failed on minions: m[12], m[12]$/],
    [{ sls: 'same', tgt: 'x*' }, false, 'No minions returned'],
    [{ sls: 'same', tgt: 'x*', expect_minions: false }, true, 'States ran successfully.'],
    [{ sls: 'same', allow_fail: 'x' }, false, "Passed invalid value for 'allow_fail', must be an int"],
    [{ sls: 'same', concurrent: 1 }, false, "Must pass in boolean for value of 'concurrent'"],
    [{}, false, 'No highstate or sls specified, no execution made'],
    [{ sls: 'same', tgt: 'm1 and ', tgt_type: 'compound' }, false, /the end of the target/],
  ])('%j: %j, %j', async (args, result, comment) => {
    const outcome = await state('salt.state', { tgt: '*', ...args })
    expect(outcome).toMatchObject({ result, retcode: result ? 0 : 1 })
    expect(outcome.comment).toMatch(comment)
  })

  test('runs on the minions that there are', async () => {
    const outcome = await state('salt.state', { tgt: ['m1', 'gone'], tgt_type: 'list', sls: 'new' })
    // An id without an accepted key is nobody.
    expect(outcome).toMatchObject({ result: true, comment: 'States ran successfully. Updating m1.' })
  })

  test('hands the pillar on, and the mode of trying', async () => {
    const { comment } = await state('salt.state', { tgt: 'm1', sls: 'port', pillar: { port: 80 } })
    expect(comment).toBe('States ran successfully. No changes made to m1.')
    const tried = await state('salt.state', { tgt: 'm1', sls: 'new' }, { test: true })
    expect(tried).toMatchObject({
      result: null,
      changes: { ret: { m1: { 'test_|-a_|-a_|-succeed_with_changes': { result: null } } } },
    })
  })

  test.each([{ batch: 1 }, { batch: '50%' }])('with %j runs on all, some at a time', async (how) => {
    const { comment } = await state('salt.state', { tgt: '*', sls: 'same', ...how })
    expect(comment).toMatch(/^States ran successfully\. No changes made to m[12], m[12]\.$/)
  })

  test('with subset runs on so many', async () => {
    const { comment } = await state('salt.state', { tgt: '*', sls: 'same', subset: 1 })
    expect(comment).toMatch(/^States ran successfully\. No changes made to m[12]\.$/)
  })
})

describe('salt.function', () => {
  test.each([
    [{ name: 'test.ping', tgt: 'm1' }, true, 'Function ran successfully. Function test.ping ran on m1.'],
    [
      { name: 'test.false', tgt: 'm1' },
      false,
      'Running function test.false failed on minions: m1 Function test.false ran on m1.',
    ],
    [
      { name: 'test.retcode', tgt: 'm1', arg: [3], fail_minions: ['m1'] },
      false,
      /^Running function test\.retcode failed on minions: m1/,
    ],
    [{ name: 'test.false', tgt: 'm1', fail_minions: ['m1'] }, true, /^Function ran successfully\./],
    [{ name: 'test.echo', tgt: 'm1', arg: [0], fail_function: 'test.echo' }, false, /failed on minions: m1/],
    [{ name: 'test.ping', tgt: 'x*' }, false, 'No minions responded'],
    [{ name: 'no.such', tgt: 'm1' }, false, /failed on minions: m1/],
  ])('%j: %j', async (args, result, comment) => {
    const outcome = await state('salt.function', args)
    expect(outcome.result).toBe(result)
    expect(outcome.comment).toMatch(comment)
  })

  test('is given positional and keyword arguments', async () => {
    const args = { name: 'test.arg', tgt: 'm1', arg: [1, 'two'], kwarg: { three: [3] } }
    const { changes } = await state('salt.function', args)
    expect(changes).toMatchObject({ ret: { m1: { args: [1, 'two'], kwargs: { three: [3] } } } })
  })

  test('is waited for as long as it runs', async () => {
    const args = { name: 'test.sleep', tgt: '*', arg: [2.5], timeout: 0.5 }
    expect(await state('salt.function', args)).toMatchObject({ result: true })
  })

  test('is not run when states are only tried', async () => {
    const outcome = await state('salt.function', { name: 'test.ping', tgt: '*' }, { test: true })
    expect(outcome).toMatchObject({
      result: null,
      comment: 'Function test.ping would be executed on target *',
    })
  })
})

describe('functions of the master', () => {
  test.each([
    ['salt.runner', { name: 'manage.up' }, true, "Runner function 'manage.up' executed."],
    ['salt.runner', { name: 'no.such' }, false, "Runner function 'no.such' failed."],
    ['salt.runner', { name: 'state.orch', mods: 'bad' }, false, "Runner function 'state.orch' failed."],
    ['salt.wheel', { name: 'key.list_all' }, true, "Wheel function 'key.list_all' executed."],
    ['salt.wheel', { name: 'key.list_all', x: 1 }, false, "Wheel function 'key.list_all' failed."],
  ])('%s %j: %j', async (fun, args, result, comment) => {
    const outcome = await state(fun, args)
    expect(outcome).toMatchObject({ result, comment, changes: { return: expect.anything() } })
  })

  test('run at a time, and what orchestrations among them change is told', async () => {
    const inner = (mods: string) => [{ name: 'state.orchestrate' }, { kwarg: { mods } }]
    const well = await state('salt.parallel_runners', { runners: { one: inner('new'), two: inner('same') } })
    expect(well).toMatchObject({ result: true, comment: 'All runner functions executed successfully.' })
    expect(Object.keys(well.changes)).toEqual(['one'])
    const bad = await state('salt.parallel_runners', { runners: { one: inner('bad'), two: inner('same') } })
    expect(bad).toMatchObject({ result: false, comment: 'Runner one failed.' })
    expect(await state('salt.parallel_runners', { runners: 5 })).toMatchObject({ result: false })
  })
})

describe('salt.wait_for_event', () => {
  test('ends when every id was named', async () => {
    await using events = new EventClient({ options: cluster.masterOptions })
    const waiting = state('salt.wait_for_event', {
      name: 'my/*/done',
      id_list: ['a', 'b', 'c'],
      event_id: 'who',
    })
    let isOver = false
    const over = waiting.finally(() => {
      isOver = true
    })
    // It listens from a moment that is not told: events are fired until it has heard them.
    await until('the events were seen', async () => {
      await events.fire('my/1/done', { who: 'b' })
      await events.fire('my/1/other', { who: 'x' })
      await events.fire('my/2/done', { data: { who: ['a', 'c'] } })
      return isOver
    })
    expect(await over).toMatchObject({ result: true, comment: expect.stringMatching(/^All events seen in /) })
    expect(((await waiting).changes['minions_seen'] as string[]).toSorted()).toEqual(['a', 'b', 'c'])
  })

  test('fails when the time is up', async () => {
    const args = { name: 'my/*', id_list: ['a'], timeout: 0.2 }
    expect(await state('salt.wait_for_event', args)).toMatchObject({
      result: false,
      comment: 'Timeout value reached.',
      changes: {},
    })
  })
})

describe('the master as a minion', () => {
  test('has its own files, pillar and grains, and execution functions', async () => {
    write(
      'own',
      "{% set id = grains['id'] %}own:\n  test.show_notification:\n    - text: {{ id }} {{ salt['test.echo']('x') }}\n",
    )
    const { data, outputter } = (await runner.cmd('state.orchestrate', ['own'])) as Orchestrated
    const [[id, results] = ['', {}]] = Object.entries(data)
    expect(id).toMatch(/_master$/)
    expect(outputter).toBe('highstate')
    expect(Object.values(results)[0]?.comment).toBe(`${id} x`)
  })

  test('tells why an sls cannot be compiled', async () => {
    const outcome = (await runner.cmd('state.orch', ['missing'])) as Orchestrated
    expect(outcome.retcode).toBe(1)
    expect(Object.values(outcome.data)).toEqual([["No matching sls found for 'missing' in env 'base'"]])
  })

  test('runs one state, and high data', async () => {
    const single = await runner.cmd('state.orchestrate_single', [], {
      fun: 'salt.function',
      name: 'test.ping',
      tgt: 'm1',
    })
    expect(single).toMatchObject({ retcode: 0 })
    const high = { a: { 'test.nop': [] }, b: { 'test.fail_without_changes': [{ require: [{ test: 'a' }] }] } }
    expect(await runner.cmd('state.orchestrate_high', [high])).toMatchObject({ retcode: 1 })
    expect(await runner.cmd('state.orchestrate_show_sls', ['same'])).toMatchObject({
      [Object.keys((single as Orchestrated).data)[0] ?? '']: { same: { __sls__: 'same' } },
    })
  })
})

describe('saltutil on the master', () => {
  /** What a template of an orchestration sees. */
  async function rendered(expression: string): Promise<unknown> {
    const name = `one${++count}`
    write(name, `it:\n  test.show_notification:\n    - text: {{ (${expression})|json|json }}\n`)
    const { data } = (await runner.cmd('state.orch', [name])) as Orchestrated
    const [results] = Object.values(data)
    const [result] = Object.values(results ?? {})
    if (typeof result?.comment !== 'string') throw new Error(JSON.stringify(data))
    return JSON.parse(result.comment)
  }

  test('runners and wheel functions are called', async () => {
    expect(await rendered("salt['saltutil.runner']('manage.up')|sort")).toEqual(['m1', 'm2'])
    expect(
      await rendered("salt['saltutil.runner']('manage.up', kwarg={'tgt': 'm1'}, full_return=True)"),
    ).toMatchObject({
      return: ['m1'],
      success: true,
    })
    expect(await rendered("salt['saltutil.wheel']('key.list', 'accepted')")).toMatchObject({
      fun: 'wheel.key.list',
      return: { minions: expect.arrayContaining(['m1', 'm2']) },
      success: true,
    })
  })

  test('minions run functions', async () => {
    const both = { ret: true, retcode: 0, jid: expect.any(String) }
    expect(await rendered("salt['saltutil.cmd']('*', 'test.ping')")).toEqual({ m1: both, m2: both })
    expect(await rendered("salt['saltutil.cmd']('m1', 'test.echo', ['x'])")).toMatchObject({
      m1: { ret: 'x' },
    })
    expect(await rendered("salt['saltutil.cmd_iter'](['m2'], 'test.ping', tgt_type='list')")).toEqual([
      { m2: both },
    ])
  })
})

test('a minion is told that it is not the master', async () => {
  const { result, changes, retcode } = await state('salt.function', {
    name: 'saltutil.runner',
    tgt: 'm1',
    arg: ['manage.up'],
  })
  expect([result, retcode]).toEqual([false, 1])
  expect(JSON.stringify(changes)).toContain('Only the master can do this')
})

test('a minion that is not connected has failed, unless none is expected', async () => {
  await cluster.minions[1]?.close()
  const args = { tgt: '*', sls: 'same' }
  expect(await state('salt.state', args)).toMatchObject({
    result: false,
    comment: 'Run failed on minions: m2',
    changes: { ret: { m2: false } },
  })
  expect(await state('salt.state', { ...args, expect_minions: false })).toMatchObject({ result: true })
  const called = { name: 'test.ping', tgt: '*' }
  expect(await state('salt.function', called)).toMatchObject({
    result: true,
    warnings: ['Minions did not return: m2'],
  })
  expect(await state('salt.function', { ...called, expect_minions: true })).toMatchObject({ result: false })
})

test('an orchestration is ended softly: what ran is returned', async () => {
  write('slow', `a: {cmd.run: [name: "while ! test -e ${directory}/go; do sleep 0.1; done"]}\nb: test.nop\n`)
  const running = runner.cmd('state.orch', ['slow']) as Promise<Orchestrated>
  const jid = await until('it runs', async () => {
    await using other = new RunnerClient({ options: cluster.masterOptions })
    const runs = (await other.cmd('jobs.runs')) as Record<string, { fun: string }>
    return Object.entries(runs).find(([, { fun }]) => fun === 'state.orch')?.[0]
  })
  await using other = new RunnerClient({ options: cluster.masterOptions })
  await other.cmd('state.soft_kill', [jid, 'b'])
  writeFileSync(join(directory, 'go'), '')
  const [results] = Object.values((await running).data)
  expect(Object.values(results ?? {}).map(({ __id__: id }) => id)).toEqual(['a'])
})
