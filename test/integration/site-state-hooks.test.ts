// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { RunnerClient } from '@halite/client'
import { type Cluster, removeTemporaryDirectory, startCluster, temporaryDirectory } from '@halite/testing'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { Masterless } from './fixtures/masterless.ts'

/* What state modules of the site do before their states, and modules that come while states run. */

/** A state module: `parts` are its `init` and `aggregate`. */
const module = (name: string, parts: string) => `export default ({ defineState, stateFn, arg }) => {
  const seen = []
  return defineState({
    name: '${name}', doc: 'Of the site.',
    ${parts}
    functions: {
      joined: stateFn({ doc: 'Says what it was given.', args: { pkgs: arg.any('Names.').optional() },
        run: (ctx, { name, pkgs }) => ({ changes: {}, result: true, comment: JSON.stringify({ pkgs: pkgs ?? [name], seen }) }) }),
      pid: stateFn({ doc: 'Its process.', args: {}, run: () => ({ changes: {}, result: true, comment: String(process.pid) }) }),
      exits: stateFn({ doc: 'Ends.', args: {}, run: () => process.exit(3) }),
      asks: stateFn({ doc: 'Asks the master.', args: {}, run: async (ctx) => {
        const { return: jobs } = await ctx.master.callMaster({ kind: 'runner', fun: 'manage.up', arg: [] })
        return { changes: {}, result: true, comment: JSON.stringify(jobs) }
      } }),
    },
  })
}`
const modules: Readonly<Record<string, string>> = {
  joins: module(
    'joins',
    `init: (ctx, low) => { seen.push(low.name + ' ' + process.pid); return true },
    aggregate: (ctx, { low, lowstate, results }) => {
      const others = lowstate.filter((one) => one.fun === low.fun && one !== low && !one.__agg__ && ![...results.keys()].some((tag) => tag.includes(one.__id__)))
      return { low: { ...low, pkgs: [low, ...others].map(({ name }) => name) }, merged: others }
    },`,
  ),
  exiting: module('exiting', 'init: () => process.exit(4),'),
  looping: module('looping', 'aggregate: () => { for (;;); },'),
  lying: module('lying', "aggregate: (ctx, { low }) => ({ low, merged: [{ name: 'made up' }] }),"),
}

