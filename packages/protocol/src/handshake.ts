// SPDX-License-Identifier: Apache-2.0
import { type KeyObject, sign, verify } from 'node:crypto'
import { type Decoded, type MinionId, pack, publicKeyFromRaw, SaltError, schema, unpack } from '@halite/core'
import { expectKind, frameKinds, header, headerBytes, malformed, signatureBytes } from './frame.ts'
import { printable } from './printable.ts'
import { deriveSessionKeys, type SessionKeys } from './session-keys.ts'
import { sha256, transcriptOf } from './transcript.ts'
import { checkChoice, checkOffer } from './versions.ts'
import { isWeakKey } from './weak-keys.ts'

const { bytes, extensibleRecord, integer, minionId, number, oneOf, optional, record } = schema

/** What a minion says first. `role` daemon receives publications; `call` never displaces the daemon. */
export const helloSchema = record({
  id: minionId,
  /** Random, one per process. */
  instance: bytes(16),
  role: oneOf('daemon', 'call'),
  /** Ed25519 identity, raw. */
  key: bytes(32),
  /** X25519, raw. */
  ephemeral: bytes(32),
  nonce: bytes(32),
  minVersion: integer(1, 255),
  maxVersion: integer(1, 255),
  software: printable(64),
  /** Wall clock, ms since the epoch: for showing skew, never for deciding. */
  time: number(0, 1e15),
  /** Echo of a cookie notice. */
  cookie: optional(bytes(24)),
})
/** A hello whose shape was checked; who sent it is known only after `verifyHello`. */
export type Hello = Decoded<typeof helloSchema>

/** What a master can decide about a key; only the owner of the key is answered, with a signature. */
export const acceptStatuses = ['accepted', 'pending', 'rejected', 'denied', 'full'] as const
/** One of `acceptStatuses`. */
export type AcceptStatus = (typeof acceptStatuses)[number]

/** What the master answers. `session` and `ephemeral` count only with status accepted. */
export const acceptSchema = extensibleRecord({
  status: oneOf(...acceptStatuses),
  key: bytes(32),
  ephemeral: bytes(32),
  nonce: bytes(32),
  session: bytes(16),
  version: integer(1, 255),
  software: printable(64),
  time: number(0, 1e15),
})
/** The master's answer; signed by the key it names, which the caller still has to compare with the pinned one. */
export type Accept = Decoded<typeof acceptSchema>

const helloLabel = Buffer.from('halite/1/hello\0')
const acceptLabel = Buffer.from('halite/1/accept\0')

/** A hello as bytes, signed with the minion's identity. */
export function encodeHello(hello: Hello, identity: KeyObject): Buffer {
  const body = Buffer.concat([header(frameKinds.hello), pack(hello)])
  return Buffer.concat([body, sign(null, Buffer.concat([helloLabel, body]), identity)])
}

/**
 * Reads a hello without verifying its signature: cheap, for the checks that come before asymmetric work.
 * Throws `FRAME_MALFORMED`, `VALUE_MALFORMED`, `VALUE_TOO_DEEP` or `VERSION_REFUSED`.
 */
export function decodeHello(frame: Buffer): Hello {
  expectKind(frame, frameKinds.hello)
  const hello = helloSchema(signedBody(frame), 'hello')
  checkOffer(hello.id, hello)
  return hello
}

/**
 * Whether the key inside `hello`, decoded from `frame`, signed it; false for a weak key. Runs on a thread of its own,
 * not on the caller's; never rejects.
 */
export function verifyHello(frame: Buffer, hello: Hello): Promise<boolean> {
  if (isWeakKey(hello.key)) return Promise.resolve(false)
  const end = frame.length - signatureBytes
  const signed = Buffer.concat([helloLabel, frame.subarray(0, end)])
  const key = publicKeyFromRaw(hello.key)
  return new Promise((resolve) => {
    verify(null, signed, key, frame.subarray(end), (error, valid) => resolve(!error && valid))
  })
}

/** The master's answer to the hello that arrived as `helloFrame`, signed over both. */
export function encodeAccept(accept: Accept, helloFrame: Buffer, identity: KeyObject): Buffer {
  const body = Buffer.concat([header(frameKinds.accept), pack(accept)])
  return Buffer.concat([body, sign(null, Buffer.concat([acceptLabel, sha256(helloFrame), body]), identity)])
}

/**
 * Reads the master's answer and verifies it under the key it names. Throws `SIGNATURE_INVALID` (also for an answer to
 * another hello, and for a weak key), `VERSION_REFUSED`, `FRAME_MALFORMED`, `VALUE_MALFORMED` or `VALUE_TOO_DEEP`.
 */
export function decodeAccept(frame: Buffer, helloFrame: Buffer): Accept {
  expectKind(frame, frameKinds.accept)
  const accept = acceptSchema(signedBody(frame), 'accept')
  const end = frame.length - signatureBytes
  const signed = Buffer.concat([acceptLabel, sha256(helloFrame), frame.subarray(0, end)])
  const valid =
    !isWeakKey(accept.key) && verify(null, signed, publicKeyFromRaw(accept.key), frame.subarray(end))
  if (!valid) {
    throw new SaltError('SIGNATURE_INVALID', 'the answer to the handshake is not signed by the key it names')
  }
  checkChoice(accept.version)
  return accept
}

/** The keys of a session, bound to every byte both sides sent. `shared` comes from `agree`. */
export function sessionKeysOf(shared: Uint8Array, helloFrame: Buffer, acceptFrame: Buffer): SessionKeys {
  return deriveSessionKeys(shared, transcriptOf(helloFrame, acceptFrame))
}

function signedBody(frame: Buffer): unknown {
  const end = frame.length - signatureBytes
  if (end <= headerBytes) throw malformed('is too short to be signed')
  return unpack(frame.subarray(headerBytes, end), { maxDepth: 1 })
}

/** The name under which the master keeps sessions apart: those of one process of a minion in one role share it. */
export function peerName(id: MinionId, instance: Uint8Array, role: Hello['role']): string {
  return `${id}\0${Buffer.from(instance).toString('hex')}\0${role}`
}
