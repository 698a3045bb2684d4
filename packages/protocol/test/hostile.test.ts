// SPDX-License-Identifier: Apache-2.0
import { createHook } from 'node:async_hooks'
import { pack } from '@halite/core'
import {
  decodeAccept,
  decodeDown,
  decodeHello,
  decodeLocalAccept,
  decodeLocalHello,
  decodeNotice,
  decodeRequest,
  EpochOpener,
  EpochSealer,
  encodeAcknowledgement,
  encodeNotice,
  encodeReply,
  encodeRequest,
  frameKind,
  frameKinds,
  header,
  MasterSeals,
  masterKeyOf,
  maxClearBytes,
  PeerSeals,
  provesUserKey,
  sealedCounter,
  sealedId,
  sessionKeysOf,
  verifyHello,
} from '@halite/protocol'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cpuMsOf } from '../../testing/src/cpu-time.ts'
import {
  acceptFrame,
  codeOf,
  grant,
  helloFrame,
  localAcceptFrame,
  localHelloFrame,
  master,
  sessionId,
  shared,
  userKey,
} from './fixed.ts'

const keys = sessionKeysOf(shared, helloFrame, acceptFrame)
const masterSeals = new MasterSeals(sessionId, keys)
const peerSeals = new PeerSeals(sessionId, keys)
const epoch = new EpochOpener(grant, masterKeyOf(master.raw))

/** Everything that is ever given bytes from outside, with a true frame to start from. */
const readers: Readonly<Record<string, readonly [frame: Buffer, read: (frame: Buffer) => unknown]>> = {
  frameKind: [helloFrame, frameKind],
  hello: [helloFrame, decodeHello],
  accept: [acceptFrame, (frame) => decodeAccept(frame, helloFrame)],
  notice: [encodeNotice({ notice: 'busy' }), decodeNotice],
  localHello: [localHelloFrame, decodeLocalHello],
  'proof of a local hello': [localHelloFrame, (frame) => provesUserKey(frame, userKey)],
  localAccept: [localAcceptFrame, (frame) => decodeLocalAccept(frame, localHelloFrame, userKey)],
  up: [new PeerSeals(sessionId, keys).up.seal(Buffer.from('x')), (frame) => masterSeals.up.open(frame)],
  down: [new MasterSeals(sessionId, keys).down.seal(Buffer.from('x')), (frame) => peerSeals.down.open(frame)],
  probe: [
    new MasterSeals(sessionId, keys).probe.seal(Buffer.from('x')),
    (frame) => peerSeals.probe.open(frame),
  ],
  publication: [new EpochSealer(master.key, grant).heartbeat(), (frame) => epoch.open(frame)],
  'id of a sealed frame': [new PeerSeals(sessionId, keys).up.seal(Buffer.alloc(0)), sealedId],
  'counter of a sealed frame': [new PeerSeals(sessionId, keys).up.seal(Buffer.alloc(0)), sealedCounter],
  request: [encodeRequest({ number: 1, name: '_ping', load: { a: [1] } }), (body) => decodeRequest(body)],
  acknowledgement: [encodeAcknowledgement([1, 2, 300]), (body) => decodeDown(body)],
  reply: [encodeReply(1, { a: [1] }), (body) => decodeDown(body)],
}

describe.each(Object.entries(readers))('%s', (_, [frame, read]) => {
  it('throws nothing but a SaltError, for random bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        codeOf(() => read(Buffer.from(bytes)))
      }),
      { numRuns: 2000 },
    )
  })

  it('throws nothing but a SaltError, for random bytes behind a true header', () => {
    fc.assert(
      fc.property(fc.nat(frame.length), fc.uint8Array({ maxLength: 200 }), (kept, bytes) => {
        codeOf(() => read(Buffer.concat([frame.subarray(0, kept), bytes])))
      }),
      { numRuns: 2000 },
    )
  })

  it('throws nothing but a SaltError, for a frame with some bytes exchanged', () => {
    const exchange = fc.array(fc.tuple(fc.nat(frame.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 })
    fc.assert(
      fc.property(exchange, (places) => {
        const altered = Buffer.from(frame)
        for (const [at, byte] of places) altered[at] = byte
        codeOf(() => read(altered))
      }),
      { numRuns: 1000 },
    )
  })
})

/** Clear frames that are as expensive as a stranger can make them. */
const expensive: Readonly<Record<string, Buffer>> = {
  'of 2 KiB of zeros': Buffer.alloc(maxClearBytes - 4),
  'nested as deep as it is long': Buffer.alloc(maxClearBytes - 4, 0x91),
  'with a map of two thousand pairs declared': Buffer.concat([
    Buffer.from('de07d0', 'hex'),
    Buffer.alloc(2041),
  ]),
  'with four billion pairs declared': Buffer.concat([Buffer.from('dfffffffff', 'hex'), Buffer.alloc(2039)]),
  'with a text of 4 GiB declared': Buffer.concat([Buffer.from('81dbffffffff', 'hex'), Buffer.alloc(2038)]),
  'with one long key': Buffer.concat([
    Buffer.from('81da0700', 'hex'),
    Buffer.alloc(0x700, 0x61),
    Buffer.alloc(64),
  ]),
  'with six hundred unknown fields': pack(
    Object.fromEntries(Array.from({ length: 600 }, (_, n) => [n.toString(36), 0])),
  ),
}

describe.each(Object.entries(expensive))('a clear frame %s', (_, body) => {
  it('is refused, a thousand times a second and more', () => {
    const frames = [frameKinds.hello, frameKinds.localHello].map((kind) =>
      Buffer.concat([header(kind), body]).subarray(0, maxClearBytes),
    )
    const cpuMs = cpuMsOf(() => {
      for (let n = 0; n < 1000; n += 1) {
        expect(codeOf(() => decodeHello(frames[0] as Buffer))).not.toBe('taken')
        expect(codeOf(() => decodeLocalHello(frames[1] as Buffer))).not.toBe('taken')
      }
    })
    expect(cpuMs).toBeLessThan(1000)
  })
})

describe('what costs a stranger little costs the master little', () => {
  it('a hello is read in well under a tenth of a millisecond', () => {
    const cpuMs = cpuMsOf(() => {
      for (let n = 0; n < 5000; n += 1) decodeHello(helloFrame)
    })
    expect(cpuMs).toBeLessThan(500)
  })

  it('five thousand garbage hellos take less than half a second', () => {
    const garbage = Buffer.from(helloFrame)
    garbage.fill(0xff, 10, 60)
    const cpuMs = cpuMsOf(() => {
      for (let n = 0; n < 5000; n += 1) codeOf(() => decodeHello(garbage))
    })
    expect(cpuMs).toBeLessThan(500)
  })

  it('frames under an unknown key are refused faster than they can be sent', () => {
    const fresh = new MasterSeals(sessionId, keys)
    const stranger = new PeerSeals(sessionId, sessionKeysOf(Buffer.alloc(32), helloFrame, acceptFrame))
    const frames = Array.from({ length: 5000 }, () => stranger.up.seal(Buffer.alloc(100)))
    const cpuMs = cpuMsOf(() => {
      for (const frame of frames) expect(codeOf(() => fresh.up.open(frame))).toBe('SEAL_BROKEN')
    })
    expect(cpuMs).toBeLessThan(1000)
  })

  it('a signature is checked on another thread', async () => {
    const begun: string[] = []
    const hook = createHook({ init: (_id, type) => begun.push(type) }).enable()
    const check = verifyHello(helloFrame, decodeHello(helloFrame))
    hook.disable()
    expect(begun).toContain('SIGNREQUEST')
    expect(await check).toBe(true)
  })
})
