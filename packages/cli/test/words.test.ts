// SPDX-License-Identifier: Apache-2.0
import { existsSync, readFileSync } from 'node:fs'
import { Float, floatOf, mapOf } from '@halite/core'
import { beforeEach, describe, expect, it } from 'vitest'
import { parseWord, parseWords, wireArguments } from '../src/words.ts'

describe('a word', () => {
  it.each([
    // plain text, integers and constants: the path without YAML
    ['vim', 'vim'],
    ['/etc/hosts', '/etc/hosts'],
    ['echo hi', 'echo hi'],
    ['salt://top.sls', 'salt://top.sls'],
    ['C:\\Program Files', 'C:\\Program Files'],
    ['a=b', 'a=b'],
    ['15', 15],
    ['-3', -3],
    ['0', 0],
    ['-0', 0],
    ['True', true],
    ['false', false],
    ['None', null],
    ['null', null],
    // YAML 1.1
    ['yes', true],
    ['oFF', 'oFF'],
    ['y', 'y'],
    ['~', null],
    ['5.3', 5.3],
    ['5.0', new Float(5)],
    ['1e+20', '1e+20'],
    ['100000000000000000000.0', 1e20],
    [
      '{10: a, 2: b}',
      mapOf([
        [10, 'a'],
        [2, 'b'],
      ]),
    ],
    ['{"__proto__": 1}', mapOf([['__proto__', 1]])],
    ['.5', 0.5],
    ['1e3', '1e3'],
    ['0x10', 16],
    ['0755', 755],
    ['16:34', 994],
    ['"5"', '5'],
    ["'a b'", 'a b'],
    ['[a, 1]', ['a', 1]],
    ['{a: 1}', { a: 1 }],
    ['12345678901234567890', 12345678901234567890n],
    ['1.2.3', '1.2.3'],
    ['"2024-01-01"', '2024-01-01'],
    ['&a', null],
    ['&a b', 'b'],
    ['&$x', '&$x'],
  ])('%j becomes what Salt makes of it', (word, value) => {
    expect(parseWord(word)).toStrictEqual(value)
  })

  it.each([
    '',
    '  ',
    '---',
    ' ... ',
    '1_000',
    'a\tb',
    'a\nb',
    '#',
    'a #b',
    '"#x"',
    'a: b',
    '- a',
    '|',
    '!',
    '!x',
    '%x',
  ])('%j stays as typed, as YAML would lose part of it', (word) => {
    expect(parseWord(word)).toBe(word)
  })

  it.each(['2024-01-01', '2024-01-01 ', '2001-12-14t21:59:43.10-05:00', '!!binary YQ==', '!!set {a}'])(
    '%j stays as typed, as its type does not travel',
    (word) => {
      expect(parseWord(word)).toBe(word)
    },
  )

  it('may hold # inside a list', () => {
    expect(parseWord('[a#b]')).toStrictEqual(['a#b'])
  })
})

describe('the words of a call', () => {
  it('divides keyword arguments from positional ones wherever they stand', () => {
    expect(parseWords(['1', 'two=2', 'three', 'four=a=b'])).toStrictEqual({
      args: [1, 'three'],
      kwargs: { two: 2, four: 'a=b' },
    })
  })

  it.each(['1a=c', 'a b=c', 'x==1', 'x =1', '--x=1', '=b', 'http://x/?a=b', 'a=b\nc'])(
    'takes %j for a positional argument',
    (word) => {
      expect(parseWords([word])).toStrictEqual({ args: [word], kwargs: {} })
    },
  )

  it.each([
    ['a.b-c=d', { 'a.b-c': 'd' }],
    ['größe=1', { größe: 1 }],
    ['a=', { a: '' }],
    ['a=b\n', { a: 'b' }],
  ])('takes %j for a keyword argument', (word, kwargs) => {
    expect(parseWords([word])).toStrictEqual({ args: [], kwargs })
  })

  it('lets the last of several values win', () => {
    expect(parseWords(['a=1', 'a=2']).kwargs).toStrictEqual({ a: 2 })
  })

  it('keeps the text of keywords named by --no-parse', () => {
    const options = { noParse: ['version'] }
    expect(parseWords(['version=5.10', 'n=5', '5.5'], options)).toStrictEqual({
      args: [5.5],
      kwargs: { version: '5.10', n: 5 },
    })
  })

  it('makes __proto__ a keyword like any other', () => {
    const { kwargs } = parseWords(['__proto__={a: 1}'])
    expect(Object.entries(kwargs)).toStrictEqual([['__proto__', { a: 1 }]])
    expect(Object.getPrototypeOf(kwargs)).toBe(Object.prototype)
  })
})

