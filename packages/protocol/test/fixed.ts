// SPDX-License-Identifier: Apache-2.0
import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import { isSaltError, loadJson, type MinionId, parseMinionId } from '@halite/core'
import {
  type Accept,
  agree,
  type Ephemeral,
  type EpochGrant,
  encodeAccept,
  encodeHello,
  encodeLocalAccept,
  encodeLocalHello,
  type Hello,
  type LocalAccept,
  type LocalHello,
} from '@halite/protocol'
import fc from 'fast-check'

/** `length` bytes, each `value`. */
export const filled = (value: number, length = 32): Buffer => Buffer.alloc(length, value)

/** An Ed25519 identity from a seed of 32 equal bytes. */
export function identityOf(seed: number): { readonly key: KeyObject; readonly raw: Buffer } {
  const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), filled(seed)])
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
  return { key, raw: rawOf(key) }
}

/** An X25519 pair from a secret of 32 equal bytes. */
export function ephemeralOf(secret: number): Ephemeral {
  const der = Buffer.concat([Buffer.from('302e020100300506032b656e04220420', 'hex'), filled(secret)])
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
  return { privateKey, publicRaw: rawOf(privateKey) }
}

function rawOf(key: KeyObject): Buffer {
  return createPublicKey(key).export({ type: 'spki', format: 'der' }).subarray(-32)
}

/** The fixed parties of these tests and of the recorded frames. */
export const minion = identityOf(0x01)
export const master = identityOf(0x02)
export const minionEphemeral = ephemeralOf(0x11)
export const masterEphemeral = ephemeralOf(0x12)
export const sessionId = filled(0x33, 16)
export const userKey = filled(0x44)
export const id: MinionId = parseMinionId('web1')

export const hello: Hello = {
  id,
  instance: filled(0x21, 16),
  role: 'daemon',
  key: minion.raw,
  ephemeral: minionEphemeral.publicRaw,
  nonce: filled(0x22),
  minVersion: 1,
  maxVersion: 1,
  software: '0.1.0',
  time: 1_700_000_000_000,
}

export const accept: Accept = {
  status: 'accepted',
  key: master.raw,
  ephemeral: masterEphemeral.publicRaw,
  nonce: filled(0x23),
  session: sessionId,
  version: 1,
  software: '0.1.0',
  time: 1_700_000_000_500,
}

export const localHello: LocalHello = {
  user: 'root',
  ephemeral: minionEphemeral.publicRaw,
  nonce: filled(0x24),
  minVersion: 1,
  maxVersion: 1,
}

export const localAccept: LocalAccept = {
  ephemeral: masterEphemeral.publicRaw,
  nonce: filled(0x25),
  session: sessionId,
  version: 1,
  software: '0.1.0',
}

export const grant: EpochGrant = {
  id: filled(0x51, 16),
  key: filled(0x52),
  topic: filled(0x53, 16),
  lastJob: 0,
}

export const helloFrame = encodeHello(hello, minion.key)
export const acceptFrame = encodeAccept(accept, helloFrame, master.key)
export const localHelloFrame = encodeLocalHello(localHello, userKey)
export const localAcceptFrame = encodeLocalAccept(localAccept, localHelloFrame, userKey)
/** The secret both ends of the fixed handshakes share. */
export const shared = agree(minionEphemeral, masterEphemeral.publicRaw)

/** The code `run` throws with, `'taken'` when it throws nothing; anything but a SaltError is thrown on. */
export function codeOf(run: () => unknown): string {
  try {
    run()
    return 'taken'
  } catch (error) {
    if (isSaltError(error)) return error.code
    throw error
  }
}

/** Every copy of `frame` with one bit turned over. */
export function* flips(frame: Buffer): Generator<Buffer> {
  for (let bit = 0; bit < frame.length * 8; bit += 1) {
    const copy = Buffer.from(frame)
    copy[bit >> 3] = (copy[bit >> 3] as number) ^ (1 << (bit & 7))
    yield copy
  }
}

/** Every proper beginning of `frame`. */
export function* beginnings(frame: Buffer): Generator<Buffer> {
  for (let length = 0; length < frame.length; length += 1) yield frame.subarray(0, length)
}

/** What may become of a frame that was cut off. */
export const cutOff = ['FRAME_MALFORMED', 'VALUE_MALFORMED', 'SEAL_BROKEN', 'SIGNATURE_INVALID']

/** The set of codes that `read` throws for these frames. */
export function codesOf(frames: Iterable<Buffer>, read: (frame: Buffer) => unknown): string[] {
  return [...new Set(Array.from(frames, (frame) => codeOf(() => read(frame))))].sort()
}

/** Data as msgpack keeps it: it knows no -0, and no key that would reach a prototype. */
export const plainValue = fc.jsonValue({ maxDepth: 4 }).map((value) => loadJson(JSON.stringify(value)))
