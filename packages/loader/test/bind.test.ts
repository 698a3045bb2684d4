// SPDX-License-Identifier: Apache-2.0
import { isSaltError } from '@halite/core'
import { describe, expect, test } from 'vitest'
import { arg, argspecOf, bind, bindNamed, docOf, fn, keywordMap, writtenNumber } from '../src/index.ts'

const echo = fn({ doc: '', args: { text: arg.string('.') }, run: () => null })
const none = fn({ doc: '', run: () => null })
const install = fn({
  doc: '',
  args: {
    name: arg.string('.'),
    version: arg.string('.').optional(),
    refresh: arg.boolean('.').default(false),
  },
  run: () => null,
})
const three = fn({
  doc: '',
  args: { a: arg.any('.'), b: arg.any('.'), c: arg.any('.') },
  run: () => null,
})
const open = fn({
  doc: '',
  args: { first: arg.any('.').optional(), args: arg.rest('.'), kwargs: arg.keywords('.') },
  run: () => null,
})

describe('bind', () => {
  test('puts positional values in the order of declaration and fills in defaults', () => {
    expect(bind('pkg.install', install, ['vim'])).toEqual({
      name: 'vim',
      version: undefined,
      refresh: false,
    })
    expect(bind('pkg.install', install, ['vim', 9, 'yes'])).toEqual({
      name: 'vim',
      version: '9',
      refresh: true,
    })
  })

  test('takes keyword maps wherever they stand; the last one wins', () => {
    const wire = [keywordMap({ refresh: false, version: 1 }), 'vim', keywordMap({ refresh: true })]
    expect(bind('pkg.install', install, wire)).toEqual({ name: 'vim', version: '1', refresh: true })
  })

  test('takes a map without the mark for a value', () => {
    expect(bind('test.open', open, [{ a: 5 }])).toEqual({ first: { a: 5 }, args: [], kwargs: {} })
    expect(bind('test.open', open, [{ __kwarg__: false }]).first).toEqual({ __kwarg__: false })
  })

  test('hands further values to rest and unnamed keywords to keywords', () => {
    const bound = bind('test.open', open, [1, 2, 3, keywordMap({ kw: 6, __pub_jid: 'j' })])
    expect(bound).toEqual({ first: 1, args: [2, 3], kwargs: { kw: 6, __pub_jid: 'j' } })
  })

  test('drops __pub_ keywords where none are collected', () => {
    expect(bind('test.ping', none, [keywordMap({ __pub_jid: 'j' })])).toEqual({})
  })

  test('keeps a keyword called __proto__ a keyword', () => {
    const wire = JSON.parse('[{"__kwarg__": true, "__proto__": {"polluted": true}}]')
    const { kwargs } = bind('test.open', open, wire)
    expect(Object.hasOwn(kwargs, '__proto__')).toBe(true)
    expect(Object.getPrototypeOf(kwargs)).toBe(Object.prototype)
    expect(() => bind('test.ping', none, wire)).toThrow('The following keyword arguments are not valid')
  })

  test('gives a written number as text to text and as a number to all else', () => {
    const wire = [writtenNumber('5.10'), [writtenNumber('5.10')]]
    expect(bind('test.echo', echo, wire.slice(0, 1))).toEqual({ text: '5.10' })
    expect(bind('test.open', open, wire)).toEqual({ first: 5.1, args: [[5.1]], kwargs: {} })
  })
})

