// SPDX-License-Identifier: Apache-2.0
import { createHash, createHmac, hkdfSync, sign, verify } from 'node:crypto'
import { parseMinionId, publicKeyFromRaw, verifyPortable } from '@halite/core'
import {
  type Accept,
  agree,
  decodeAccept,
  decodeHello,
  encodeAccept,
  encodeHello,
  type Hello,
  MasterSeals,
  maxClearBytes,
  PeerSeals,
  peerName,
  sessionKeysOf,
  verifyHello,
} from '@halite/protocol'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  accept,
  acceptFrame,
  beginnings,
  codeOf,
  codesOf,
  cutOff,
  ephemeralOf,
  filled,
  flips,
  hello,
  helloFrame,
  id,
  identityOf,
  master,
  masterEphemeral,
  minion,
  minionEphemeral,
  sessionId,
  shared,
} from './fixed.ts'

const bytes = (length: number) =>
  fc.uint8Array({ minLength: length, maxLength: length }).map((value) => Buffer.from(value))
const software = fc.string({ unit: 'grapheme-ascii', maxLength: 64 })
const time = fc.double({ min: 0, max: 1e15, noNaN: true })

const anyHello: fc.Arbitrary<Hello> = fc
  .record(
    {
      instance: bytes(16),
      role: fc.constantFrom('daemon' as const, 'call' as const),
      ephemeral: bytes(32),
      nonce: bytes(32),
      maxVersion: fc.integer({ min: 1, max: 255 }),
      software,
      time,
      cookie: bytes(24),
    },
    { requiredKeys: ['instance', 'role', 'ephemeral', 'nonce', 'maxVersion', 'software', 'time'] },
  )
  .map((fields) => ({ ...hello, ...fields }))

const anyAccept: fc.Arbitrary<Accept> = fc
  .record({
    status: fc.constantFrom('accepted', 'pending', 'rejected', 'denied', 'full'),
    ephemeral: bytes(32),
    nonce: bytes(32),
    session: bytes(16),
    software,
    time,
  })
  .map((fields) => ({ ...accept, ...fields }))

describe('a hello', () => {
  it('is read back and verifies, whatever it says', async () => {
    await fc.assert(
      fc.asyncProperty(anyHello, async (said) => {
        const frame = encodeHello(said, minion.key)
        const heard = decodeHello(frame)
        expect(heard).toEqual(said)
        expect(await verifyHello(frame, heard)).toBe(true)
      }),
      { numRuns: 50 },
    )
  })

  it('fits a clear frame with the longest fields there are', () => {
    const longest = {
      ...hello,
      id: parseMinionId('x'.repeat(255)),
      software: 'y'.repeat(64),
      cookie: filled(1, 24),
    }
    expect(encodeHello(longest, minion.key).length).toBeLessThan(maxClearBytes)
  })

  it('with any one bit turned over does not count', async () => {
    for (const flipped of flips(helloFrame)) {
      if (codeOf(() => decodeHello(flipped)) !== 'taken') continue
      expect(await verifyHello(flipped, decodeHello(flipped))).toBe(false)
    }
  })

  it('cut off anywhere is refused', () => {
    expect(codesOf(beginnings(helloFrame), decodeHello).filter((code) => !cutOff.includes(code))).toEqual([])
  })

  it('signed by another key than it names does not count', async () => {
    const frame = encodeHello(hello, identityOf(0x09).key)
    expect(await verifyHello(frame, decodeHello(frame))).toBe(false)
  })

  it('is not signed by the signature of anything else', async () => {
    const asAccept = sign(
      null,
      Buffer.concat([Buffer.from('halite/1/accept\0'), helloFrame.subarray(0, -64)]),
      minion.key,
    )
    const frame = Buffer.concat([helloFrame.subarray(0, -64), asAccept])
    expect(await verifyHello(frame, decodeHello(frame))).toBe(false)
  })

  it.each([
    [{ id: '../x' }, 'hello.id'],
    [{ id: 'x'.repeat(300) }, 'hello.id'],
    [{ id: 'a\0b' }, 'hello.id'],
    [{ role: 'master' }, 'hello.role'],
    [{ key: filled(1, 31) }, 'hello.key'],
    [{ nonce: 'n'.repeat(32) }, 'hello.nonce'],
    [{ time: Number.NaN }, 'hello.time'],
    [{ software: '\u001b[2J' }, 'hello.software'],
    [{ cookie: filled(1, 23) }, 'hello.cookie'],
    [{ admin: true }, "unknown field 'admin'"],
  ])('that says %j is refused by name', (fields, named) => {
    const frame = encodeHello({ ...hello, ...fields } as Hello, minion.key)
    expect(() => decodeHello(frame)).toThrow(
      expect.objectContaining({ code: 'VALUE_MALFORMED', message: expect.stringContaining(named) }),
    )
  })

  it.each([
    [2, 9],
    [255, 255],
    [3, 1],
  ])('that offers versions %i to %i is refused', (minVersion, maxVersion) => {
    const frame = encodeHello({ ...hello, minVersion, maxVersion }, minion.key)
    expect(codeOf(() => decodeHello(frame))).toBe('VERSION_REFUSED')
  })
})

