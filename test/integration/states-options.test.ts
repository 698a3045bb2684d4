// SPDX-License-Identifier: Apache-2.0
import { isMap, valueAt } from '@halite/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Masterless, resultsOf, shortOf } from './fixtures/masterless.ts'

let machine: Masterless
beforeEach(() => {
  machine = new Masterless()
})
afterEach(() => machine[Symbol.dispose]())

const two = 'a: test.fail_without_changes\nb: test.succeed_with_changes\n'

test('test: states say what they would change', async () => {
  const outcome = await machine.apply(two, {}, { test: true })
  expect(shortOf(outcome)).toEqual(['a: false', 'b: null'])
  expect(shortOf(await machine.apply(two, { test: false }, { test: true }))).toEqual(['a: false', 'b: true'])
})

test('failhard: the first state that fails ends the run', async () => {
  expect(shortOf(await machine.apply(two, {}, { failhard: true }))).toEqual(['a: false'])
  const own = 'a: {test.fail_without_changes: [failhard: true]}\nb: test.nop\n'
  expect(shortOf(await machine.apply(own))).toEqual(['a: false'])
})

test('state_auto_order: off, states run by module and name', async () => {
  const sls = 'z: test.nop\na: test.nop\n'
  expect(shortOf(await machine.apply(sls))).toEqual(['z: true', 'a: true'])
  expect(shortOf(await machine.apply(sls, {}, { state_auto_order: false }))).toEqual(['a: true', 'z: true'])
})

test('allow_undefined: names that a template does not know print as nothing', async () => {
  const sls = 'a: {test.show_notification: [text: "x{{ nothing }}"]}\n'
  const strict = await machine.apply(sls)
  expect(strict.retcode).toBe(1)
  expect(resultsOf(strict)[0]).toContain("Jinja variable 'nothing' is undefined")
  const lenient = await machine.apply(sls, {}, { allow_undefined: true })
  expect(resultsOf(lenient)).toMatchObject([{ comment: 'x' }])
})

test('saltenv: files that a call names are of base where no environment is, and their opts say so', async () => {
  const sls = 'a: {test.show_notification: [text: "{{ opts.saltenv }} {{ saltenv }}"]}\n'
  expect(resultsOf(await machine.apply(sls))).toMatchObject([{ comment: 'base base' }])
})

test('disabled_requisites count for nothing', async () => {
  const sls = 'a: test.fail_without_changes\nb: {test.nop: [require: [test: a]]}\n'
  expect(shortOf(await machine.apply(sls))).toEqual(['a: false', 'b: false'])
  expect(shortOf(await machine.apply(sls, {}, { disabled_requisites: ['require'] }))).toEqual([
    'a: false',
    'b: true',
  ])
})

test('global_state_conditions: a state runs only where a target selects the minion', async () => {
  const conditions = (target: string) => ({ global_state_conditions: { 'test.nop': [target] } })
  const there = await machine.apply('a: test.nop\n', {}, conditions('m1'))
  expect(shortOf(there)).toEqual(['a: true'])
  const elsewhere = await machine.apply('a: test.nop\n', {}, conditions('m2'))
  expect(resultsOf(elsewhere)).toMatchObject([
    { result: null, comment: 'Failed to meet global state conditions. State not called.' },
  ])
})

test('disable_states: a state module that is switched off is absent', async () => {
  const outcome = await machine.apply('a: test.nop\n', {}, { disable_states: ['test'] })
  expect(resultsOf(outcome)).toMatchObject([{ result: false }])
})

test('a state that runs beside others has the number of its turn, and uses up one', async () => {
  const text = 'a: test.nop\nb: {test.nop: [parallel: true]}\nc: test.nop\n'
  const { return: results } = await machine.apply(text)
  const rows = Object.values(results as Record<string, Record<string, unknown>>)
  expect(rows.map((row) => [row['__id__'], row['__run_num__']])).toEqual([
    ['a', 0],
    ['b', 1],
    ['c', 2],
  ])
})

