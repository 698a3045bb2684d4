// SPDX-License-Identifier: Apache-2.0
import { createHash, createHmac, hkdfSync } from 'node:crypto'
import {
  decodeLocalAccept,
  decodeLocalHello,
  encodeLocalAccept,
  encodeLocalHello,
  localSessionKeys,
  MasterSeals,
  PeerSeals,
  provesUserKey,
  sessionKeysOf,
} from '@halite/protocol'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  beginnings,
  codeOf,
  codesOf,
  cutOff,
  filled,
  flips,
  localAccept,
  localAcceptFrame,
  localHello,
  localHelloFrame,
  sessionId,
  shared,
  userKey,
} from './fixed.ts'

const otherKey = filled(0x45)

describe('a local hello', () => {
  it('is read back and proves the key, whoever the user', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 64 }), (user) => {
        const frame = encodeLocalHello({ ...localHello, user }, userKey)
        expect(decodeLocalHello(frame)).toEqual({ ...localHello, user: Buffer.from(user).toString() })
        expect(provesUserKey(frame, userKey)).toBe(true)
      }),
    )
  })

  it('with any one bit turned over proves nothing', () => {
    expect([...flips(localHelloFrame)].filter((flipped) => provesUserKey(flipped, userKey))).toEqual([])
  })

  it('cut off anywhere proves nothing and is refused', () => {
    expect([...beginnings(localHelloFrame)].filter((cut) => provesUserKey(cut, userKey))).toEqual([])
    const codes = codesOf(beginnings(localHelloFrame), decodeLocalHello)
    expect(codes.filter((code) => !cutOff.includes(code))).toEqual([])
  })

  it.each([otherKey, filled(0x44, 31), filled(0x44, 33), Buffer.alloc(0)])(
    'proves no other key %#',
    (key) => {
      expect(provesUserKey(localHelloFrame, key)).toBe(false)
    },
  )

  it('is not made with a key file that was cut off', () => {
    for (const length of [0, 16, 31, 33]) {
      expect(codeOf(() => encodeLocalHello(localHello, filled(1, length)))).toBe('CLIENT_NOT_ALLOWED')
    }
  })

  it('of a version that is not spoken is refused', () => {
    const frame = encodeLocalHello({ ...localHello, minVersion: 2, maxVersion: 3 }, userKey)
    expect(codeOf(() => decodeLocalHello(frame))).toBe('VERSION_REFUSED')
  })
})

describe('a local accept', () => {
  const read = (frame: Buffer) => decodeLocalAccept(frame, localHelloFrame, userKey)

  it('is read back', () => {
    expect(read(localAcceptFrame)).toEqual(localAccept)
  })

  it('with any one bit turned over is refused', () => {
    expect(codesOf(flips(localAcceptFrame), read)).not.toContain('taken')
  })

  it('cut off anywhere is refused before it is read', () => {
    expect(codesOf(beginnings(localAcceptFrame), read)).toEqual(['FRAME_MALFORMED', 'SIGNATURE_INVALID'])
  })

  it('of a master that does not know the key, or to another hello, is refused', () => {
    const stranger = encodeLocalAccept(localAccept, localHelloFrame, otherKey)
    expect(codeOf(() => read(stranger))).toBe('SIGNATURE_INVALID')
    const other = encodeLocalHello({ ...localHello, nonce: filled(0x26) }, userKey)
    expect(codeOf(() => decodeLocalAccept(localAcceptFrame, other, userKey))).toBe('SIGNATURE_INVALID')
  })

  it('is not the hello sent back', () => {
    expect(codeOf(() => read(localHelloFrame))).toBe('FRAME_MALFORMED')
    const renamed = Buffer.from(localHelloFrame)
    renamed[2] = 5
    expect(codeOf(() => read(renamed))).toBe('SIGNATURE_INVALID')
  })

  it('of a version that was not offered is refused', () => {
    expect(
      codeOf(() => read(encodeLocalAccept({ ...localAccept, version: 9 }, localHelloFrame, userKey))),
    ).toBe('VERSION_REFUSED')
  })
})

describe('local session keys', () => {
  const frames = [localHelloFrame, localAcceptFrame] as const

  it('need the exchange, the key of the user and both frames', () => {
    const keys = localSessionKeys(shared, userKey, frames)
    const frame = new PeerSeals(sessionId, keys).up.seal(Buffer.from('x'))
    const others = [
      localSessionKeys(filled(1), userKey, frames),
      localSessionKeys(shared, otherKey, frames),
      localSessionKeys(shared, userKey, [localAcceptFrame, localHelloFrame]),
      sessionKeysOf(shared, ...frames),
    ]
    for (const other of others) {
      expect(codeOf(() => new MasterSeals(sessionId, other).up.open(frame))).toBe('SEAL_BROKEN')
    }
    expect(new MasterSeals(sessionId, keys).up.open(frame)).toEqual(Buffer.from('x'))
  })

  it('are those of the specification', () => {
    const hash = (data: Uint8Array) => createHash('sha256').update(data).digest()
    const transcript = hash(Buffer.concat(frames.map(hash)))
    const info = Buffer.concat([Buffer.from('halite/1/session\0'), transcript])
    const expected = Buffer.from(
      hkdfSync('sha256', Buffer.concat([shared, userKey]), Buffer.alloc(32), info, 64),
    )
    const { up, down } = localSessionKeys(shared, userKey, frames)
    expect(Buffer.concat([up.export(), down.export()])).toEqual(expected)
    const proof = createHmac('sha256', userKey)
      .update('halite/1/local-hello\0')
      .update(localHelloFrame.subarray(0, -32))
    expect(proof.digest()).toEqual(localHelloFrame.subarray(-32))
  })
})
