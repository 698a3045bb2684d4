// SPDX-License-Identifier: Apache-2.0
import { existsSync, readFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Masterless, resultsOf, type ShortResult } from './fixtures/masterless.ts'

let machine: Masterless
beforeEach(() => {
  machine = new Masterless()
})
afterEach(() => machine[Symbol.dispose]())

type Arguments = Readonly<Record<string, unknown>>
type Step = readonly [fun: string, args: Arguments]

/** The results of states that run one after the other in one job. */
async function run(steps: readonly Step[], isTest = false): Promise<ShortResult[]> {
  const states = steps.map(([fun, args], at) => [`s${at}`, { [fun]: [args] }])
  machine.write({ 'roots/one.sls': `#!json\n${JSON.stringify(Object.fromEntries(states))}` })
  return resultsOf(
    await machine.call('state.apply', ['one', { __kwarg__: true, test: isTest }]),
  ) as ShortResult[]
}

const told = (results: readonly ShortResult[]) =>
  results.map(({ result, comment, changes }) => [result, comment, changes])

describe('grains', () => {
  const grain = (fun: string, value: unknown, more: Arguments = {}): Step => [
    `grains.${fun}`,
    { name: 'roles', ...(value === undefined ? {} : { value }), ...more },
  ]

  test('maps of an sls file are ordered dicts in comments, those of a call are not', async () => {
    const value = { a: [1, { b: null }], c: {} }
    const ordered = "OrderedDict([('a', [1, OrderedDict([('b', None)])]), ('c', OrderedDict())])"
    expect(told(await run([grain('present', value)]))).toEqual([
      [true, `Set grain roles to ${ordered}`, { roles: value }],
    ])
    const high = { again: { grains: ['present', { name: 'other' }, { value: { a: 1 } }] } }
    const [result] = resultsOf(await machine.call('state.high', [high])) as ShortResult[]
    expect(result?.comment).toBe("Set grain other to {'a': 1}")
  })

  test('a list that states of one run make, change and remove', async () => {
    const steps = [
      grain('exists', undefined),
      grain('append', 'a'),
      grain('list_present', ['a', 'b']),
      grain('list_present', ['b', 'c']),
      grain('list_present', 'c'),
      grain('list_absent', ['a', 'z']),
      grain('append', 'd'),
      grain('append', 'd'),
      grain('present', 'plain'),
      grain('present', 'plain', { force: true }),
      grain('append', 'e'),
      grain('append', 'e', { convert: true }),
      grain('absent', undefined, { force: true, destructive: true }),
      grain('exists', undefined),
    ]
    expect(told(await run(steps))).toEqual([
      [false, 'Grain does not exist', {}],
      [false, 'Grain roles does not exist', {}],
      [true, "Append value ['a', 'b'] to grain roles", { new: { roles: ['a', 'b'] } }],
      [
        true,
        `Removed value ['b'] from update due to value found in "roles".\nAppend value ['c'] to grain roles`,
        { new: { roles: ['a', 'b', 'c'] } },
      ],
      [true, 'Value c is already in grain roles', {}],
      [true, 'Value a was deleted from grain roles\nValue z is absent from grain roles', { deleted: ['a'] }],
      [true, 'Value d was added to grain roles', { added: 'd' }],
      [true, 'Value d is already in the list for grain roles', {}],
      [false, "The key 'roles' exists but is a dict or a list. Use 'force=True' to overwrite.", {}],
      [true, 'Set grain roles to plain', { roles: 'plain' }],
      [false, 'Grain roles is not a valid list', {}],
      [true, 'Value e was added to grain roles', { added: 'e' }],
      [true, 'Grain roles was deleted', { deleted: 'roles' }],
      [false, 'Grain does not exist', {}],
    ])
    expect(readFileSync(machine.path('conf/grains'), 'utf8')).not.toContain('roles')
  })

  test('a value inside a grain, with a delimiter of its own', async () => {
    const at = { name: 'app|port', delimiter: '|' }
    const results = await run([
      ['grains.present', { ...at, value: 80 }],
      ['grains.present', { ...at, value: 80 }],
      ['grains.absent', at],
      ['grains.absent', { ...at, destructive: true }],
    ])
    expect(told(results)).toEqual([
      [true, 'Set grain app:port to 80', { app: { port: 80 } }],
      [true, 'Grain is already set', {}],
      [true, 'Value for grain app:port was set to None', { grain: 'app:port', value: null }],
      [true, 'Grain app:port was deleted', { deleted: 'app:port' }],
    ])
  })

  test('what would change with test=True is not written', async () => {
    const results = await run([grain('present', 1), grain('list_present', [1])], true)
    expect(told(results)).toEqual([
      [null, 'Grain roles is set to be added', { new: 'roles' }],
      [null, 'Grain roles is set to be added', { new: '' }],
    ])
    expect(existsSync(machine.path('conf/grains'))).toBe(false)
  })
})