describe('arguments on the wire', () => {
  it('end with a marked map when there are keyword arguments', () => {
    expect(wireArguments(['1', 'a=2', 'b'])).toStrictEqual([1, 'b', { a: 2, __kwarg__: true }])
    expect(wireArguments(['1', 'b'])).toStrictEqual([1, 'b'])
  })

  it('carry an integer that is a job id as text', () => {
    expect(wireArguments(['20261120045128019640'])).toStrictEqual(['20261120045128019640'])
  })

  it('carry a number as written where the number alone would lose text', () => {
    expect(wireArguments(['5.10', '5.1', '5.', '5', '.inf', '1:30.5', 'v=3006.10'])).toStrictEqual([
      { __float__: '5.10' },
      5.1,
      { __float__: '5.' },
      5,
      Number.POSITIVE_INFINITY,
      90.5,
      { v: { __float__: '3006.10' }, __kwarg__: true },
    ])
  })

  it.each([
    ['yes', true],
    ['true', true],
    ['12:30', 750],
    ['0x10', 16],
    ['0777', 777],
    ['+5', 5],
    ['null', null],
    ['None', null],
    ['~', null],
    ['[ -f x ]', ['-f x']],
  ])('carry %s as typed beside its value', (word, value) => {
    expect(wireArguments([word])).toStrictEqual([{ __word__: word, value }])
    expect(wireArguments([`k=${word}`])).toStrictEqual([{ k: { __word__: word, value }, __kwarg__: true }])
  })

  it.each(['True', 'False', '5', '-5', 'text', '"yes"', '5.1'])('carry %s as the value alone', (word) => {
    expect(wireArguments([word])).toStrictEqual([parseWord(word)])
  })

  it('carry the scalars inside a list or map as typed too', () => {
    expect(wireArguments(['{F: yes, G: [0x10, a]}'])).toStrictEqual([
      {
        __word__: '{F: yes, G: [0x10, a]}',
        value: {
          F: { __word__: 'yes', value: true },
          G: [{ __word__: '0x10', value: 16 }, 'a'],
        },
      },
    ])
  })

  it('refuse a keyword named __proto__', () => {
    expect(() => wireArguments(['__proto__=1'])).toThrow("cannot be named '__proto__'")
  })

  it('cannot be confused by a keyword named __kwarg__', () => {
    expect(wireArguments(['__kwarg__=no', 'a=1'])).toStrictEqual([{ a: 1, __kwarg__: true }])
  })
})

interface Table {
  readonly words: readonly { readonly in: string; readonly out: unknown }[]
  readonly lines: readonly {
    readonly in: readonly string[]
    readonly args: unknown
    readonly kwargs: unknown
  }[]
}

const tablePath = new URL('../../../../shared/truth/args.json', import.meta.url)

const table: Table = existsSync(tablePath)
  ? JSON.parse(readFileSync(tablePath, 'utf8'))
  : { words: [], lines: [] }

describe("Salt's own answers", () => {
  beforeEach((ctx) =>
    ctx.skip(table.words.length === 0, 'no ../shared/truth/args.json; the tests above cover each rule'),
  )

  it('has rows', () => {
    expect(table.words.length).toBeGreaterThan(0)
  })

  it.each(table.words)('$in', ({ in: word, out }) => {
    expect(parseWord(word)).toStrictEqual(decoded(out))
  })

  it.each(table.lines)('$in', ({ in: words, args, kwargs }) => {
    expect(parseWords(words)).toStrictEqual({ args: decoded(args), kwargs: decoded(kwargs) })
  })
})

/** The table's encoding: `$float` and `$int` hold the text of a number, `$map` a list of pairs. */
function decoded(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(decoded)
  if (typeof value !== 'object' || value === null) return value
  if ('$int' in value) return BigInt(String(value.$int))
  if ('$float' in value) return floatOf(Number(String(value.$float).replace('inf', 'Infinity')))
  if ('$map' in value && Array.isArray(value.$map)) {
    return mapOf(value.$map.map(([key, part]: [unknown, unknown]) => [decoded(key), decoded(part)] as const))
  }
  return value
}
