// SPDX-License-Identifier: Apache-2.0
import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { type Decoded, pack, SaltError, schema, unpack } from '@halite/core'
import { frameKinds, header, headerBytes, malformed } from './frame.ts'
import { deriveSessionKeys, type SessionKeys } from './session-keys.ts'

const { bytes, integer, record, text } = schema
const macBytes = 32

/** What a local client says first: it proves the key of a user of this host. */
export const localHelloSchema = record({
  /** Whose key is proven; which user the client *is* follows from the key alone. */
  user: text(64),
  ephemeral: bytes(32),
  nonce: bytes(32),
  minVersion: integer(1, 255),
  maxVersion: integer(1, 255),
})
export type LocalHello = Decoded<typeof localHelloSchema>

export const localAcceptSchema = record({
  ephemeral: bytes(32),
  nonce: bytes(32),
  session: bytes(16),
  version: integer(1, 255),
  software: text(64),
})
export type LocalAccept = Decoded<typeof localAcceptSchema>

/** A local hello as bytes, with the proof of `userKey`. */
export function encodeLocalHello(hello: LocalHello, userKey: Uint8Array): Buffer {
  const body = Buffer.concat([header(frameKinds.localHello), pack(hello)])
  return Buffer.concat([body, mac(userKey, 'halite/1/local-hello\0', body)])
}

/** Reads a local hello without checking its proof. Throws `FRAME_MALFORMED` or `VALUE_MALFORMED`. */
export function decodeLocalHello(frame: Buffer): LocalHello {
  return localHelloSchema(provenBody(frame), 'hello')
}

/** Whether `frame` proves `userKey`. */
export function provesUserKey(frame: Buffer, userKey: Uint8Array): boolean {
  const end = frame.length - macBytes
  return timingSafeEqual(mac(userKey, 'halite/1/local-hello\0', frame.subarray(0, end)), frame.subarray(end))
}

/** The master's answer, with its own proof of the same key. */
export function encodeLocalAccept(accept: LocalAccept, helloFrame: Buffer, userKey: Uint8Array): Buffer {
  const body = Buffer.concat([header(frameKinds.localAccept), pack(accept)])
  return Buffer.concat([
    body,
    mac(userKey, 'halite/1/local-accept\0', Buffer.concat([sha256(helloFrame), body])),
  ])
}

/** Reads the master's answer and checks its proof. Throws `SIGNATURE_INVALID` or `FRAME_MALFORMED`. */
export function decodeLocalAccept(frame: Buffer, helloFrame: Buffer, userKey: Uint8Array): LocalAccept {
  const accept = localAcceptSchema(provenBody(frame), 'accept')
  const end = frame.length - macBytes
  const signed = Buffer.concat([sha256(helloFrame), frame.subarray(0, end)])
  if (!timingSafeEqual(mac(userKey, 'halite/1/local-accept\0', signed), frame.subarray(end))) {
    throw new SaltError('SIGNATURE_INVALID', 'the local master does not know the key of this user')
  }
  return accept
}

/** The keys of a local session: they need the user's key as well as the exchange. */
export function localSessionKeys(
  shared: Uint8Array,
  userKey: Uint8Array,
  frames: readonly [Buffer, Buffer],
): SessionKeys {
  return deriveSessionKeys(Buffer.concat([shared, userKey]), sha256(Buffer.concat(frames.map(sha256))))
}

function provenBody(frame: Buffer): unknown {
  const end = frame.length - macBytes
  if (end <= headerBytes) throw malformed('is too short to be proven')
  return unpack(frame.subarray(headerBytes, end), { maxDepth: 2 })
}

function mac(key: Uint8Array, label: string, data: Uint8Array): Buffer {
  return createHmac('sha256', key).update(label).update(data).digest()
}

function sha256(data: Uint8Array): Buffer {
  return createHash('sha256').update(data).digest()
}