describe('environ', () => {
  test('variables for the states that follow', async () => {
    const command = { name: 'echo "$SMALL_STATES-$OTHER_STATES"', python_shell: true }
    const results = await run([
      ['environ.setenv', { name: 'SMALL_STATES', value: 'one' }],
      ['environ.setenv', { name: 'SMALL_STATES', value: 'one' }],
      [
        'environ.setenv',
        { name: 'x', value: { SMALL_STATES: false, OTHER_STATES: 'two' }, false_unsets: true },
      ],
      ['cmd.run', command],
      ['environ.setenv', { name: 'SMALL_STATES', value: 5 }],
      ['environ.setenv', { name: 'OTHER_STATES', value: false, false_unsets: true }],
    ])
    expect(told(results).filter((_, at) => at !== 3)).toEqual([
      [true, 'Environ values were set', { SMALL_STATES: 'one' }],
      [true, 'Environ values were already set with the correct values', {}],
      [true, 'Environ values were set', { SMALL_STATES: null, OTHER_STATES: 'two' }],
      [false, 'Environ value must be string, dict or False', {}],
      [true, 'Environ values were set', { OTHER_STATES: null }],
    ])
    expect(results[3]?.changes).toMatchObject({ stdout: '-two' })
  })

  test('what is not done is refused', async () => {
    const [result] = await run([
      ['environ.setenv', { name: 'SMALL_STATES', value: 'a', update_minion: true }],
    ])
    expect(result).toMatchObject({ result: false, comment: expect.stringContaining('update_minion') })
  })
})

test('state.template_str: its states belong to no sls', async () => {
  const text = 'a-{{ sls }}:\n  test.nop: []\n'
  const ended = await machine.call('state.template_str', [text])
  expect(resultsOf(ended)).toMatchObject([{ result: true }])
  expect(JSON.stringify(ended)).not.toMatch(/<template-str>|__sls__":"/)
  expect(JSON.stringify(await machine.call('state.template_str', ['- a']))).toContain(
    'Template <template-str> does not render to a dictionary',
  )
})

test('event: without a master nothing is fired, and that is a failure', async () => {
  const steps: Step[] = [
    ['event.send', { name: 'my/tag', data: { a: 1 }, further: 2 }],
    ['event.wait', { name: 'my/tag' }],
  ]
  expect(told(await run(steps))).toEqual([
    [false, 'The event was not fired: no master took it', {}],
    [true, '', {}],
  ])
  expect(told(await run(steps.slice(0, 1), true))).toEqual([
    [null, 'Event would have been fired', { tag: 'my/tag', data: { a: 1 } }],
  ])
})

