// SPDX-License-Identifier: Apache-2.0
import { type Decoder, isSaltError, schema } from '@halite/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const { anyMap, anything, binary, boolean, bytes, either, integer, jobId, listOf, minionId, number, oneOf } =
  schema
const { extensibleRecord, optional, record, text } = schema

const takes = (decode: Decoder<unknown>, value: unknown): boolean => {
  try {
    decode(value, 'field')
    return true
  } catch (error) {
    expect(error).toMatchObject({ code: 'VALUE_MALFORMED', message: expect.stringContaining('field') })
    return false
  }
}

describe.each<[string, Decoder<unknown>, unknown[], unknown[]]>([
  ['text', text(3), ['', 'abc', 'é€x'], ['abcd', 1, null, undefined, ['a'], Buffer.from('a')]],
  ['bytes', bytes(2), [Buffer.alloc(2), new Uint8Array(2)], [Buffer.alloc(1), Buffer.alloc(3), 'ab', [0, 0]]],
  ['binary', binary(2), [Buffer.alloc(0), Buffer.alloc(2)], [Buffer.alloc(3), 'ab', null]],
  ['integer', integer(-1, 9), [-1, 0, 9, -0], [-2, 10, 1.5, Number.NaN, '1', 1n, null, true]],
  ['integer without bounds', integer(), [0, 2 ** 53 - 1], [-1, 2 ** 53, Number.POSITIVE_INFINITY]],
  ['number', number(0, 1), [0, 0.5, 1], [-0.1, 1.1, Number.NaN, '0', 1n, null]],
  ['boolean', boolean, [true, false], [0, 1, 'true', null]],
  ['oneOf', oneOf('a', 'b'), ['a', 'b'], ['c', 'A', '', null, ['a']]],
  ['listOf', listOf(integer(), 2), [[], [1, 2]], [[1, 2, 3], ['1'], [null], { 0: 1 }, 'ab', null]],
  ['either', either(text(1), integer()), ['a', 1], ['ab', -1, null]],
  ['optional', optional(integer()), [undefined, null, 1], ['', false, -1]],
  ['anyMap', anyMap, [{}, { a: { b: 1 } }], [[], null, 'a', 1, Buffer.alloc(1), new Date(0)]],
  ['anything', anything, [null, undefined, 0, {}, []], []],
  ['minionId', minionId, ['web1', 'é'], ['', '.', '..', 'a/b', 'a\\b', 'a\0b', 'x'.repeat(256), 1, null]],
  [
    'jobId',
    jobId,
    ['20261120045348714672', '20261120045348714672_1'],
    ['', '2026', '../2026', 20261120, null],
  ],
  [
    'record',
    record({ a: integer(), b: optional(text(1)) }),
    [{ a: 1 }, { a: 1, b: 'x' }, { a: 1, b: null }],
    [{}, { b: 'x' }, { a: 1, c: 1 }, { a: 1, constructor: 1 }, [], null],
  ],
])('%s', (_, decode, right, wrong) => {
  it.each(right.map((value) => [value]))('takes %o', (value) => {
    expect(takes(decode, value)).toBe(true)
  })

  it.each(wrong.map((value) => [value]))('refuses %o', (value) => {
    expect(takes(decode, value)).toBe(false)
  })
})

describe('a decoded value', () => {
  it('of bytes is a copy that outlives its frame, of binary a view', () => {
    const frame = Buffer.from([1, 2])
    const [copy, view] = [bytes(2)(frame, 'field'), binary(2)(frame, 'field')]
    frame.fill(9)
    expect([...copy]).toEqual([1, 2])
    expect([...view]).toEqual([9, 9])
  })

  it('of a record is a new object with its own fields only, absent ones left out', () => {
    const decode = record({ a: integer(), b: optional(text(1)) })
    const value = { a: 1, b: null }
    const decoded = decode(value, 'load')
    expect(decoded).toEqual({ a: 1 })
    expect(Object.keys(decoded)).toEqual(['a'])
    expect(decoded).not.toBe(value)
  })
})

describe('an extensible record', () => {
  const decode = extensibleRecord({ a: integer(), b: optional(extensibleRecord({ c: integer() })) })

  it('leaves out what it does not know, at each level', () => {
    expect(decode({ a: 1, b: { c: 2, later: [] }, later: { any: 'thing' } }, 'load')).toEqual({
      a: 1,
      b: { c: 2 },
    })
    expect(decode(JSON.parse('{ "a": 1, "__proto__": { "b": { "c": 1 } } }'), 'load')).toEqual({ a: 1 })
  })

  it('is as strict as any about what it knows', () => {
    expect(() => decode({ later: 1 }, 'load')).toThrow('load.a must be a whole number')
    expect(() => decode({ a: 1, b: { c: 'x' } }, 'load')).toThrow('load.b.c must be a whole number')
    for (const value of [null, [], 'a', 1]) expect(takes(decode, value)).toBe(false)
  })
})

describe('an error', () => {
  it('names the place of what is wrong', () => {
    const decode = record({ list: listOf(record({ n: integer(0, 5) })) })
    expect(() => decode({ list: [{ n: 1 }, { n: 6 }] }, 'load')).toThrow(
      'load.list[1].n must be a whole number from 0 to 5',
    )
  })

  it('shows an unknown field, shortened', () => {
    expect(() => record({})({ ['x'.repeat(500)]: 1 }, 'load')).toThrow(
      `load has the unknown field '${'x'.repeat(40)}'`,
    )
  })

  it('is the only thing a decoder throws', () => {
    const decode = record({ a: either(text(5), listOf(integer())), b: optional(anyMap), c: oneOf('x') })
    fc.assert(
      fc.property(
        fc.anything({ withBigInt: true, withNullPrototype: true, withTypedArray: true }),
        (value) => {
          try {
            decode(value, 'load')
          } catch (error) {
            expect(isSaltError(error, 'VALUE_MALFORMED')).toBe(true)
          }
        },
      ),
    )
  })
})