describe('masterless', () => {
  let machine: Masterless
  beforeEach(() => {
    machine = new Masterless()
    for (const [name, text] of Object.entries(modules)) machine.write({ [`site/states/${name}.mjs`]: text })
  })
  afterEach(() => machine[Symbol.dispose]())

  function apply(sls: string, options: Readonly<Record<string, unknown>> = {}) {
    machine.write({ 'roots/one.sls': sls })
    const all = { module_dirs: [machine.path('site')], site_code_blocked_max: 1, ...options }
    const returned = machine.saltCall(['-l', 'quiet', 'state.apply', 'one'], all)
    return Object.values(returned as Record<string, { result: boolean; comment: string }>)
  }

  const three =
    'a: joins.joined\nb: joins.joined\nc: {joins.joined: [aggregate: false]}\np: {joins.pid: [aggregate: false]}\n'

  test('init and aggregate of the site run in the process of its states', () => {
    const [a, b, , p] = apply(three, { state_aggregate: true }).map(({ comment }) => comment)
    expect(JSON.parse(a ?? '')).toEqual({ pkgs: ['a', 'b', 'c'], seen: [`a ${p}`] })
    expect(JSON.parse(b ?? '')).toMatchObject({ pkgs: ['b'] })
  })

  test.each([
    [{ state_aggregate: ['joins'] }, 3],
    [{ state_aggregate: ['other'] }, 1],
    [{}, 1],
  ])('%j decides whether they are merged', (options, count) => {
    const [a] = apply(three, options)
    expect(JSON.parse(a?.comment ?? '').pkgs).toHaveLength(count)
  })

  test('aggregate: True of a state alone', () => {
    const [a, b] = apply('a: joins.joined\nb: {joins.joined: [aggregate: true]}\nc: joins.joined\n')
    expect(JSON.parse(a?.comment ?? '').pkgs).toEqual(['a'])
    expect(JSON.parse(b?.comment ?? '').pkgs).toEqual(['b', 'c'])
  })

  test('one that crashes, loops or lies fails, and the run goes on', (ctx) => {
    ctx.skip(process.platform !== 'linux', 'what a process computes is read from /proc')
    const aggregated = { state_aggregate: true }
    const results = apply('a: exiting.pid\nb: looping.pid\nc: lying.pid\nd: test.nop\n', aggregated)
    expect(results.map(({ result }) => result)).toEqual([false, false, false, true])
    const [a, b, c] = results.map(({ comment }) => comment)
    expect(a).toMatch(/^exiting.pid: the process that ran the function exited with code 4/)
    expect(b).toMatch(/^looping.pid: the process that ran the function computed for more than 1 s/)
    expect(c).toBe('the aggregate of lying.pid does not give { low, merged }')
  })

  const own = (answer: string) => `export default ({ defineModule, fn }) => defineModule({
    name: 'own', doc: 'Of the site.',
    functions: { answer: fn({ doc: 'Answers.', examples: ["salt '*' own.answer"], run: () => '${answer}' }) } })`

  test('reload_modules shows the states behind it what came', () => {
    machine.write({ 'roots/_modules/own.js': own('new'), 'roots/_states/joins.js': modules['joins'] ?? '' })
    const target = machine.path('site/modules/put.mjs')
    machine.write({ 'roots/put.mjs': own('put').replace("name: 'own'", "name: 'put'") })
    const results = apply(
      `
early: {module.run: [own.answer: []]}
sync: {module.run: [saltutil.sync_all: [], reload_modules: true]}
late: {module.run: [own.answer: []]}
put: {file.managed: [name: ${target}, source: salt://put.mjs, makedirs: true, reload_modules: true]}
uses: {module.run: [put.answer: []]}
slot: {test.show_notification: [text: "__slot__:salt:own.answer()"]}
`,
      { use_superseded: ['module.run'] },
    )
    expect(results.map(({ result }) => result)).toEqual([false, true, true, true, true, true])
    expect(results.map(({ comment }) => comment)).toMatchObject([
      expect.stringContaining('own.answer'),
      expect.anything(),
      'own.answer: new',
      expect.anything(),
      'put.answer: put',
      'new',
    ])
  })
})

describe('an orchestration', () => {
  const directory = temporaryDirectory('hooks-')
  let cluster: Cluster
  beforeAll(async () => {
    for (const [path, text] of Object.entries({
      'site/states/joins.mjs': modules['joins'] ?? '',
      'srv/orch.sls':
        'wild: joins.exits\nasks: joins.asks\npid: joins.pid\nagain: joins.pid\nbehind: test.nop\n',
    })) {
      mkdirSync(dirname(join(directory, path)), { recursive: true })
      writeFileSync(join(directory, path), text)
    }
    cluster = await startCluster({
      minions: 0,
      master: { file_roots: { base: [join(directory, 'srv')] }, module_dirs: [join(directory, 'site')] },
    })
  })
  afterAll(async () => {
    await cluster?.close()
    removeTemporaryDirectory(directory)
  })

  test('runs states of the site beside itself, with the master', async () => {
    await using runners = new RunnerClient({ options: cluster.masterOptions })
    const { data } = (await runners.cmd('state.orchestrate', ['orch'])) as { data: Record<string, object> }
    const [wild, asks, pid, again, behind] = Object.values(Object.values(data)[0] ?? {}) as {
      result: boolean
      comment: string
    }[]
    expect(wild).toMatchObject({ result: false, comment: expect.stringContaining('exited with code 3') })
    expect(asks).toMatchObject({ result: true, comment: '[]' })
    expect(pid?.comment).toMatch(/^\d+$/)
    expect(again?.comment).toBe(pid?.comment)
    expect(behind?.result).toBe(true)
  })
})
