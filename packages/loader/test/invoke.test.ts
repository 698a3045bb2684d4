// SPDX-License-Identifier: Apache-2.0
import { parseMinionId, SaltError, silentLog } from '@halite/core'
import { describe, expect, test } from 'vitest'
import {
  arg,
  createContext,
  defineModule,
  docOf,
  failed,
  fn,
  type JobContext,
  keywordMap,
  Registry,
  runFunction,
} from '../src/index.ts'

const throwing = (error: unknown) =>
  fn({
    doc: 'Fail.',
    run: () => {
      throw error
    },
  })

const module = defineModule({
  name: 'demo',
  doc: 'For these tests.',
  functions: {
    ping: fn({ doc: 'Answer.', run: () => true }),
    nothing: fn({ doc: 'Return nothing.', run: () => undefined }),
    echo: fn({ doc: 'Return it.', args: { text: arg.any('What.') }, run: (_ctx, { text }) => text }),
    shown: fn({ doc: 'Return text.', outputter: 'txt', run: () => 'text' }),
    kwarg: fn({
      doc: 'Return them.',
      args: { kwargs: arg.keywords('Any.') },
      run: (_ctx, args) => args.kwargs,
    }),
    fails: fn({ doc: 'Fail.', run: () => failed('partly', 3) }),
    nests: fn({
      doc: 'Call another.',
      args: { fun: arg.string('Which.') },
      run: async (ctx, { fun }) => ctx.call(fun),
    }),
    remembers: fn({
      doc: 'Count the calls of this job.',
      run: ({ memo }) => {
        const count = Number(memo.get('count') ?? 0) + 1
        memo.set('count', count)
        return count
      },
    }),
    broken: throwing(new TypeError('boom')),
    odd: throwing('just text'),
    programless: fn({
      doc: 'Runs a program that does not exist.',
      args: {},
      run: (ctx) => ctx.run.text(['halite-no-such-program']),
    }),
    command: throwing(new SaltError('COMMAND_FAILED', 'apt-get ended with 100')),
    misused: throwing(new SaltError('ARGUMENTS_INVALID', 'name and pkgs exclude each other')),
  },
})

const job: JobContext = {
  jid: '20260101120000000000',
  user: 'root',
  tgt: '*',
  tgtType: 'glob',
  fun: 'demo.kwarg',
  arg: [1],
  ret: '',
}

function run(
  fun: string | string[],
  arg: unknown[] = [],
  input: { job?: JobContext; options?: object } = {},
) {
  const registry = new Registry({
    execution: { demo: { name: 'demo', load: async () => ({ default: module }) } },
  })
  const context = createContext({
    registry,
    id: parseMinionId('m1'),
    options: { ...input.options },
    grains: {},
    pillar: {},
    log: silentLog,
    ...(input.job === undefined ? {} : { job: input.job }),
  })
  return runFunction(registry, context, { fun, arg })
}

describe('a return', () => {
  test('is the value, with retcode 0', async () => {
    expect(await run('demo.ping')).toEqual({ return: true, retcode: 0, success: true })
    expect(await run('demo.nothing')).toEqual({ return: null, retcode: 0, success: true })
    expect(await run('demo.echo', [false])).toEqual({ return: false, retcode: 0, success: true })
  })

  test('names the outputter of its function', async () => {
    expect(await run('demo.shown')).toMatchObject({ out: 'txt' })
  })

  test('may bring a retcode of its own', async () => {
    expect(await run('demo.fails')).toEqual({ return: 'partly', retcode: 3, success: false })
  })

  test.each([
    [{ result: false }, 1],
    [{ result: null }, 1],
    [{ success: false, result: true }, 1],
    [{ result: true }, 0],
    [{ other: false }, 0],
    [[{ result: false }], 0],
  ])('%o has retcode %i', async (value, retcode) => {
    expect(await run('demo.echo', [keywordMap({ text: value })])).toMatchObject({ retcode })
  })
})

