// SPDX-License-Identifier: Apache-2.0
import {
  dumpJson,
  entriesOf,
  equal,
  Float,
  identityText,
  isSaltError,
  mapOf,
  pack,
  pythonRepr,
  Secret,
  tupleOf,
  unpack,
} from '@halite/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anyValue } from './values/arbitrary.ts'

const code = (wanted: string) => expect.objectContaining({ code: wanted })

describe('round trips', () => {
  it.each([
    null,
    true,
    0,
    -1,
    1.5,
    2 ** 32,
    -(2 ** 31) - 1,
    2 ** 53 - 1,
    -(2 ** 53 - 1),
    2n ** 63n - 1n,
    -(2n ** 63n),
    2n ** 64n - 1n,
    2n ** 64n,
    -(2n ** 63n) - 1n,
    20_261_120_071_221_965_223n,
    10n ** 300n,
    new Float(5),
    new Float(-0),
    new Float(2 ** 40),
    [new Float(0), 0],
    1e20,
    -(2 ** 60),
    Number.POSITIVE_INFINITY,
    Number.NaN,
    'é\u0000',
    '\ud800',
    'a\udc00b'.repeat(40),
    '\ud83d\ude00',
    'é'.repeat(20),
    'x'.repeat(31),
    'x'.repeat(32),
    'x'.repeat(255),
    'x'.repeat(256),
    '日'.repeat(100),
    '日'.repeat(21_845),
    'x'.repeat(70_000),
    '😀'.repeat(100_000),
    [],
    {},
    [[[]]],
    { a: { b: [1, 'two', null] } },
  ])('%#', (value) => {
    expect(unpack(pack(value))).toStrictEqual(value)
  })

  it('of maps whose keys are of any type, in their order', () => {
    const map = mapOf([
      [10, 'a'],
      ['2', 'b'],
      ['__proto__', { polluted: true }],
      [true, 1],
      [null, 2],
      [new Float(5), 3],
      [1.5, 4],
      [-7, 5],
      [2n ** 70n, 6],
      [Buffer.from('k'), 7],
      ['\ud800', 8],
      ['', 9],
      ['k'.repeat(65_536), 10],
    ])
    const read = unpack(pack({ a: 1, map })) as { map: Map<unknown, unknown> }
    expect(entriesOf(read.map)).toEqual(entriesOf(map))
    expect('polluted' in {}).toBe(false)
  })

  it('of any value', () => {
    fc.assert(
      fc.property(anyValue(), (value) => {
        const read = unpack(pack(value))
        expect(pythonRepr(read)).toBe(pythonRepr(value))
        expect(equal(read, value)).toBe(true)
        expect(pack(read).equals(pack(value))).toBe(true)
      }),
      { numRuns: 1000 },
    )
  })

  it('of bytes', () => {
    expect(Buffer.from(unpack(pack(Buffer.from([0, 255]))) as Uint8Array)).toEqual(Buffer.from([0, 255]))
    for (const size of [0, 255, 256, 65_535, 65_536]) {
      expect(unpack(pack(new Uint8Array(size)))).toHaveLength(size)
    }
  })
})

describe('what JavaScript has and the data model has not', () => {
  it.each([
    [{ a: undefined }, { a: null }],
    [
      [undefined, ...new Array(1), 1],
      [null, null, 1],
    ],
    [new Set([1, 2]), [1, 2]],
    [tupleOf([1, 2]), [1, 2]],
    [{ at: new Date(0) }, { at: '1970-01-01T00:00:00.000Z' }],
    [new Secret('x'), '**********'],
    [new TypeError('x'), 'TypeError: x'],
    [
      new (class Point {
        x = 1
      })(),
      { x: 1 },
    ],
    [new Map([['a', 1]]), { a: 1 }],
    [new Uint16Array([1]), Buffer.from([1, 0])],
  ])('%o becomes %o', (value, read) => {
    expect(unpack(pack(value))).toEqual(read)
  })

  it('is refused where it is no data', () => {
    expect(() => pack([() => 1])).toThrow('a function is no data')
    expect(() => pack({ a: Symbol('a') })).toThrow('a symbol is no data')
  })

  it('is refused when it contains itself, and does no harm to the next', () => {
    const list: unknown[] = []
    list.push(list)
    expect(() => pack(list)).toThrow(code('VALUE_TOO_DEEP'))
    expect(unpack(pack({ a: [1] }))).toEqual({ a: [1] })
  })
})

