// SPDX-License-Identifier: Apache-2.0
import { sign } from 'node:crypto'
import { pack, verifyPortable } from '@halite/core'
import {
  EpochOpener,
  EpochSealer,
  frameKinds,
  makeEpoch,
  masterKeyOf,
  sealedHeader,
  sealFrame,
  secretKey,
  sharedVerifier,
  type VerifySignature,
  verifySignature,
} from '@halite/protocol'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  beginnings,
  codeOf,
  codesOf,
  filled,
  flips,
  grant,
  identityOf,
  master,
  minion,
  plainValue,
} from './fixed.ts'

const masterKey = masterKeyOf(master.raw)
const sealer = () => new EpochSealer(master.key, grant)
const opener = (from: Partial<typeof grant> = {}) => new EpochOpener({ ...grant, ...from }, masterKey)

/** A frame as the holder of an epoch's key can make it: sealed right, `key` signs, `body` is anything. */
function forged(key: typeof master.key, body: unknown, n = 1): Buffer {
  const sealed = sealFrame(
    secretKey(grant.key),
    sealedHeader(frameKinds.publication, grant.id, n),
    pack(body),
  )
  return Buffer.concat([sealed, sign(null, Buffer.concat([Buffer.from('halite/1/publish\0'), sealed]), key)])
}

describe('a publication', () => {
  it('is read back, whatever its load', () => {
    fc.assert(
      fc.property(plainValue, (value) => {
        const { n, frame } = sealer().job(value)
        expect(opener().open(frame)).toEqual({ n, previousJob: 0, load: value })
      }),
      { numRuns: 50 },
    )
  })

  it('tells which job came before it', () => {
    const from = sealer()
    const frames = [
      from.heartbeat(),
      from.job('a').frame,
      from.heartbeat(),
      from.job('b').frame,
      from.heartbeat(),
    ]
    const to = opener()
    expect(frames.map((frame) => to.open(frame))).toEqual([
      { n: 1, previousJob: 0, load: undefined },
      { n: 2, previousJob: 0, load: 'a' },
      { n: 3, previousJob: 2, load: undefined },
      { n: 4, previousJob: 2, load: 'b' },
      { n: 5, previousJob: 4, load: undefined },
    ])
    expect(from.lastJob).toBe(4)
  })

  it('with any one bit turned over is refused, and the true one is taken after it', () => {
    const { frame } = sealer().job('a')
    const to = opener()
    expect(codesOf(flips(frame), (flipped) => to.open(flipped))).not.toContain('taken')
    expect(to.open(frame).load).toBe('a')
  })

  it('cut off anywhere is refused', () => {
    const { frame } = sealer().job('a')
    const codes = codesOf(beginnings(frame), (cut) => opener().open(cut))
    expect(codes).toEqual(['FRAME_MALFORMED', 'SIGNATURE_INVALID'])
  })

  it('that was opened, or overtaken, is refused', () => {
    const from = sealer()
    const [first, second] = [from.job('a').frame, from.job('b').frame]
    const to = opener()
    to.open(second)
    for (const frame of [first, second]) expect(codeOf(() => to.open(frame))).toBe('FRAME_REPLAYED')
  })

  it('from before the epoch was handed out is refused: a recording is worth nothing to who comes back', () => {
    const from = sealer()
    const [first, second, third] = [from.job('a').frame, from.job('b').frame, from.job('c').frame]
    const to = opener({ lastJob: 2 })
    for (const frame of [first, second]) expect(codeOf(() => to.open(frame))).toBe('FRAME_REPLAYED')
    expect(to.open(third).load).toBe('c')
  })

  it('larger than 16 MiB is taken: the frame is the limit', () => {
    const load = Buffer.alloc(17 * 1024 * 1024, 1)
    const opened = opener().open(sealer().job(load).frame)
    expect(Buffer.compare(opened.load as Buffer, load)).toBe(0)
  })

  it('of another epoch is refused', () => {
    const other = new EpochSealer(master.key)
    expect(codeOf(() => opener().open(other.job('a').frame))).toBe('FRAME_MALFORMED')
    const sameId = new EpochSealer(master.key, { ...grant, key: filled(1) })
    expect(codeOf(() => opener().open(sameId.job('a').frame))).toBe('SEAL_BROKEN')
  })

  it('is signed over the documented bytes', () => {
    const { frame } = sealer().job('a')
    const said = Buffer.concat([Buffer.from('halite/1/publish\0'), frame.subarray(0, -64)])
    expect(verifyPortable(said, frame.subarray(-64), master.raw)).toBe(true)
  })
})

describe('a holder of the epoch key', () => {
  it('cannot publish: signed by another key', () => {
    for (const { key } of [minion, identityOf(0x09)]) {
      expect(codeOf(() => opener().open(forged(key, [0, 'evil'])))).toBe('SIGNATURE_INVALID')
    }
  })

  it('cannot publish: unsigned, or with a signature of something else', () => {
    const { frame } = sealer().job('a')
    const sealed = forged(minion.key, [0, 'evil']).subarray(0, -64)
    const bare = sign(null, sealed, master.key)
    for (const signature of [Buffer.alloc(64), Buffer.alloc(0), frame.subarray(-64), bare]) {
      const code = codeOf(() => opener().open(Buffer.concat([sealed, signature])))
      expect(['SIGNATURE_INVALID', 'FRAME_MALFORMED']).toContain(code)
    }
  })

  it('cannot make the opener forget the true publication', () => {
    const to = opener()
    expect(codeOf(() => to.open(forged(minion.key, [0, 'evil'], 900)))).toBe('SIGNATURE_INVALID')
    expect(to.open(sealer().job('a').frame).load).toBe('a')
  })
})

describe('a body that no master makes', () => {
  it.each([[null], [{}], [[]], [[0, 1, 2]], [['0']], [[-1]], [[1]], [[7, 'job after itself']]])(
    'is refused: %j',
    (body) => {
      const to = opener()
      expect(['FRAME_MALFORMED', 'VALUE_MALFORMED']).toContain(
        codeOf(() => to.open(forged(master.key, body))),
      )
      expect(to.open(sealer().job('a').frame).n).toBe(1)
    },
  )
})

describe('a shared verifier', () => {
  it('asks once per frame and never mixes up frames, signatures or masters', () => {
    const share = sharedVerifier(4)
    const other = masterKeyOf(identityOf(0x09).raw)
    const message = Buffer.from('m')
    const signature = sign(null, message, master.key)
    const both = (verifier: VerifySignature) => [
      verifier(message, signature, masterKey),
      verifier(message, signature, other),
      verifier(Buffer.from('n'), signature, masterKey),
      verifier(message, Buffer.alloc(64), masterKey),
    ]
    expect(both(share)).toEqual([true, false, false, false])
    expect(both(share)).toEqual(both(verifySignature))
    for (let n = 0; n < 20; n += 1) expect(share(Buffer.from(`${n}`), signature, masterKey)).toBe(false)
    expect(share(message, signature, masterKey)).toBe(true)
  })
})

it('an epoch is random in all its parts', () => {
  const parts = [makeEpoch(), makeEpoch()].flatMap(({ id, key, topic }) => [id, key.subarray(0, 16), topic])
  expect(new Set(parts.map((part) => part.toString('hex'))).size).toBe(6)
  expect(parts.map(({ length }) => length)).toEqual([16, 16, 16, 16, 16, 16])
})
