// SPDX-License-Identifier: Apache-2.0
import { SaltError } from '@halite/core'

/** First byte of every frame: msgpack never uses it, so Salt's own wire can be told apart on the same port. */
export const magic = 0xc1
/** The version of this protocol that frames carry. */
export const wireVersion = 1
/** Peers below this version are refused. */
export const minimumWireVersion = 1

/** What a frame is: the third byte. Below 16 it travels clear, from 16 on sealed. */
export const frameKinds = {
  /** Minion → master, clear, signed: opens a handshake. */
  hello: 1,
  /** Master → minion, clear, signed: answers it. */
  accept: 2,
  /** Master → anyone, clear, unsigned: a hint that changes nothing by itself. */
  notice: 3,
  /** Local client → master, clear, with HMAC. */
  localHello: 4,
  /** Master → local client, clear, with HMAC. */
  localAccept: 5,
  /** Minion or client → master, sealed under the session. */
  up: 16,
  /** Master → minion or client, sealed under the session. */
  down: 17,
  /** Master → all holders of an epoch, sealed and signed, on the publish socket. */
  publication: 18,
  /** Master → one session, sealed under the session, on the publish socket. */
  probe: 19,
} as const

/** The third byte of a frame. */
export type FrameKind = (typeof frameKinds)[keyof typeof frameKinds]

/** First byte, version, kind, flags. */
export const headerBytes = 4
/** The id of a session or of an epoch. */
export const sessionIdBytes = 16
/** The tag of AES-256-GCM, in full. */
export const tagBytes = 16
/** An Ed25519 signature. */
export const signatureBytes = 64
/** Header, session or epoch id, counter. */
export const sealedHeaderBytes = headerBytes + sessionIdBytes + 8

/** Largest frame of any kind; a larger one is dropped unread. */
export const maxFrameBytes = 65 * 1024 * 1024
/** Largest clear frame: the most that an unauthenticated peer can make the master examine. */
export const maxClearBytes = 2048

const knownKinds: ReadonlySet<number> = new Set(Object.values(frameKinds))

/** The four bytes in front of every frame of `kind`. */
export function header(kind: FrameKind): Buffer {
  const bytes = Buffer.allocUnsafe(headerBytes)
  writeHeader(bytes, kind)
  return bytes
}

/** Writes them to the front of `frame`. */
export function writeHeader(frame: Uint8Array, kind: FrameKind): void {
  frame[0] = magic
  frame[1] = wireVersion
  frame[2] = kind
  frame[3] = 0
}

/**
 * Reads the kind of a frame after checking size, first byte, version and flags.
 * Throws `FRAME_MALFORMED`, or `VERSION_REFUSED` when only the version is wrong.
 */
export function frameKind(frame: Uint8Array): FrameKind {
  if (frame.length < headerBytes || frame.length > maxFrameBytes) throw malformed(`has ${frame.length} bytes`)
  if (frame[0] !== magic) throw malformed('does not begin with 0xC1')
  if (frame[1] !== wireVersion) {
    throw new SaltError('VERSION_REFUSED', `frame of protocol version ${frame[1]}, expected ${wireVersion}`)
  }
  const kind = frame[2] as FrameKind
  if (!knownKinds.has(kind)) throw malformed(`is of unknown kind ${kind}`)
  if (frame[3] !== 0) throw malformed('has unknown flags')
  if (kind < frameKinds.up && frame.length > maxClearBytes) {
    throw malformed(`is clear and has ${frame.length} bytes`)
  }
  return kind
}

/** Passes a frame of this kind and no other. Throws as `frameKind` does, `FRAME_MALFORMED` for another kind. */
export function expectKind(frame: Uint8Array, kind: FrameKind): void {
  const found = frameKind(frame)
  if (found !== kind) throw malformed(`is of kind ${found}, expected ${kind}`)
}

/** The error of a frame that `what`: a verb and what follows. */
export function malformed(what: string): SaltError {
  return new SaltError('FRAME_MALFORMED', `frame ${what}`)
}