describe('bytes', () => {
  it('are the shortest of msgpack, in the order of the map', () => {
    const hex = (value: unknown) => pack(value).toString('hex')
    expect(hex([0, 127, 128, 255, 256, 65_535, 65_536, 2 ** 32])).toBe(
      '98007fcc80ccffcd0100cdffffce00010000cf0000000100000000',
    )
    expect(hex([-1, -32, -33, -128, -129, -32_768, -32_769, -(2 ** 31) - 1])).toBe(
      '98ffe0d0dfd080d1ff7fd18000d2ffff7fffd3ffffffff7fffffff',
    )
    expect(hex([1.5, new Float(1)])).toBe('92cb3ff8000000000000cb3ff0000000000000')
    expect(hex({ b: 1, a: null })).toBe('82a16201a161c0')
    expect(hex(Array(16).fill(0))).toBe(`dc0010${'00'.repeat(16)}`)
    expect(hex('a'.repeat(32))).toBe(`d920${'61'.repeat(32)}`)
  })

  it('of one value never change when the next is packed', () => {
    const values = Array.from({ length: 2000 }, (_, index) => ({ index, text: 'x'.repeat(index) }))
    const packed = values.map(pack)
    expect(packed.map((bytes) => unpack(bytes))).toEqual(values)
  })

  it('of floats of either size are read', () => {
    expect(unpack(Buffer.from('ca3fc00000', 'hex'))).toBe(1.5)
    expect(unpack(Buffer.from('ca40a00000', 'hex'))).toEqual(new Float(5))
  })

  it('that are no UTF-8 are no error', () => {
    expect(unpack(Buffer.from('a2c328', 'hex'))).toBe('\ufffd(')
    expect(unpack(Buffer.from('81a2c32801', 'hex'))).toEqual({ '\ufffd(': 1 })
  })

  it('of keys that differ in the case of one byte are different keys', () => {
    const texts = Array.from({ length: 5000 }, (_, index) => `k${index.toString(36)}`)
    for (let round = 0; round < 2; round++) {
      const map = Object.fromEntries(texts.map((text, index) => [text, index]))
      expect(Object.keys(unpack(pack(map)) as object)).toEqual(texts)
    }
  })
})

describe('limits', () => {
  it('of size are checked first', () => {
    expect(() => unpack(Buffer.alloc(11), { maxBytes: 10 })).toThrow(code('VALUE_TOO_LARGE'))
    expect(unpack(pack('12345678'), { maxBytes: 9 })).toBe('12345678')
  })

  it('of depth hold for arrays and maps alike', () => {
    const nest = (levels: number) => Buffer.from([...Array.from({ length: levels }, () => 0x91), 0xc0])
    expect(unpack(nest(64))).toBeInstanceOf(Array)
    expect(() => unpack(nest(65))).toThrow(code('VALUE_TOO_DEEP'))
    expect(() => unpack(pack({ a: { b: { c: 1 } } }), { maxDepth: 2 })).toThrow(code('VALUE_TOO_DEEP'))
    expect(() => unpack(pack({ 1: { 2: { 3: 1 } } }), { maxDepth: 2 })).toThrow(code('VALUE_TOO_DEEP'))
    expect(() => unpack(Buffer.alloc(1_000_000, 0x91))).toThrow(code('VALUE_TOO_DEEP'))
  })

  it.each([
    ['nothing', ''],
    ['a value cut off', 'a3616263'.slice(0, 6)],
    ['a length cut off', 'd9'],
    ['a number cut off', 'cb3ff8'],
    ['a key cut off', '81a561'],
    ['a map without a value', '81a161'],
    ['an array that claims 4 billion items', 'ddffffffff'],
    ['a map that claims 4 billion pairs', 'dfffffffff'],
    ['a string that claims 4 GiB', 'dbffffffff61'],
    ['bytes behind the value', 'c0c0'],
    ['an extension of one byte', 'd40100'],
    ['an extension of another type', 'c7010300'],
    ['an extension cut off', 'c70401'],
    ['an integer of no digits', 'c70001'],
    ['an integer with a point', 'c70301312e35'],
    ['an integer of very many digits', `c8ea6001${'39'.repeat(60_000)}`],
    ['half a UTF-16 unit', 'c7010261'],
    ['a timestamp', 'd6ff00000000'],
    ['a list as a key', '819001'],
    ['a map as a key', '818001'],
    ['the byte that is never used', 'c1'],
  ])('refuse %s', (_, hex) => {
    expect(() => unpack(Buffer.from(hex, 'hex'))).toThrow(code('VALUE_MALFORMED'))
  })

  it('let no bytes throw anything else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        try {
          const value = unpack(bytes)
          expect(identityText(unpack(pack(value)))).toBe(identityText(value))
        } catch (error) {
          expect(isSaltError(error)).toBe(true)
        }
      }),
      { numRuns: 5000 },
    )
  })

  it('let a key named __proto__ pollute nothing', () => {
    const read = unpack(Buffer.from('81a95f5f70726f746f5f5f81a161c3', 'hex'))
    expect(dumpJson(read)).toBe('{"__proto__": {"a": true}}')
    expect(({} as Record<string, unknown>)['a']).toBeUndefined()
  })
})

describe('the number of values', () => {
  it('is limited, however few bytes hold them', () => {
    const empties = Buffer.concat([Buffer.from([0xdd, 0, 0x1e, 0x84, 0x80]), Buffer.alloc(2_000_000, 0x80)])
    expect(() => unpack(empties)).toThrow(expect.objectContaining({ code: 'VALUE_TOO_LARGE' }))
    expect(() => unpack(pack([1, [2, 3]]), { maxValues: 3 })).toThrow(
      expect.objectContaining({ code: 'VALUE_TOO_LARGE' }),
    )
    expect(unpack(pack([1, [2, 3]]), { maxValues: 4 })).toEqual([1, [2, 3]])
  })

  it('may be that of one list of keys that all need a Map', () => {
    const map = mapOf(Array.from({ length: 200_000 }, (_, index) => [new Float(index), index]))
    expect(equal(unpack(pack(map)), map)).toBe(true)
  })
})
