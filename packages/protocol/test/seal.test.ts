// SPDX-License-Identifier: Apache-2.0
import { createDecipheriv } from 'node:crypto'
import {
  frameKinds,
  MasterSeals,
  Opener,
  openFrame,
  PeerSeals,
  Sealer,
  sealedCounter,
  sealedHeader,
  sealedId,
  sealFrame,
  secretKey,
  sessionKeysOf,
} from '@halite/protocol'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  acceptFrame,
  beginnings,
  codeOf,
  codesOf,
  filled,
  flips,
  helloFrame,
  sessionId,
  shared,
} from './fixed.ts'

const keys = sessionKeysOf(shared, helloFrame, acceptFrame)
const body = Buffer.from('what is said')

function ends() {
  return { master: new MasterSeals(sessionId, keys), peer: new PeerSeals(sessionId, keys) }
}

/** A sealer with its opener, for each direction and socket of a session. */
const ways = [
  ['up', () => ({ from: ends().peer.up, to: ends().master.up })],
  ['down', () => ({ from: ends().master.down, to: ends().peer.down })],
  ['probe', () => ({ from: ends().master.probe, to: ends().peer.probe })],
] as const

describe.each(ways)('%s', (_, way) => {
  it('opens what was sealed, of every size', () => {
    const { from, to } = way()
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 5000 }), (bytes) => {
        expect(to.open(from.seal(bytes))).toEqual(Buffer.from(bytes))
      }),
    )
  })

  it('refuses a frame with any one bit turned over, and stays usable', () => {
    const { from, to } = way()
    const frame = from.seal(body)
    const codes = codesOf(flips(frame), (flipped) => to.open(flipped))
    expect(codes).not.toContain('taken')
    expect(to.open(frame)).toEqual(body)
  })

  it('refuses a frame cut off anywhere', () => {
    const { from, to } = way()
    const frame = from.seal(body)
    expect(codesOf(beginnings(frame), (cut) => to.open(cut))).toEqual(['FRAME_MALFORMED', 'SEAL_BROKEN'])
    expect(codeOf(() => to.open(Buffer.concat([frame, Buffer.alloc(1)])))).toBe('SEAL_BROKEN')
    expect(to.open(frame)).toEqual(body)
  })

  it('refuses what was opened before, and what was overtaken', () => {
    const { from, to } = way()
    const [first, second, third] = [from.seal(body), from.seal(body), from.seal(body)] as const
    to.open(second)
    for (const frame of [first, second]) expect(codeOf(() => to.open(frame))).toBe('FRAME_REPLAYED')
    expect(to.open(third)).toEqual(body)
  })

  it('takes a frame after a gap: a lost one is no reason to stop', () => {
    const { from, to } = way()
    for (let lost = 0; lost < 9; lost += 1) from.seal(body)
    expect(to.open(from.seal(body))).toEqual(body)
  })

  it('never seals two bodies alike', () => {
    const { from } = way()
    const frames = Array.from({ length: 1000 }, () => from.seal(body).toString('hex'))
    expect(new Set(frames).size).toBe(1000)
  })
})

describe('frames of other sessions and directions', () => {
  const other = sessionKeysOf(shared, helloFrame, Buffer.concat([acceptFrame, Buffer.alloc(1)]))

  it.each(ways)('of another session do not open: %s', (name, way) => {
    const { from } = way()
    const frame = from.seal(body)
    const peer = new PeerSeals(sessionId, other)
    const openers = { up: new MasterSeals(sessionId, other).up, down: peer.down, probe: peer.probe }
    expect(codeOf(() => openers[name].open(frame))).toBe('SEAL_BROKEN')
  })

  it('sent back to their sender do not open', () => {
    const { master, peer } = ends()
    expect(codeOf(() => master.up.open(master.down.seal(body)))).toBe('FRAME_MALFORMED')
    expect(codeOf(() => peer.down.open(peer.up.seal(body)))).toBe('FRAME_MALFORMED')
  })

  it('open at no other opener, under whatever kind they are passed on', () => {
    const kinds = [frameKinds.up, frameKinds.down, frameKinds.probe] as const
    const seals = ends()
    const sealers = [seals.peer.up, seals.master.down, seals.master.probe] as const
    const openers = () => [ends().master.up, ends().peer.down, ends().peer.probe] as const
    for (const [sent, sealer] of sealers.entries()) {
      const frame = sealer.seal(body)
      for (const [taken, kind] of kinds.entries()) {
        const renamed = Buffer.from(frame)
        renamed[2] = kind
        const expected = sent === taken ? 'taken' : 'SEAL_BROKEN'
        expect(codeOf(() => openers()[taken]?.open(renamed))).toBe(expected)
      }
    }
  })

  it('refuse a kind that a session does not seal', () => {
    const frame = sealFrame(keys.up, sealedHeader(frameKinds.publication, sessionId, 1), body)
    expect(codeOf(() => new Opener(frameKinds.up, keys.up).open(frame))).toBe('FRAME_MALFORMED')
  })
})