describe('an accept', () => {
  it('is read back, whatever it says', () => {
    fc.assert(
      fc.property(anyAccept, (said) => {
        expect(decodeAccept(encodeAccept(said, helloFrame, master.key), helloFrame)).toEqual(said)
      }),
      { numRuns: 50 },
    )
  })

  it('with any one bit turned over is refused', () => {
    const codes = codesOf(flips(acceptFrame), (flipped) => decodeAccept(flipped, helloFrame))
    expect(codes).not.toContain('taken')
  })

  it('to a hello with any one bit turned over is refused', () => {
    const codes = codesOf(flips(helloFrame), (flipped) => decodeAccept(acceptFrame, flipped))
    expect(codes).toEqual(['SIGNATURE_INVALID'])
  })

  it('cut off anywhere is refused', () => {
    const codes = codesOf(beginnings(acceptFrame), (cut) => decodeAccept(cut, helloFrame))
    expect(codes.filter((code) => !cutOff.includes(code))).toEqual([])
  })

  it('signed by another key than it names is refused', () => {
    const forged = encodeAccept(accept, helloFrame, identityOf(0x09).key)
    expect(codeOf(() => decodeAccept(forged, helloFrame))).toBe('SIGNATURE_INVALID')
  })

  it('of a version that was not offered is refused', () => {
    const frame = encodeAccept({ ...accept, version: 2 }, helloFrame, master.key)
    expect(codeOf(() => decodeAccept(frame, helloFrame))).toBe('VERSION_REFUSED')
  })

  it('is no hello, and a hello is no accept', () => {
    expect(codeOf(() => decodeHello(acceptFrame))).toBe('FRAME_MALFORMED')
    expect(codeOf(() => decodeAccept(helloFrame, helloFrame))).toBe('FRAME_MALFORMED')
  })
})