test('parallel: check_cmd runs after its state and decides the result', async () => {
  const made = machine.path('made')
  const state = (id: string, run: string, check: string) =>
    `${id}: {cmd.run: [name: '${run}', parallel: true, check_cmd: ['${check}']]}\n`
  const outcome = await machine.apply(
    state('good', `sleep 0.3; touch ${made}`, `test -e ${made}`) + state('bad', 'true', 'false'),
  )
  expect(shortOf(outcome)).toEqual(['good: true', 'bad: false'])
})

test('parallel: a condition does not keep the next state from starting', async () => {
  const seen = machine.path('seen')
  const outcome = await machine.apply(
    `skipped: {cmd.run: [name: 'false', parallel: true, onlyif: 'sleep 0.5; test ! -e ${seen}']}\n` +
      `next: {cmd.run: [name: 'touch ${seen}', parallel: true]}\n`,
  )
  expect(shortOf(outcome)).toEqual(['skipped: true', 'next: true'])
  expect(resultsOf(outcome)).toMatchObject([{ comment: 'onlyif condition is false' }, {}])
})

test('state_max_parallel bounds how many states run at one time', async () => {
  const wait = (id: string) => `${id}: {cmd.run: [name: sleep 0.4, parallel: true]}\n`
  const seconds = async (options: Readonly<Record<string, unknown>>) => {
    const start = performance.now()
    const outcome = await machine.apply(wait('a') + wait('b') + wait('c'), {}, options)
    expect(shortOf(outcome)).toEqual(['a: true', 'b: true', 'c: true'])
    return (performance.now() - start) / 1000
  }
  expect(await seconds({ state_max_parallel: 1 })).toBeGreaterThan(1.2)
})

describe('environments', () => {
  const dev = () => ({ file_roots: { base: [machine.path('roots')], dev: [machine.path('dev')] } })

  test('lock_saltenv: a call cannot choose another one', async () => {
    machine.write({ 'dev/two.sls': 'd: test.nop\n' })
    const call = (options: object) =>
      machine.call('state.apply', ['two', { __kwarg__: true, saltenv: 'dev' }], { ...dev(), ...options })
    expect(shortOf(await call({}))).toEqual(['d: true'])
    expect((await call({ lock_saltenv: true })).return).toContain('lock_saltenv is enabled')
  })

  test('pillarenv_from_saltenv: the pillar is that of the environment', async () => {
    machine.write({
      'dev/two.sls': 'd: {test.show_notification: [text: "{{ pillar.get(\'k\') }}"]}\n',
      'pillar/top.sls': 'base: {"*": [p]}\n',
      'pillar/p.sls': 'k: base\n',
      'pillar-dev/top.sls': 'dev: {"*": [p]}\n',
      'pillar-dev/p.sls': 'k: dev\n',
    })
    const pillar_roots = { base: [machine.path('pillar')], dev: [machine.path('pillar-dev')] }
    const options = { ...dev(), pillar_roots, pillarenv_from_saltenv: true }
    const returned = machine.saltCall(['state.apply', 'two', 'saltenv=dev'], options)
    expect(Object.values(returned as object)).toMatchObject([{ comment: 'dev' }])
  })

  const tops = () =>
    machine.write({
      'roots/top.sls': 'base: {"*": [one]}\n',
      'dev/top.sls': 'base: {"*": [three]}\ndev: {"*": [two]}\n',
      'roots/other.sls': 'base: {"*": [three]}\n',
    })
  const top = async (options: Readonly<Record<string, unknown>>) => {
    const { return: value } = await tops().call('state.show_top', [], { ...dev(), ...options })
    return value
  }

  test('top_file_merging_strategy: merge, same, merge_all', async () => {
    expect(await top({})).toEqual({ base: ['one'], dev: ['two'] })
    expect(await top({ top_file_merging_strategy: 'same' })).toEqual({ base: ['one'], dev: ['two'] })
    expect(await top({ top_file_merging_strategy: 'merge_all' })).toEqual({
      base: ['one', 'three'],
      dev: ['two'],
    })
  })

  test('env_order: only these environments, in this order', async () => {
    expect(await top({ env_order: ['dev'] })).toEqual({ dev: ['two'] })
  })

  test('state_top: another file; state_top_saltenv: of one environment alone', async () => {
    expect(await top({ state_top: 'salt://other.sls' })).toEqual({ base: ['three'] })
    expect(await top({ state_top_saltenv: 'dev' })).toEqual({ dev: ['two'] })
  })

  test('default_top: stands in for the top file of an environment that has none', async () => {
    machine.write({
      'roots/top.sls': 'base: {"*": [one]}\ndev: {"*": [two]}\n',
      'dev/two.sls': 'd: test.nop\n',
    })
    const { return: value } = await machine.call('state.show_top', [], {
      ...dev(),
      top_file_merging_strategy: 'same',
      default_top: 'base',
    })
    expect(value).toEqual({ base: ['one'], dev: ['two'] })
  })
})

