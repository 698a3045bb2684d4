// SPDX-License-Identifier: Apache-2.0
import { afterAll, expect, test } from 'vitest'
import { Masterless, resultsOf, type ShortResult } from './fixtures/masterless.ts'

const machine = new Masterless().write({ 'roots/other.txt': 'x' })
afterAll(() => machine[Symbol.dispose]())

type Rows = Readonly<Record<string, readonly [arguments_: string, expected: Partial<ShortResult>]>>

const executed = (fun: string) => `Module function ${fun} executed`

const run: Rows = {
  'the name alone': [
    '{name: test.ping}',
    { result: true, changes: { ret: true }, comment: executed('test.ping') },
  ],
  'arguments beside the name': ['{name: test.echo, text: a}', { result: true, changes: { ret: 'a' } }],
  'further values and keywords': [
    '{name: test.arg, args: [1, two], kwargs: {three: 3}}',
    { changes: { ret: { args: [1, 'two'], kwargs: { three: 3 } } } },
  ],
  'further values that are no list': [
    '{name: test.arg, args: 1}',
    { result: false, comment: "'args' must be a list." },
  ],
  'an argument of a name that states have themselves': [
    '{name: cp.hash_file, path: "salt://other.txt", m_saltenv: nowhere}',
    { result: true, changes: { ret: {} } },
  ],
  'arguments that are missing': [
    '{name: hashutil.hmac_compute}',
    { result: false, comment: 'The following arguments are missing: string shared_secret' },
  ],
  'no such function': [
    '{name: test.nono}',
    { result: false, comment: 'Module function test.nono is not available' },
  ],
  'a function that throws': [
    '{name: test.exception, message: boo}',
    { result: false, comment: 'Module function test.exception threw an exception. Exception: boo' },
  ],
  'a function that returns False': ['{name: test.false}', { result: false, changes: { ret: false } }],
  'a retcode inside the return': [
    '{name: cmd.run_all, cmd: exit 3, python_shell: true}',
    { result: false, comment: executed('cmd.run_all') },
  ],
  'functions as keys': [
    '{test.echo: [hi], "test.echo:again": [{text: ho}], test.ping: null}',
    {
      result: true,
      changes: { 'test.echo': 'hi', 'test.echo:again': 'ho', 'test.ping': true },
      comment: 'test.echo: hi, test.echo:again: ho, test.ping: True',
    },
  ],
  'functions that fail and others that do not': [
    '{test.false: null, test.echo: null, cmd.run_all: [{cmd: exit 3}, {python_shell: true}], test.ping: null}',
    {
      result: false,
      changes: { 'test.ping': true },
      comment:
        "'test.false': False, 'test.echo' failed: Missing arguments: text, 'cmd.run_all' failed: (error message N/A), test.ping: True",
    },
  ],
  'the first of two values for a keyword': [
    '{test.echo: [{text: first}, {text: second}]}',
    { changes: { 'test.echo': 'first' } },
  ],
  'functions that are not there': [
    '{test.nono: null, test.nini: null, test.ping: null}',
    { result: false, changes: {}, comment: 'Unavailable functions: test.nono, test.nini.' },
  ],
}

test.each(Object.entries(run))('module.run: %s', async (_, [args, expected]) => {
  const [result] = resultsOf(await machine.apply(`one: {module.run: [${args}]}\n`))
  expect(result).toMatchObject(expected)
})

test('module.run: what would run with test=True', async () => {
  const sls = 'one: {module.run: [{test.exception: [x]}]}\ntwo: {module.run: [{name: test.exception}]}\n'
  const results = resultsOf(await machine.apply(sls, { test: true })) as ShortResult[]
  expect(results.map(({ result, comment }) => [result, comment])).toEqual([
    [null, 'Function test.exception to be executed.'],
    [null, 'Module function test.exception is set to execute'],
  ])
})

test('module.run: a call that does not fit its function fails in the words of Python', async () => {
  const sls = 'one: {module.run: [{test.ping: [x]}, {test.false: [{cmd: y}]}]}\n'
  expect(resultsOf(await machine.apply(sls))).toMatchObject([
    {
      comment:
        "'test.ping' failed: ping() takes 0 positional arguments but 1 was given, " +
        "'test.false' failed: false() got an unexpected keyword argument 'cmd'",
    },
  ])
})

test('module.run: values that count for nothing are warned of', async () => {
  const sls = 'one: {module.run: [{name: test.echo, text: a, txt: b, returner: redis}]}\n'
  const { return: value } = await machine.apply(sls)
  expect(Object.values(value as object)[0].warnings).toEqual([
    'test.echo does not take txt: the value counted for nothing',
    "returner 'redis' is not available: the return of the function stands in the changes of this state and was sent nowhere else",
  ])
})

test('module.wait: only when what it watches changed', async () => {
  const sls = (changes: string) => `
watched: {test.configurable_test_state: [{changes: ${changes}, result: true}]}
one: {module.wait: [{test.echo: [hi]}, {watch: [{test: watched}]}]}
two: {module.watch: [{name: test.echo}, {text: ho}, {watch: [{test: watched}]}]}
`
  const changesOf = async (changes: string) =>
    (resultsOf(await machine.apply(sls(changes))) as ShortResult[]).slice(1).map((each) => each.changes)
  expect(await changesOf('false')).toEqual([{}, {}])
  expect(await changesOf('true')).toEqual([{ 'test.echo': 'hi' }, { ret: 'ho' }])
})
