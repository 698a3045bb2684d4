// SPDX-License-Identifier: Apache-2.0
import { isMap, keysOf, valueAt } from '@halite/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Masterless, shortOf } from './fixtures/masterless.ts'

let machine: Masterless
beforeEach(() => {
  machine = new Masterless()
  machine.write({
    'roots/one.sls': 'a: test.nop\nb: {test.succeed_with_changes: [require: [test: a]]}\n',
    'roots/two.sls': 'include: [one]\nc: {test.nop: [require: [test: b]]}\n',
    'roots/words.sls': 'just text\n',
  })
})
afterEach(() => machine[Symbol.dispose]())

function at(map: unknown, key: string): unknown {
  return isMap(map) ? valueAt(map, key) : undefined
}

describe('state.orchestrate', () => {
  test('runs sls files on this minion, in the form of an orchestration', async () => {
    const { return: value, retcode } = await machine.call('state.orchestrate', ['one', 'base', true])
    expect(retcode).toBe(0)
    expect(value).toMatchObject({ outputter: 'highstate', retcode: 0 })
    const results = at(at(value, 'data'), 'm1')
    expect(shortOf({ retcode, return: results })).toEqual(['a: true', 'b: null'])
  })

  test('what it asks of a master fails, and so does the call', async () => {
    machine.write({ 'roots/orch.sls': 'up: {salt.runner: [name: manage.up]}\n' })
    const { return: value, retcode } = await machine.call('state.orchestrate', ['orch'])
    expect(retcode).toBe(1)
    expect(JSON.stringify(value)).toContain('run this state with salt-run state.orchestrate')
  })
})

test('state.event says where the events are', async () => {
  const { return: value, retcode } = await machine.call('state.event', ['*'])
  expect([String(value), retcode]).toEqual([expect.stringContaining('salt-run state.event'), 1])
})

test('a request keeps what the call said, and more is said when it runs', async () => {
  machine.write({ 'roots/p.sls': 'x: {test.show_notification: [text: "{{ pillar.get(\'p\') }}"]}\n' })
  await machine.call('state.request', ['p', { __kwarg__: true, pillar: { p: 1 } }])
  const { return: kept } = await machine.call('state.check_request', ['default'])
  if (!isMap(kept)) throw new Error('the request is no map')
  expect(keysOf(kept)).toEqual(['test_run', 'mods', 'kwargs'])
  expect(valueAt(kept, 'kwargs')).toEqual({ pillar: { p: 1 }, test: true })
  const ran = await machine.call('state.run_request', [{ __kwarg__: true, pillar: { p: 2 } }])
  expect(ran).toMatchObject({ retcode: 0, return: { 'test_|-x_|-x_|-show_notification': { comment: '2' } } })
  expect((await machine.call('state.check_request')).return).toEqual({})
})

test('a piece of low data runs by itself, whatever it requires', async () => {
  const { return: lows } = await machine.call('state.show_low_sls', ['two'])
  const last = (lows as unknown[]).at(-1)
  expect(last).toMatchObject({ __id__: 'c', require: [{ test: 'b' }] })
  expect((await machine.call('state.low', [last])).return).toMatchObject({ result: true, __id__: 'c' })
  const single = await machine.call('state.single', ['test.nop', 'n', { __kwarg__: true, require: ['x'] }])
  expect(shortOf(single)).toEqual(['n: true'])
})

test('errors of sls files that are none', async () => {
  const wrong = async (mods: unknown) => (await machine.call('state.sls', [mods])).return
  expect(await wrong('')).toEqual(["No matching sls found for '' in env 'base'"])
  expect(await wrong('words')).toEqual([
    'SLS words does not render to a dictionary',
    'Error when rendering state with contents: just text',
  ])
})

test('arguments without names have the places that they have in Salt', async () => {
  const call = async (fun: string, ...args: unknown[]) => shortOf(await machine.call(fun, args))
  // mods, test, exclude, queue
  expect(await call('state.sls', 'two', true, [{ id: 'c' }], true)).toEqual(['a: true', 'b: null'])
  // data, queue
  expect((await machine.call('state.low', [{ state: 'test', fun: 'nop', name: 'x' }, true])).retcode).toBe(0)
  // tem, queue: a run, and not a trial
  expect(await call('state.template_str', 'z: test.succeed_with_changes', true)).toEqual(['z: true'])
})

test('a circle of requisites is named in full, whichever state finds it', async () => {
  const sls = `
a: {test.nop: [prereq: [{test: b}]]}
b: {test.succeed_with_changes: [require_any: [{test: a}]]}
c: {test.succeed_with_changes: [onchanges: [{test: d}]]}
d: {test.nop: [prereq: [{test: e}]]}
e: {test.nop: [watch: [{test: c}]]}
`
  const { return: results } = await machine.apply(sls, { test: true })
  const comments = Object.values(results as Record<string, { comment: string }>).map(({ comment }) => comment)
  const circles = comments.filter((comment) => comment.startsWith('Recursive'))
  expect(circles.length).toBeGreaterThan(1)
  for (const circle of circles) {
    const ids = circle.replace('Recursive requisite found: ', '').split(' -> ')
    expect(new Set(ids).size, circle).toBe(ids.length - 1)
    expect(ids.length, circle).toBeGreaterThan(2)
  }
})

test('check_cmd replaces the name of a result, as in Salt', async () => {
  const sls = 'x: {module.run: [test.ping: [], check_cmd: "true"]}\n'
  const { return: results } = await machine.apply(sls)
  expect(Object.values(results as object)).toMatchObject([
    { name: 'x', comment: 'check_cmd determined the state succeeded' },
  ])
})