describe('a failure is a return with retcode 1', () => {
  const failure = (text: string) => ({
    return: text,
    retcode: 1,
    success: false,
    out: 'nested',
    error: expect.any(Error),
  })

  test('no such function', async () => {
    expect(await run('no.such')).toEqual(failure("'no.such' is not available."))
  })

  test('wrong arguments are followed by the documentation', async () => {
    const problem =
      "Passed invalid arguments to demo.echo: echo() missing 1 required positional argument: 'text'"
    expect(await run('demo.echo')).toEqual(failure(`${problem}\n${docOf(module.functions.echo)}`))
  })

  test('an unknown keyword', async () => {
    expect(await run('demo.ping', [keywordMap({ foo: 'bar' })])).toEqual(
      failure("ERROR executing 'demo.ping': The following keyword arguments are not valid: foo=bar"),
    )
  })

  test('a command that failed', async () => {
    expect(await run('demo.command')).toEqual(failure('ERROR: apt-get ended with 100'))
  })

  test('arguments that the function refuses', async () => {
    expect(await run('demo.misused')).toEqual(
      failure("ERROR executing 'demo.misused': name and pkgs exclude each other"),
    )
  })

  test('a program that is not there', async () => {
    expect(await run('demo.programless')).toMatchObject({
      return: 'ERROR: Unable to run halite-no-such-program: there is no such program here',
      retcode: 1,
    })
  })

  test('an exception, with its trace', async () => {
    const result = await run('demo.broken')
    expect(result.return).toMatch(/^The minion function caused an exception: TypeError: boom\n {4}at /)
    expect(result).toMatchObject({ retcode: 1, success: false, out: 'nested' })
    const text = 'The minion function caused an exception: just text'
    expect(await run('demo.odd')).toEqual({ ...failure(text), error: 'just text' })
  })

  test('a function that calls one that does not exist', async () => {
    expect(await run('demo.nests', ['no.such'])).toEqual(failure("ERROR: 'no.such' is not available."))
  })

  test('a function that calls one wrongly: without the documentation of the caller', async () => {
    expect(await run('demo.nests', ['demo.echo'])).toEqual(
      failure("Passed invalid arguments to demo.echo: echo() missing 1 required positional argument: 'text'"),
    )
  })
})

describe('keywords of the job', () => {
  test('reach a function that collects keywords, behind its own', async () => {
    const { return: kwargs } = await run('demo.kwarg', [keywordMap({ kw: 6 })], { job })
    expect(Object.entries(Object(kwargs))).toEqual([
      ['kw', 6],
      ['__pub_fun', 'demo.kwarg'],
      ['__pub_arg', [1]],
      ['__pub_tgt', '*'],
      ['__pub_jid', '20260101120000000000'],
      ['__pub_ret', ''],
      ['__pub_tgt_type', 'glob'],
      ['__pub_user', 'root'],
    ])
  })

  test('cannot be forged by a caller', async () => {
    const forged = [keywordMap({ __pub_user: 'mallory', a: 1 })]
    expect(await run('demo.kwarg', forged)).toMatchObject({ return: { a: 1 } })
    expect(await run('demo.kwarg', forged, { job })).toMatchObject({ return: { __pub_user: 'root' } })
  })
})

describe('a call from a function', () => {
  test('returns the plain value and drops the retcode', async () => {
    expect(await run('demo.nests', ['demo.fails'])).toEqual({ return: 'partly', retcode: 0, success: true })
  })
})

describe('several functions', () => {
  test('return a map by function, with the worst retcode', async () => {
    const functions = ['demo.ping', 'demo.fails', 'demo.echo', 'no.such']
    expect(await run(functions, [[], [], ['hi'], []])).toEqual({
      return: {
        'demo.ping': true,
        'demo.fails': 'partly',
        'demo.echo': 'hi',
        'no.such': "'no.such' is not available.",
      },
      retcode: 3,
      success: false,
    })
  })

  test('return a list with multifunc_ordered, and share one memo', async () => {
    const options = { multifunc_ordered: true }
    expect(await run(['demo.remembers', 'demo.remembers'], [[], []], { options })).toMatchObject({
      return: [1, 2],
    })
  })
})