test('state.show_low_sls shows low data as Salt does', async () => {
  machine.write({ 'roots/one.sls': 'a: {cmd.run: [names: [x, {y: [cwd: /tmp]}]]}\n' })
  const { return: lows } = await machine.call('state.show_low_sls', ['one'])
  const [first, second] = lows as unknown[]
  expect(first).toMatchObject({
    state: 'cmd',
    name: 'x',
    __id__: 'a',
    fun: 'run',
    __env__: 'base',
    __sls__: 'one',
  })
  // state_aggregate, state_events and state_queue are tried with states and a master.
  expect(isMap(second) && valueAt(second, 'order')).toBe(10_000.0002)
})

test('a state that does not exist is told what it is like', async () => {
  const sls = 'a: {tset.nop: []}\nb: {test.noop: []}\nc: {nothing.like_it: []}\n'
  const reasons = resultsOf(await machine.apply(sls)).map(
    (one) => String((one as { comment: unknown }).comment).split('\n')[1],
  )
  expect(reasons).toEqual([
    "Reason: 'tset.nop' is not available. Did you mean 'test.nop'?",
    "Reason: 'test.noop' is not available. Did you mean 'test.nop'?",
    "Reason: 'nothing.like_it' is not available.",
  ])
})

test('check_cmd is run for a state that its conditions keep from running', async () => {
  const sls = `
a: {test.nop: [onlyif: 'false', check_cmd: ['true', 'false']]}
b: {test.nop: [unless: 'true', check_cmd: ['true']]}
c: {test.nop: [onlyif: 'false']}
`
  const told = resultsOf(await machine.apply(sls)).map((one) => {
    const { result, comment } = one as { result: unknown; comment: unknown }
    return [result, comment]
  })
  expect(told).toEqual([
    [false, 'check_cmd determined the state failed'],
    [true, 'check_cmd determined the state succeeded'],
    [true, 'onlyif condition is false'],
  ])
})

test('a minion without a master that has stored nothing yet', async () => {
  machine.write({ 'roots/one.sls': 'a: test.nop\n' })
  const call = async (fun: string, ...args: unknown[]) => {
    const { return: value, retcode } = await machine.call(fun, args)
    return { value: isMap(value) ? 'a map' : value, retcode }
  }
  expect(await call('state.clear_cache')).toEqual({ value: [], retcode: 0 })
  expect(await call('state.clear_request')).toEqual({ value: true, retcode: 0 })
  expect(await call('state.request', 'one')).toEqual({ value: 'a map', retcode: 0 })
  expect(await call('state.run_request')).toEqual({ value: 'a map', retcode: 0 })
  expect(await call('data.update', 'key', 1)).toEqual({ value: true, retcode: 0 })
  expect(await call('state.sls_exists', 'one')).toEqual({ value: true, retcode: 0 })
  expect(await call('state.sls_exists', 'none')).toEqual({ value: false, retcode: 1 })
})