describe('session keys', () => {
  it('are the same at both ends', () => {
    const atMaster = agree(masterEphemeral, decodeHello(helloFrame).ephemeral)
    const atMinion = agree(minionEphemeral, decodeAccept(acceptFrame, helloFrame).ephemeral)
    expect(atMaster).toEqual(atMinion)
    const up = new PeerSeals(sessionId, sessionKeysOf(atMinion, helloFrame, acceptFrame)).up
    const open = new MasterSeals(sessionId, sessionKeysOf(atMaster, helloFrame, acceptFrame)).up
    expect(open.open(up.seal(Buffer.from('x')))).toEqual(Buffer.from('x'))
  })

  it('are HKDF-SHA-256 over the transcript, computed here by hand', () => {
    const hash = (data: Uint8Array) => createHash('sha256').update(data).digest()
    const hmac = (key: Uint8Array, data: Uint8Array) => createHmac('sha256', key).update(data).digest()
    const transcript = hash(Buffer.concat([hash(helloFrame), hash(acceptFrame)]))
    const info = Buffer.concat([Buffer.from('halite/1/session'), Buffer.from([0]), transcript])
    const secret = hmac(Buffer.alloc(32), shared)
    const up = hmac(secret, Buffer.concat([info, Buffer.from([1])]))
    const down = hmac(secret, Buffer.concat([up, info, Buffer.from([2])]))
    const keys = sessionKeysOf(shared, helloFrame, acceptFrame)
    expect([keys.up.export(), keys.down.export()]).toEqual([up, down])
    expect(Buffer.from(hkdfSync('sha256', shared, '', info, 64))).toEqual(Buffer.concat([up, down]))
  })

  it('differ by direction, and change with every bit that was said', () => {
    const keys = sessionKeysOf(shared, helloFrame, acceptFrame)
    const seen = new Set([keys.up.export().toString('hex'), keys.down.export().toString('hex')])
    const said = [...flips(helloFrame)].map((frame) => sessionKeysOf(shared, frame, acceptFrame))
    const answered = [...flips(acceptFrame)].map((frame) => sessionKeysOf(shared, helloFrame, frame))
    for (const { up, down } of [...said, ...answered])
      seen.add(up.export().toString('hex')).add(down.export().toString('hex'))
    expect(seen.size).toBe(2 * (1 + said.length + answered.length))
  })

  it('of a replayed hello are of no use to who replayed it', () => {
    const second = ephemeralOf(0x13)
    const answer = encodeAccept(
      { ...accept, ephemeral: second.publicRaw, session: filled(9, 16) },
      helloFrame,
      master.key,
    )
    const atMaster = new MasterSeals(
      filled(9, 16),
      sessionKeysOf(agree(second, hello.ephemeral), helloFrame, answer),
    )
    // The replayer has every byte on the wire and a pair of its own, but not the minion's secret.
    const guesses = [agree(ephemeralOf(0x14), second.publicRaw), Buffer.alloc(32), shared]
    for (const guess of guesses) {
      const forged = new PeerSeals(filled(9, 16), sessionKeysOf(guess, helloFrame, answer)).up.seal(
        Buffer.from('x'),
      )
      expect(codeOf(() => atMaster.up.open(forged))).toBe('SEAL_BROKEN')
    }
    // Nor does what the minion sealed in its first session open in this one.
    const recorded = new PeerSeals(filled(9, 16), sessionKeysOf(shared, helloFrame, acceptFrame)).up.seal(
      Buffer.from('x'),
    )
    expect(codeOf(() => atMaster.up.open(recorded))).toBe('SEAL_BROKEN')
  })
})

describe('an exchange', () => {
  it.each([
    '0000000000000000000000000000000000000000000000000000000000000000',
    '0100000000000000000000000000000000000000000000000000000000000000',
    'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800',
    '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157',
    'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  ])('with the point of low order %s is refused', (hex) => {
    expect(codeOf(() => agree(minionEphemeral, Buffer.from(hex, 'hex')))).toBe('FRAME_MALFORMED')
  })

  it.each([0, 31, 33])('with a key of %i bytes is refused', (length) => {
    expect(codeOf(() => agree(minionEphemeral, filled(9, length)))).toBe('FRAME_MALFORMED')
  })
})

describe('signatures', () => {
  it('made by one implementation verify in the other', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (message) => {
        const signature = sign(null, message, minion.key)
        expect(verifyPortable(message, signature, minion.raw)).toBe(true)
        expect(verify(null, message, publicKeyFromRaw(minion.raw), signature)).toBe(true)
      }),
      { numRuns: 20 },
    )
  })

  it('of a hello and an accept verify with tweetnacl over the documented bytes', () => {
    const said = Buffer.concat([Buffer.from('halite/1/hello\0'), helloFrame.subarray(0, -64)])
    expect(verifyPortable(said, helloFrame.subarray(-64), minion.raw)).toBe(true)
    const helloHash = createHash('sha256').update(helloFrame).digest()
    const answered = Buffer.concat([
      Buffer.from('halite/1/accept\0'),
      helloHash,
      acceptFrame.subarray(0, -64),
    ])
    expect(verifyPortable(answered, acceptFrame.subarray(-64), master.raw)).toBe(true)
  })
})

it('a peer is named by id, instance and role', () => {
  const name = peerName(id, filled(0xab, 16), 'call')
  expect(name).toBe(`web1\0${'ab'.repeat(16)}\0call`)
})
