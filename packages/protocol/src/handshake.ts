// SPDX-License-Identifier: Apache-2.0
import { createHash, type KeyObject, sign, verify } from 'node:crypto'
import { type Decoded, type MinionId, pack, publicKeyFromRaw, SaltError, schema, unpack } from '@halite/core'
import {
  frameKinds,
  header,
  headerBytes,
  malformed,
  minimumWireVersion,
  signatureBytes,
  wireVersion,
} from './frame.ts'
import { deriveSessionKeys, type SessionKeys } from './session-keys.ts'

const { bytes, integer, minionId, number, oneOf, optional, record, text } = schema

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
  software: text(64),
  /** Wall clock, ms since the epoch: for showing skew, never for deciding. */
  time: number(0, 1e15),
  /** Echo of a cookie notice. */
  cookie: optional(bytes(24)),
})
export type Hello = Decoded<typeof helloSchema>

export const acceptStatuses = ['accepted', 'pending', 'rejected', 'denied', 'full'] as const
export type AcceptStatus = (typeof acceptStatuses)[number]

/** What the master answers. `session` and `ephemeral` count only with status accepted. */
export const acceptSchema = record({
  status: oneOf(...acceptStatuses),
  key: bytes(32),
  ephemeral: bytes(32),
  nonce: bytes(32),
  session: bytes(16),
  version: integer(1, 255),
  software: text(64),
  time: number(0, 1e15),
})
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
 * Throws `FRAME_MALFORMED`, `VALUE_MALFORMED` or `VERSION_REFUSED`.
 */
export function decodeHello(frame: Buffer): Hello {
  const hello = helloSchema(signedBody(frame), 'hello')
  if (hello.maxVersion < minimumWireVersion || hello.minVersion > wireVersion) {
    throw new SaltError(
      'VERSION_REFUSED',
      `${hello.id} speaks protocol ${hello.minVersion} to ${hello.maxVersion}`,
      {
        hint: `This side speaks ${minimumWireVersion} to ${wireVersion}: upgrade the older one.`,
      },
    )
  }
  return hello
}

/** Whether the key inside `hello` signed `frame`. Runs on a thread of its own, not on the caller's. */
export function verifyHello(frame: Buffer, hello: Hello): Promise<boolean> {
  const end = frame.length - signatureBytes
  const signed = Buffer.concat([helloLabel, frame.subarray(0, end)])
  return new Promise((resolve) => {
    verify(null, signed, publicKeyFromRaw(hello.key), frame.subarray(end), (error, valid) =>
      resolve(!error && valid),
    )
  })
}

/** The master's answer to the hello that arrived as `helloFrame`, signed over both. */
export function encodeAccept(accept: Accept, helloFrame: Buffer, identity: KeyObject): Buffer {
  const body = Buffer.concat([header(frameKinds.accept), pack(accept)])
  return Buffer.concat([body, sign(null, Buffer.concat([acceptLabel, sha256(helloFrame), body]), identity)])
}

/** Reads the master's answer and verifies it under the key it names. Throws `SIGNATURE_INVALID` or `FRAME_MALFORMED`. */
export function decodeAccept(frame: Buffer, helloFrame: Buffer): Accept {
  const accept = acceptSchema(signedBody(frame), 'accept')
  const end = frame.length - signatureBytes
  const signed = Buffer.concat([acceptLabel, sha256(helloFrame), frame.subarray(0, end)])
  if (!verify(null, signed, publicKeyFromRaw(accept.key), frame.subarray(end))) {
    throw new SaltError('SIGNATURE_INVALID', 'the answer to the handshake is not signed by the key it names')
  }
  return accept
}

/** The keys of a session, bound to every byte both sides sent. */
export function sessionKeysOf(shared: Uint8Array, helloFrame: Buffer, acceptFrame: Buffer): SessionKeys {
  return deriveSessionKeys(shared, sha256(Buffer.concat([sha256(helloFrame), sha256(acceptFrame)])))
}

function signedBody(frame: Buffer): unknown {
  const end = frame.length - signatureBytes
  if (end <= headerBytes) throw malformed('is too short to be signed')
  return unpack(frame.subarray(headerBytes, end), { maxDepth: 2 })
}

function sha256(data: Uint8Array): Buffer {
  return createHash('sha256').update(data).digest()
}

/** The name under which the master keeps sessions apart. */
export function peerName(id: MinionId, instance: Uint8Array, role: Hello['role']): string {
  return `${id}\0${Buffer.from(instance).toString('hex')}\0${role}`
}
