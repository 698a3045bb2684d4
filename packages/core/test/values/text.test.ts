// SPDX-License-Identifier: Apache-2.0
import {
  Float,
  pythonRepr,
  pythonStr,
  pythonTupleRepr,
  pythonTypeName,
  Secret,
  tupleOf,
  ValueMap,
} from '@halite/core'
import { describe, expect, test } from 'vitest'

const cases: readonly (readonly [unknown, string])[] = [
  [null, 'None'],
  [undefined, 'None'],
  [true, 'True'],
  [false, 'False'],
  [0, '0'],
  [-7, '-7'],
  [1.5, '1.5'],
  [-0, '-0.0'],
  [1e15, '1000000000000000'],
  [9007199254740992, '9007199254740992.0'],
  [1e16, '1e+16'],
  [1e20, '1e+20'],
  [1.5e300, '1.5e+300'],
  [0.0001, '0.0001'],
  [0.00001, '1e-05'],
  [1.25e-10, '1.25e-10'],
  [Number.NaN, 'nan'],
  [Number.POSITIVE_INFINITY, 'inf'],
  [Number.NEGATIVE_INFINITY, '-inf'],
  [9007199254740993n, '9007199254740993'],
  ['', "''"],
  ['two', "'two'"],
  ["it's", '"it\'s"'],
  ['say "hi"', '\'say "hi"\''],
  ['both \' and "', "'both \\' and \"'"],
  ['a\\b\n\r\t', "'a\\\\b\\n\\r\\t'"],
  ['\x00\x1b\x7f\x85\xa0\xad', "'\\x00\\x1b\\x7f\\x85\\xa0\\xad'"],
  ['é日本😀', "'é日本😀'"],
  ['\u200b\u2028\ufeff', "'\\u200b\\u2028\\ufeff'"],
  ['\u{e0001}', "'\\U000e0001'"],
  ['\ud800', "'\\ud800'"],
  [Buffer.from([0, 9, 65, 39, 92, 127, 255]), 'b"\\x00\\tA\'\\\\\\x7f\\xff"'],
  [[], '[]'],
  [[1, 'two', [null]], "[1, 'two', [None]]"],
  [{}, '{}'],
  [{ kw: 6, 'a b': { c: true } }, "{'kw': 6, 'a b': {'c': True}}"],
  [new Map<unknown, unknown>([[1, 'x']]), "{1: 'x'}"],
  [new Float(5), '5.0'],
  [new Float(-0), '-0.0'],
  [new Float(9007199254740991), '9007199254740991.0'],
  [[new Float(1)], '[1.0]'],
  [tupleOf([1, [2]]), '(1, [2])'],
  [tupleOf(['a']), "('a',)"],
  [new Set([1, 'a']), "{1, 'a'}"],
  [new Set(), 'set()'],
  [
    new ValueMap([
      [10, 'a'],
      [true, new Float(2)],
      [null, []],
      [new Float(5), 'f'],
    ]),
    "{10: 'a', True: 2.0, None: [], 5.0: 'f'}",
  ],
  [new Secret('hidden'), "'**********'"],
]

describe('pythonRepr', () => {
  test.each(cases)('%o is written %s', (value, text) => {
    expect(pythonRepr(value)).toBe(text)
  })
})

test('pythonStr leaves text alone at the top only', () => {
  expect(pythonStr('a')).toBe('a')
  expect(pythonStr(['a'])).toBe("['a']")
})

test('a tuple of one has a comma', () => {
  expect([[], [1], [1, 'two']].map(pythonTupleRepr)).toEqual(['()', '(1,)', "(1, 'two')"])
})

test('types have the names that Python gives them', () => {
  const scalars = [null, true, 1, 1n, 1.5, new Float(1), 1e20, 'a', Buffer.alloc(0)]
  const names = ['NoneType', 'bool', 'int', 'int', 'float', 'float', 'float', 'str', 'bytes']
  expect(scalars.map(pythonTypeName)).toEqual(names)
  const values = [[], {}, new ValueMap(), new Map(), tupleOf([]), new Set()]
  const more = ['list', 'dict', 'dict', 'dict', 'tuple', 'set']
  expect(values.map(pythonTypeName)).toEqual(more)
})
