// SPDX-License-Identifier: Apache-2.0
import {
  type DumpJsonOptions,
  dumpJson,
  equal,
  Float,
  keysOf,
  loadJson,
  mapOf,
  pythonRepr,
  Secret,
  tupleOf,
} from '@halite/core'
import { assert, property } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { jsonValue } from './arbitrary.ts'

const ordered = mapOf([
  [10, 'a'],
  [2, 'b'],
  ['z', new Float(5)],
  [true, null],
  [null, 1],
  [1.5, 2],
  [new Float(7), 3],
])

const dumps: readonly (readonly [unknown, DumpJsonOptions, string])[] = [
  [ordered, {}, '{"10": "a", "2": "b", "z": 5.0, "true": null, "null": 1, "1.5": 2, "7.0": 3}'],
  [[1, new Float(-0), 1e20, 1e-7, 2n ** 70n], {}, '[1, -0.0, 1e+20, 1e-07, 1180591620717411303424]'],
  [[Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY], {}, '[NaN, Infinity, -Infinity]'],
  [[[], {}, tupleOf([1])], { indent: 2 }, '[\n  [],\n  {},\n  [\n    1\n  ]\n]'],
  [{ a: [1], b: {} }, { indent: 0 }, '{\n"a": [\n1\n],\n"b": {}\n}'],
  [{ a: 1 }, { indent: '\t' }, '{\n\t"a": 1\n}'],
  [{ b: 1, a: 2 }, { sortKeys: true, separators: [',', ':'] }, '{"a":2,"b":1}'],
  [
    mapOf([
      [10, 1],
      [9, 2],
      [true, 3],
    ]),
    { sortKeys: true },
    '{"true": 3, "9": 2, "10": 1}',
  ],
  ['é\u2028\x7f😀"\\\n\x01', {}, '"é\u2028\x7f😀\\"\\\\\\n\\u0001"'],
  ['é\x7f😀', { ensureAscii: true }, '"\\u00e9\\u007f\\ud83d\\ude00"'],
  [mapOf([['__proto__', 1]]), {}, '{"__proto__": 1}'],
  [{ a: new Secret('x') }, {}, '{"a": "**********"}'],
  [Buffer.from('a\xff', 'latin1'), { fallback: pythonRepr }, '"b\'a\\\\xff\'"'],
]

describe('dumpJson', () => {
  test.each(dumps)('%o with %o', (value, options, text) => {
    expect(dumpJson(value, options)).toBe(text)
  })

  test.each([
    [Buffer.alloc(0), {}, 'Object of type bytes is not JSON serializable'],
    [[new Set()], {}, 'Object of type set is not JSON serializable'],
    [mapOf([[Buffer.alloc(0), 1]]), {}, 'keys must be str, int, float, bool or None, not bytes'],
    [mapOf([[tupleOf([]), 1]]), {}, 'keys must be str, int, float, bool or None, not tuple'],
    [
      mapOf([
        ['a', 1],
        [1, 2],
      ]),
      { sortKeys: true },
      "'<' not supported between instances of 'int' and 'str'",
    ],
  ] as const)('%o is refused', (value, options, text) => {
    expect(() => dumpJson(value, options)).toThrow(text)
  })
})

describe('loadJson', () => {
  test('keeps the order of keys and the types of numbers', () => {
    const value = loadJson('{"10": 5.0, "2": 5, "z": 1e2, "__proto__": 12345678901234567890, "a": -0}')
    expect(keysOf(value as Map<string, unknown>)).toEqual(['10', '2', 'z', '__proto__', 'a'])
    expect(pythonRepr(value)).toBe(
      "{'10': 5.0, '2': 5, 'z': 100.0, '__proto__': 12345678901234567890, 'a': 0}",
    )
    expect(pythonRepr(loadJson(' [NaN, Infinity, -Infinity, -0.0, 1.5, 1E400, 9007199254740993] '))).toBe(
      '[nan, inf, -inf, -0.0, 1.5, inf, 9007199254740993]',
    )
    expect(loadJson('{"a": 1, "b": 2, "a": 3}')).toEqual({ a: 3, b: 2 })
    expect(loadJson('"\\ud83d\\ude00\\n\\/\\u0000é"')).toBe('😀\n/\0é')
  })

  test.each([
    ['', 'Expecting value: line 1 column 1 (char 0)'],
    ['[1,]', 'Expecting value: line 1 column 4 (char 3)'],
    ['{"a": 1,\n "b" 2}', "Expecting ':' delimiter: line 2 column 6 (char 14)"],
    ['{a: 1}', 'Expecting property name enclosed in double quotes: line 1 column 2 (char 1)'],
    ['{"a": 1,}', 'Expecting property name enclosed in double quotes: line 1 column 9 (char 8)'],
    ['"😀" x', 'Extra data: line 1 column 5 (char 4)'],
    ['[1 2]', "Expecting ',' delimiter: line 1 column 4 (char 3)"],
    ['1 2', 'Extra data: line 1 column 3 (char 2)'],
    ['01', 'Extra data: line 1 column 2 (char 1)'],
    ['"abc', 'Unterminated string starting at: line 1 column 1 (char 0)'],
    ['"a\nb"', 'Invalid control character at: line 1 column 3 (char 2)'],
    ['"\\x"', 'Invalid \\escape: line 1 column 2 (char 1)'],
    ['"\\u12"', 'Invalid \\uXXXX escape: line 1 column 4 (char 3)'],
    ['nul', 'Expecting value: line 1 column 1 (char 0)'],
  ])('%o is refused in the words of Python', (text, message) => {
    expect(() => loadJson(text)).toThrow(message)
  })

  test('bounds its depth', () => {
    expect(() => loadJson('['.repeat(100_000))).toThrow('JSON is nested deeper than 512 levels')
    expect(() => loadJson('[[[]]]', { maxDepth: 2 })).toThrow('deeper than 2')
  })
})

test('what is dumped loads as what it was', () => {
  assert(
    property(jsonValue(), (value) => {
      for (const options of [{}, { indent: 2 }, { ensureAscii: true }]) {
        const loaded = loadJson(dumpJson(value, options))
        expect(pythonRepr(loaded)).toBe(pythonRepr(value))
        expect(equal(loaded, value)).toBe(true)
      }
    }),
  )
})