const refused: readonly (readonly [string, () => unknown])[] = [
  [
    "Passed invalid arguments to test.echo: echo() missing 1 required positional argument: 'text'",
    () => bind('test.echo', echo, []),
  ],
  [
    "Passed invalid arguments to t.three: three() missing 2 required positional arguments: 'a' and 'c'",
    () => bind('t.three', three, [keywordMap({ b: 1 })]),
  ],
  [
    "Passed invalid arguments to t.three: three() missing 3 required positional arguments: 'a', 'b', and 'c'",
    () => bind('t.three', three, []),
  ],
  [
    'Passed invalid arguments to test.ping: ping() takes 0 positional arguments but 1 was given',
    () => bind('test.ping', none, ['x']),
  ],
  [
    'Passed invalid arguments to test.echo: echo() takes 1 positional argument but 2 were given',
    () => bind('test.echo', echo, ['x', 'y']),
  ],
  [
    'Passed invalid arguments to pkg.install: install() takes from 1 to 3 positional arguments but 4 were given',
    () => bind('pkg.install', install, [1, 2, true, 4]),
  ],
  [
    "Passed invalid arguments to test.echo: echo() got multiple values for argument 'text'",
    () => bind('test.echo', echo, ['x', keywordMap({ text: 'y' })]),
  ],
  [
    "ERROR executing 'test.ping': The following keyword arguments are not valid: foo=bar, n=1, on=True",
    () => bind('test.ping', none, [keywordMap({ foo: 'bar', n: 1, on: true })]),
  ],
  [
    'Passed invalid arguments to pkg.install: argument \'refresh\': expected true or false, got "maybe"',
    () => bind('pkg.install', install, ['vim', keywordMap({ refresh: 'maybe' })]),
  ],
]

describe('bind refuses in the words of Salt', () => {
  test.each(refused)('%s', (message, call) => {
    const error = thrownBy(call)
    expect(error).toMatchObject({ code: 'ARGUMENTS_INVALID', message })
    expect(isSaltError(error, 'ARGUMENTS_INVALID')).toBe(true)
  })
})

describe('bindNamed', () => {
  test('gives rest its list by name', () => {
    expect(bindNamed('test.open', open, { args: [1, 2], first: 0, kw: 3 })).toEqual({
      first: 0,
      args: [1, 2],
      kwargs: { kw: 3 },
    })
  })

  test('refuses what bind refuses', () => {
    expect(() => bindNamed('test.ping', none, { a: 1 })).toThrow('a=1')
  })
})

function thrownBy(call: () => unknown): unknown {
  try {
    call()
  } catch (error) {
    return error
  }
  throw new Error('nothing was thrown')
}

describe('a command that begins with an assignment', () => {
  const runs = fn({
    doc: 'Runs.',
    args: { cmd: arg.string('A command.'), kwargs: arg.keywords('More.') },
    run: () => undefined,
  })

  test('is a keyword, and the error says so', () => {
    const call = () => bind('cmd.run', runs, [keywordMap({ bar: '1; echo $bar' })])
    expect(call).toThrow(
      "missing 1 required positional argument: 'cmd'\n'bar=1; echo $bar' was read as a keyword argument; to give it as cmd, write cmd='bar=1; echo $bar'",
    )
  })

  test('is absent when only facts of the job came', () => {
    expect(() => bind('cmd.run', runs, [keywordMap({ __pub_jid: '1' })])).toThrow(/'cmd'$/)
  })
})

describe('an argument that is not supported', () => {
  const run = fn({
    doc: '',
    args: {
      password: arg.unsupported(null, 'there are none here'),
      page: arg.unsupported(65001, 'there is one'),
      encoded: arg.unsupported(false, 'nothing decodes it'),
    },
    run: () => null,
  })
  const defaults = { password: null, page: 65001, encoded: false }

  test.each([
    [{}],
    [defaults],
    [{ password: '', page: null, encoded: 0 }],
    [{ password: false, page: 65001n, encoded: null }],
  ])('is taken where it asks for nothing: %o', (keywords) => {
    expect(bind('cmd.run', run, [keywordMap(keywords)])).toEqual(defaults)
  })

  test.each([
    ['password', 'secret', 'there are none here'],
    ['page', 850, 'there is one'],
    ['page', 0, 'there is one'],
    ['encoded', true, 'nothing decodes it'],
    ['encoded', 'False', 'nothing decodes it'],
  ])('is refused with the reason where it asks for something: %s=%s', (key, value, reason) => {
    expect(() => bind('cmd.run', run, [keywordMap({ [key]: value })])).toThrow(
      expect.objectContaining({
        message: `Passed invalid arguments to cmd.run: argument '${key}': not supported: ${reason}`,
        data: { fun: 'cmd.run', fault: 'keyword' },
      }),
    )
  })

  test('is shown with the default of Salt', () => {
    expect(argspecOf(run)).toMatchObject({
      args: ['password', 'page', 'encoded'],
      defaults: [null, 65001, false],
    })
    expect(docOf(run)).toContain('page : 65001\n        Not supported: there is one.')
  })
})