describe('a counter', () => {
  const at = (counter: number | bigint) => {
    const head = sealedHeader(frameKinds.up, sessionId, 1)
    head.writeBigUInt64BE(BigInt(counter), 20)
    return sealFrame(keys.up, head, body)
  }
  const open = (counter: number | bigint) =>
    codeOf(() => new Opener(frameKinds.up, keys.up).open(at(counter)))

  it('begins at 1', () => {
    expect(sealedCounter(new Sealer(frameKinds.up, sessionId, keys.up).seal(body))).toBe(1)
    expect(open(0)).toBe('FRAME_REPLAYED')
    expect(open(1)).toBe('taken')
  })

  it('ends where a number would repeat', () => {
    expect(open(Number.MAX_SAFE_INTEGER)).toBe('taken')
    expect(open(2n ** 53n)).toBe('FRAME_MALFORMED')
    expect(open(2n ** 64n - 1n)).toBe('FRAME_MALFORMED')
    expect(codeOf(() => sealedHeader(frameKinds.up, sessionId, 2 ** 53))).toBe('SESSION_LOST')
  })
})

describe('the form of a sealed frame', () => {
  it('is header, id, counter, then AES-256-GCM with kind and counter as nonce', () => {
    const key = filled(0x61)
    const frame = sealFrame(secretKey(key), sealedHeader(frameKinds.down, sessionId, 258), body)
    expect(frame.subarray(0, 28).toString('hex')).toBe(`c1011100${'33'.repeat(16)}0000000000000102`)
    const nonce = Buffer.from('000000110000000000000102', 'hex')
    const decipher = createDecipheriv('aes-256-gcm', key, nonce)
    decipher.setAAD(frame.subarray(0, 28)).setAuthTag(frame.subarray(-16))
    expect(Buffer.concat([decipher.update(frame.subarray(28, -16)), decipher.final()])).toEqual(body)
    expect(sealedId(frame)).toBe(sessionId.toString('latin1'))
  })

  it('gives a body that shares no memory with the frame', () => {
    const key = secretKey(filled(0x61))
    const frame = sealFrame(key, sealedHeader(frameKinds.down, sessionId, 1), body)
    const opened = openFrame(key, frame)
    frame.fill(0)
    expect(opened).toEqual(body)
  })

  it.each([sealedId, sealedCounter, (frame: Buffer) => openFrame(keys.up, frame)])(
    'is refused when short',
    (read) => {
      const frame = sealFrame(keys.up, sealedHeader(frameKinds.up, sessionId, 1), Buffer.alloc(0))
      expect(codesOf(beginnings(frame), read)).toEqual(['FRAME_MALFORMED'])
    },
  )
})

describe('a frame sealed in pieces', () => {
  it('opens as one that was sealed whole', () => {
    const key = secretKey(Buffer.alloc(32, 1))
    const id = Buffer.alloc(16, 2)
    const pieces = [Buffer.from('one '), Buffer.alloc(0), Buffer.alloc(50_000, 3)]
    const frame = Buffer.concat(new Sealer(frameKinds.down, id, key).sealPieces(pieces))
    expect(frame.equals(new Sealer(frameKinds.down, id, key).seal(Buffer.concat(pieces)))).toBe(true)
    expect(new Opener(frameKinds.down, key).open(frame).equals(Buffer.concat(pieces))).toBe(true)
  })
})
