// SPDX-License-Identifier: Apache-2.0
import { createHmac, timingSafeEqual } from 'node:crypto'
import { type Decoded, pack, SaltError, schema, unpack } from '@halite/core'
import { expectKind, frameKinds, header, headerBytes, malformed } from './frame.ts'
import { printable } from './printable.ts'
import { deriveSessionKeys, type SessionKeys } from './session-keys.ts'
import { sha256, transcriptOf } from './transcript.ts'
import { checkChoice, checkOffer } from './versions.ts'

const { bytes, extensibleRecord, integer, record, text } = schema
const macBytes = 32
const userKeyBytes = 32

/** What a local client says first: it proves the key of a user of this host. */
export const localHelloSchema = record({
  /** Whose key is proven; which user the client *is* follows from the key alone. */
  user: text(64),
  ephemeral: bytes(32),
  nonce: bytes(32),
  minVersion: integer(1, 255),
  maxVersion: integer(1, 255),
})
/** A local hello whose shape was checked; who sent it is known only after `provesUserKey`. */
export type LocalHello = Decoded<typeof localHelloSchema>

/** What the master answers a client that proved a key; another one gets no answer. */
export const localAcceptSchema = extensibleRecord({
  ephemeral: bytes(32),
  nonce: bytes(32),
  session: bytes(16),
  version: integer(1, 255),
  software: printable(64),
})
/** The answer of a master that knows the same user key. */
export type LocalAccept = Decoded<typeof localAcceptSchema>

const helloLabel = 'halite/1/local-hello\0'
const acceptLabel = 'halite/1/local-accept\0'

/** A local hello as bytes, with the proof of `userKey`. Throws `CLIENT_NOT_ALLOWED` for a key that has not 32 bytes. */
export function encodeLocalHello(hello: LocalHello, userKey: Uint8Array): Buffer {
  if (userKey.length !== userKeyBytes) {
    const found = `the key of user ${hello.user} has ${userKey.length} bytes, expected ${userKeyBytes}`
    throw new SaltError('CLIENT_NOT_ALLOWED', found, {
      hint: 'Restart salt-master: it writes new keys.',
    })
  }
  const body = Buffer.concat([header(frameKinds.localHello), pack(hello)])
  return Buffer.concat([body, mac(userKey, helloLabel, body)])
}

/**
 * Reads a local hello without checking its proof. Throws `FRAME_MALFORMED`, `VALUE_MALFORMED`, `VALUE_TOO_DEEP` or
 * `VERSION_REFUSED`.
 */
export function decodeLocalHello(frame: Buffer): LocalHello {
  expectKind(frame, frameKinds.localHello)
  const hello = localHelloSchema(unpack(provenPart(frame).subarray(headerBytes), { maxDepth: 1 }), 'hello')
  checkOffer('the local client', hello)
  return hello
}

/** Whether `frame` proves `userKey`; takes as long for a wrong proof as for a right one. */
export function provesUserKey(frame: Buffer, userKey: Uint8Array): boolean {
  if (frame.length <= headerBytes + macBytes || userKey.length !== userKeyBytes) return false
  return timingSafeEqual(mac(userKey, helloLabel, provenPart(frame)), frame.subarray(-macBytes))
}

/** The master's answer, with its own proof of the same key. */
export function encodeLocalAccept(accept: LocalAccept, helloFrame: Buffer, userKey: Uint8Array): Buffer {
  const body = Buffer.concat([header(frameKinds.localAccept), pack(accept)])
  return Buffer.concat([body, mac(userKey, acceptLabel, Buffer.concat([sha256(helloFrame), body]))])
}

/**
 * Checks the master's proof, then reads its answer. Throws `SIGNATURE_INVALID` (also for an answer to another hello),
 * `VERSION_REFUSED`, `FRAME_MALFORMED`, `VALUE_MALFORMED` or `VALUE_TOO_DEEP`.
 */
export function decodeLocalAccept(frame: Buffer, helloFrame: Buffer, userKey: Uint8Array): LocalAccept {
  expectKind(frame, frameKinds.localAccept)
  const body = provenPart(frame)
  const proof = mac(userKey, acceptLabel, Buffer.concat([sha256(helloFrame), body]))
  if (!timingSafeEqual(proof, frame.subarray(-macBytes))) {
    throw new SaltError('SIGNATURE_INVALID', 'the local master does not know the key of this user')
  }
  const accept = localAcceptSchema(unpack(body.subarray(headerBytes), { maxDepth: 1 }), 'accept')
  checkChoice(accept.version)
  return accept
}

/** The keys of a local session: they need the user's key as well as the exchange. `frames` are hello and accept. */
export function localSessionKeys(
  shared: Uint8Array,
  userKey: Uint8Array,
  frames: readonly [Buffer, Buffer],
): SessionKeys {
  return deriveSessionKeys(Buffer.concat([shared, userKey]), transcriptOf(...frames))
}

/** What the proof covers: header and body. */
function provenPart(frame: Buffer): Buffer {
  const end = frame.length - macBytes
  if (end <= headerBytes) throw malformed('is too short to be proven')
  return frame.subarray(0, end)
}

function mac(key: Uint8Array, label: string, data: Uint8Array): Buffer {
  return createHmac('sha256', key).update(label).update(data).digest()
}
