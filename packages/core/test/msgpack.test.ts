// SPDX-License-Identifier: Apache-2.0
import { isSaltError, pack, unpack } from '@halite/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const code = (wanted: string) => expect.objectContaining({ code: wanted })

describe('round trips', () => {
  it.each([
    null,
    true,
    0,
    -1,
    1.5,
    2 ** 32,
    2 ** 53 - 1,
    -(2 ** 53 - 1),
    2n ** 63n - 1n,
    -(2n ** 63n),
    'é\u0000',
    'x'.repeat(70_000),
    [],
    {},
    [[[]]],
    { a: { b: [1, 'two', null] } },
  ])('%#', (value) => {
    expect(unpack(pack(value))).toEqual(value)
  })

  it('but an integer that 64 bits cannot hold arrives as text, as Salt sends it', () => {
    expect(unpack(pack([20_261_120_071_221_965_223n, -(2n ** 63n) - 1n]))).toEqual([
      '20261120071221965223',
      '-9223372036854775809',
    ])
  })

  it('of any JSON value', () => {
    const plain = fc
      .jsonValue({ maxDepth: 5 })
      .filter((value) => !JSON.stringify(value).includes('__proto__'))
    fc.assert(
      fc.property(plain, (value) => {
        // JSON has one zero.
        expect(unpack(pack(value))).toEqual(JSON.parse(JSON.stringify(value)))
      }),
    )
  })

  it('of bytes', () => {
    expect(Buffer.from(unpack(pack(Buffer.from([0, 255]))) as Uint8Array)).toEqual(Buffer.from([0, 255]))
  })

  it('of undefined as nil', () => {
    expect(unpack(pack({ a: undefined }))).toEqual({ a: null })
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
    expect(() => unpack(Buffer.alloc(1_000_000, 0x91))).toThrow(code('VALUE_TOO_DEEP'))
  })

  it.each([
    ['nothing', ''],
    ['a value cut off', 'a3616263'.slice(0, 6)],
    ['a length cut off', 'd9'],
    ['an array that claims 4 billion items', 'ddffffffff'],
    ['a map that claims 4 billion pairs', 'dfffffffff'],
    ['a string that claims 4 GiB', 'dbffffffff61'],
    ['bytes behind the value', 'c0c0'],
    ['an extension', 'd40100'],
    ['a timestamp', 'd6ff00000000'],
    ['the byte that is never used', 'c1'],
  ])('refuse %s', (_, hex) => {
    expect(() => unpack(Buffer.from(hex, 'hex'))).toThrow(code('VALUE_MALFORMED'))
  })

  it('let no bytes throw anything else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        try {
          unpack(bytes)
        } catch (error) {
          expect(isSaltError(error)).toBe(true)
        }
      }),
      { numRuns: 5000 },
    )
  })

  it('let a key named __proto__ pollute nothing', () => {
    unpack(Buffer.from('81a95f5f70726f746f5f5f81a161c3', 'hex'))
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
})
