// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest'
import { functionCall, saltCall } from '../src/arguments.ts'
import { parseCommandLine } from '../src/options/parse.ts'
import { saltTool } from '../src/options/salt.ts'

function call(...argv: string[]) {
  const { options, words } = parseCommandLine(saltTool, argv, { env: {} })
  return saltCall(words, options)
}

describe('the words of salt', () => {
  it('are target, function and arguments', () => {
    expect(call('web*', 'pkg.install', 'vim', 'refresh=True')).toStrictEqual({
      tgt: 'web*',
      tgtType: 'glob',
      fun: 'pkg.install',
      arg: ['vim', { refresh: true, __kwarg__: true }],
    })
  })

  it.each([
    ['-E', 'pcre'],
    ['-G', 'grain'],
    ['-P', 'grain_pcre'],
    ['-N', 'nodegroup'],
    ['-C', 'compound'],
    ['-I', 'pillar'],
    ['-J', 'pillar_pcre'],
    ['-S', 'ipcidr'],
  ])('have the target type of %s', (option, tgtType) => {
    expect(call(option, 'x', 'test.ping')).toMatchObject({ tgt: 'x', tgtType })
  })

  it.each([
    ['a,b', ['a', 'b']],
    ['a, b', ['a', 'b']],
    ['a b  c', ['a', 'b', 'c']],
    ['a', ['a']],
    ['a,', ['a']],
  ])('divide the list %j', (list, tgt) => {
    expect(call('-L', list, 'test.ping')).toMatchObject({ tgt, tgtType: 'list' })
  })

  it('refuse two ways to read the target', () => {
    expect(() => call('-E', '-G', 'x', 'test.ping')).toThrow(
      'The options --pcre/--grain are mutually exclusive. Please only choose one of them',
    )
  })

  it('refuse to be incomplete', () => {
    const incomplete = (message: string) => expect.objectContaining({ message, code: 'USAGE', exitCode: 42 })
    expect(() => call()).toThrow(incomplete('Cannot execute command without defining a target.'))
    expect(() => call('*')).toThrow(incomplete('Incomplete options passed.'))
  })

  it.each([
    [['-d'], '*', []],
    [['-d', 'web1'], 'web1', []],
    [['-d', '*', 'test.ping'], '*', ['test.ping']],
    [['-d', '*', 'sys.doc', 'test'], '*', ['test']],
  ])('ask for documentation: %j', (argv, tgt, arg) => {
    expect(call(...argv)).toMatchObject({ tgt, fun: 'sys.doc', arg })
  })

  it('ask for one documentation at a time', () => {
    expect(() => call('-d', '*', 'a.b', 'c.d')).toThrow(
      'You can only get documentation for one method at one time.',
    )
  })
})

describe('a compound call', () => {
  it.each([
    [
      ['x', ',', 'y'],
      [['x'], ['y']],
    ],
    [
      [',', 'echo hi'],
      [[], ['echo hi']],
    ],
    [[',echo hi'], [[], ['echo hi']]],
    [['x,y'], [['x'], ['y']]],
    [
      ['x', 'y,', 'z'],
      [['x', 'y'], ['z']],
    ],
    [
      ['a=1', ',', 'b=2'],
      [[{ a: 1, __kwarg__: true }], [{ b: 2, __kwarg__: true }]],
    ],
    [
      ['', ',', 'y'],
      [[''], ['y']],
    ],
    [
      ['a,b', ',', 'y'],
      [['a,b'], ['y']],
    ],
  ])('divides %j among its functions', (words, arg) => {
    expect(functionCall('a.b,c.d', words)).toStrictEqual({ fun: ['a.b', 'c.d'], arg })
  })

  it('takes another separator', () => {
    const options = { argsSeparator: '::' }
    expect(functionCall('a.b,c.d', ['x,y', '::', 'z'], options).arg).toStrictEqual([['x,y'], ['z']])
  })

  it('needs as many groups of arguments as functions', () => {
    expect(() => functionCall('a.b,c.d', ['x'])).toThrow(
      expect.objectContaining({
        message: 'Cannot execute compound command without defining all arguments.',
        exitCode: 42,
      }),
    )
    expect(() => functionCall('a.b,c.d', ['x', ',', 'y', ',', 'z'])).toThrow(
      'Cannot execute compound command with more arguments than commands.',
    )
  })

  it('is a single function without a comma in the function', () => {
    expect(functionCall('a.b', ['x', ',', 'y'])).toStrictEqual({ fun: 'a.b', arg: ['x', ',', 'y'] })
  })
})