describe('loop', () => {
  const quick = { period: 0.01, timeout: 5 }
  const until = (condition: string | undefined, more: Arguments = {}): Step => [
    'loop.until',
    { name: 'test.echo', m_args: ['hello'], condition, ...quick, ...more },
  ]
  const equal = (more: Arguments): Step => [
    'loop.until_no_eval',
    { name: 'test.echo', args: [7], ...quick, ...more },
  ]

  const cases: readonly (readonly [Step, result: boolean, comment: string])[] = [
    [
      until("m_ret == 'hello' and len(m_ret) == 5 and m_ret is not None"),
      true,
      "Condition m_ret == 'hello' and len(m_ret) == 5 and m_ret is not None was met",
    ],
    [until("m_ret == 'x'", { timeout: 0.05 }), false, "Timed out while waiting for condition m_ret == 'x'"],
    [until(undefined), false, 'An exit condition must be specified'],
    [until('m_ret', { name: 'test.nono' }), false, 'Cannot find module test.nono'],
    [until('m_ret', { period: 'soon' }), false, 'Period must be specified as a float in seconds'],
    [equal({ expected: 7 }), true, 'Call provided the expected results in 1 attempts'],
    [
      equal({ expected: 5, compare_operator: 'gt' }),
      true,
      'Call provided the expected results in 1 attempts',
    ],
    [
      equal({ expected: 7, compare_operator: '__ne__', timeout: 0 }),
      false,
      'Call did not produce the expected result after 0 attempts',
    ],
    [equal({ expected: 7, compare_operator: 'near' }), false, 'Invalid operator "near" supplied.'],
    [equal({ expected: 7, name: 'test.nono' }), false, 'Module.function "test.nono" is unavailable.'],
    [
      equal({ expected: 7, name: 'test.exception', args: ['boo'] }),
      false,
      'Exception occurred while executing test.exception: boo',
    ],
  ]

  test('what is waited for, and what never comes', async () => {
    const results = await run(cases.map(([step]) => step))
    expect(results.map(({ result, comment }) => [result, comment])).toEqual(
      cases.map(([, result, comment]) => [result, comment]),
    )
  })

  test('a condition is an expression and nothing else', async () => {
    const [result] = await run([until("m_ret %}{{ salt['cmd.run']('id') }}{% endif")])
    expect(result).toMatchObject({ result: false, comment: expect.stringContaining('is no expression') })
  })
})

test('status: a load above the limit, and a process that does not run', async () => {
  const results = await run([
    ['status.loadavg', { name: '2-min' }],
    ['status.loadavg', { name: '1-min', minimum: 5, maximum: 4 }],
    ['status.loadavg', { name: '1-min', maximum: 1e9 }],
    ['status.process', { name: 'no-such-[p]rocess' }],
    ['status.process', { name: '([' }],
  ])
  expect(results.map(({ result, comment }) => [result, comment])).toEqual([
    [false, 'Requested load average 2-min not available '],
    [false, 'Min must be less than max'],
    [true, 'Load avg in acceptable range'],
    [false, 'Process signature "no-such-[p]rocess" not found '],
    [false, expect.stringContaining('is no regular expression')],
  ])
})

test('data: values that outlive the call', async () => {
  const call = async (fun: string, ...args: unknown[]) => (await machine.call(`data.${fun}`, args)).return
  expect(await call('update', 'a', 1)).toBe(true)
  expect(await call('update', 'b', [2])).toBe(true)
  expect(await call('items')).toEqual({ a: 1, b: [2] })
  expect(await call('cas', 'a', 5, 2)).toBe(false)
  expect(await call('cas', 'a', 5, 1)).toBe(true)
  expect(await call('get', ['a', 'x', 'b'])).toEqual([5, [2]])
  expect(await call('get', 'x', 'none')).toBe('none')
  expect(await call('pop', 'a')).toBe(5)
  expect([await call('keys'), await call('values'), await call('has_key', 'a')]).toEqual([
    ['b'],
    [[2]],
    false,
  ])
  expect(await call('dump', "{'c': 3}")).toBe(true)
  expect(await call('dump', [1])).toBe(false)
  expect(await call('load')).toEqual({ c: 3 })
  expect(await call('clear')).toBe(true)
  expect(await call('load')).toEqual({})
})
