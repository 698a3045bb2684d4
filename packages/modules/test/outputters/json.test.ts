// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest'
import json from '../../src/outputters/json.ts'
import { lines, render } from './render.ts'

describe('json', () => {
  it('indents by four spaces', () => {
    expect(render(json, { m1: { a: [1, { b: null }], c: [], d: {} } })).toBe(
      lines(
        '{',
        '    "m1": {',
        '        "a": [',
        '            1,',
        '            {',
        '                "b": null',
        '            }',
        '        ],',
        '        "c": [],',
        '        "d": {}',
        '    }',
        '}',
      ),
    )
  })

  it.each([
    [-1, '{"m1": [1, true]}'],
    [0, '{\n"m1": [\n1,\ntrue\n]\n}'],
    [1, '{\n "m1": [\n  1,\n  true\n ]\n}'],
  ])('indents by --out-indent=%d', (indent, text) => {
    expect(render(json, { m1: [1, true] }, indent)).toBe(text)
  })

  it.each([
    ['é日本🙂', '"é日本🙂"'],
    ['a"b\\c\n\u0001', '"a\\"b\\\\c\\n\\u0001"'],
    [1.5, '1.5'],
    [1e20, '1e+20'],
    [1e-7, '1e-07'],
    [2n ** 64n, '18446744073709551616'],
    [Number.NaN, 'NaN'],
    [Number.NEGATIVE_INFINITY, '-Infinity'],
    [undefined, 'null'],
    [Buffer.from('text'), '"text"'],
    [Buffer.from([0xff]), String.raw`"b'\\xff'"`],
    [{ toJSON: (): string => '***' }, '"***"'],
  ])('writes a scalar as Python does', (value, text) => {
    expect(render(json, value)).toBe(text)
  })

  it('keeps the order of keys, and makes text of those that are none', () => {
    const map = new Map<unknown, number>([
      ['z', 1],
      [2, 2],
      [true, 3],
      [null, 4],
      [1.5, 5],
    ])
    expect(render(json, map, -1)).toBe('{"z": 1, "2": 2, "true": 3, "null": 4, "1.5": 5}')
  })

  it('reads back', () => {
    const data = { m1: { a: [1, 'x', [[]], { b: {} }], '"': '\u2028' } }
    for (const indent of [-1, 0, 4]) expect(JSON.parse(render(json, data, indent))).toStrictEqual(data)
  })
})
