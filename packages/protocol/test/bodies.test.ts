// SPDX-License-Identifier: Apache-2.0
import { pack, SaltError } from '@halite/core'
import {
  decodeDown,
  decodeRequest,
  encodeAcknowledgement,
  encodeBytesReply,
  encodeError,
  encodePush,
  encodeReply,
  encodeRequest,
  maxAcknowledged,
  toWireError,
} from '@halite/protocol'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { beginnings, codeOf, codesOf, plainValue } from './fixed.ts'

const number = fc.integer({ min: 1, max: 0xffff_ffff })
const name = fc.string({ maxLength: 64, unit: 'grapheme-ascii' })

describe('a request', () => {
  it('is read back', () => {
    fc.assert(
      fc.property(number, name, plainValue, (each, called, load) => {
        const request = { number: each, name: called, load }
        expect(decodeRequest(encodeRequest(request))).toEqual(request)
      }),
    )
  })

  it('cut off anywhere is refused', () => {
    const body = encodeRequest({ number: 1, name: '_ping', load: {} })
    expect(codesOf(beginnings(body), decodeRequest)).toEqual(['VALUE_MALFORMED'])
  })

  it.each([
    ['FRAME_MALFORMED', {}],
    ['FRAME_MALFORMED', [1, '_ping']],
    ['FRAME_MALFORMED', [1, '_ping', {}, 'more']],
    ['VALUE_MALFORMED', [0, '_ping', {}]],
    ['VALUE_MALFORMED', [2 ** 32, '_ping', {}]],
    ['VALUE_MALFORMED', [1.5, '_ping', {}]],
    ['VALUE_MALFORMED', [2n ** 60n, '_ping', {}]],
    ['VALUE_MALFORMED', [1, 'x'.repeat(65), {}]],
    ['VALUE_MALFORMED', [1, null, {}]],
  ])('with a wrong part throws %s: %#', (code, parts) => {
    expect(codeOf(() => decodeRequest(pack(parts)))).toBe(code)
  })

  it('is held to the limits of size and depth', () => {
    const body = encodeRequest({ number: 1, name: 'x', load: [[[[1]]]] })
    expect(codeOf(() => decodeRequest(body, { maxDepth: 4 }))).toBe('VALUE_TOO_DEEP')
    expect(codeOf(() => decodeRequest(body, { maxBytes: body.length - 1 }))).toBe('VALUE_TOO_LARGE')
    expect(codeOf(() => decodeRequest(body, { maxDepth: 5, maxBytes: body.length }))).toBe('taken')
  })
})

describe('what comes down', () => {
  it('is read back: a reply', () => {
    fc.assert(
      fc.property(number, plainValue, (each, said) => {
        expect(decodeDown(encodeReply(each, said))).toEqual({ type: 'reply', number: each, value: said })
      }),
    )
  })

  it.each([undefined, 'do that'])('is read back: an error with hint %j', (hint) => {
    const error = { code: 'REQUEST_DENIED', message: 'no', hint }
    expect(decodeDown(encodeError(7, error))).toEqual({ type: 'error', number: 7, error })
  })

  it('is read back: an acknowledgement of some requests, and refused when it holds anything else', () => {
    expect(decodeDown(encodeAcknowledgement([7, 1]))).toEqual({ type: 'acknowledged', numbers: [7, 1] })
    const tooMany = Array.from({ length: maxAcknowledged + 1 }, (_, n) => n + 1)
    for (const numbers of [tooMany, [0], ['1'], [1.5], 3, {}, null])
      expect(codeOf(() => decodeDown(pack([3, numbers])))).toBe('VALUE_MALFORMED')
    expect(codeOf(() => decodeDown(pack([3, [1], 2])))).toBe('FRAME_MALFORMED')
  })

  it('is read back: a push', () => {
    expect(decodeDown(encodePush('job', { jid: '1' }))).toEqual({
      type: 'push',
      name: 'job',
      load: { jid: '1' },
    })
  })

  it.each([
    ['FRAME_MALFORMED', {}],
    ['FRAME_MALFORMED', []],
    ['FRAME_MALFORMED', [3, 1, 1]],
    ['FRAME_MALFORMED', [0, 1]],
    ['FRAME_MALFORMED', [1, 1, 'X', 'm']],
    ['FRAME_MALFORMED', [2, 'job', {}, 1]],
    ['FRAME_MALFORMED', ['0', 1, 1]],
    ['VALUE_MALFORMED', [0, 0, 1]],
    ['VALUE_MALFORMED', [1, 1, 'X', 'm'.repeat(16_385), null]],
    ['VALUE_MALFORMED', [1, 1, 'x'.repeat(65), 'm', null]],
    ['VALUE_MALFORMED', [2, 7, {}]],
  ])('throws %s with a wrong part: %#', (code, parts) => {
    expect(codeOf(() => decodeDown(pack(parts)))).toBe(code)
  })
})

describe('an error on the wire', () => {
  it('keeps code, message and hint of ours', () => {
    expect(toWireError(new SaltError('BUSY', 'full', { hint: 'wait' }))).toEqual({
      code: 'BUSY',
      message: 'full',
      hint: 'wait',
    })
  })

  it('is short enough to be read again, however long it was', () => {
    const long = toWireError(new SaltError('BUSY', 'm'.repeat(100_000), { hint: 'h'.repeat(100_000) }))
    expect(codeOf(() => decodeDown(encodeError(1, long)))).toBe('taken')
  })

  it.each([new TypeError('secret path'), 'secret path', undefined, { code: 'BUSY', message: 'secret path' }])(
    'says nothing of what is not ours: %#',
    (thrown) => {
      expect(toWireError(thrown).code).toBe('REQUEST_FAILED')
      expect(JSON.stringify(toWireError(thrown))).not.toContain('secret')
    },
  )
})

describe('a reply of many bytes', () => {
  it.each([0, 1, 70_000])('of %i is in pieces what a reply is', (length) => {
    const bytes = Buffer.alloc(length, 7)
    const body = Buffer.concat([...encodeBytesReply(4_000_000_000, bytes)])
    expect(decodeDown(body)).toEqual({ type: 'reply', number: 4_000_000_000, value: bytes })
  })
})
