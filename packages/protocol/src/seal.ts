// SPDX-License-Identifier: Apache-2.0
import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject } from 'node:crypto'
import { SaltError } from '@halite/core'
import {
  type FrameKind,
  type frameKinds,
  header,
  headerBytes,
  malformed,
  sealedHeaderBytes,
  sessionIdBytes,
  tagBytes,
} from './frame.ts'

/** A symmetric key as the cipher takes it fastest. */
export function secretKey(bytes: Uint8Array): KeyObject {
  return createSecretKey(bytes)
}

/** Fills the nonce: kind of frame (4 bytes) ‖ counter (8 bytes). One kind has one writer, so it never repeats under a key. */
function nonceOf(kind: FrameKind, counterBytes: Uint8Array): Buffer {
  const nonce = Buffer.alloc(12)
  nonce.writeUInt32BE(kind, 0)
  nonce.set(counterBytes, 4)
  return nonce
}

/** Seals `body` as one frame: header ‖ id ‖ counter, authenticated; then ciphertext and tag. */
export function sealFrame(key: KeyObject, head: Uint8Array, body: Uint8Array): Buffer {
  const kind = head[2] as FrameKind
  const cipher = createCipheriv('aes-256-gcm', key, nonceOf(kind, head.subarray(sealedHeaderBytes - 8)))
  cipher.setAAD(head)
  const sealed = cipher.update(body)
  cipher.final()
  return Buffer.concat([head, sealed, cipher.getAuthTag()])
}

/** Opens what `sealFrame` made. Throws `SEAL_BROKEN`. */
export function openFrame(key: KeyObject, frame: Uint8Array): Buffer {
  const end = frame.length - tagBytes
  if (end < sealedHeaderBytes) throw malformed('is too short to be sealed')
  const kind = frame[2] as FrameKind
  const decipher = createDecipheriv(
    'aes-256-gcm',
    key,
    nonceOf(kind, frame.subarray(sealedHeaderBytes - 8, sealedHeaderBytes)),
  )
  decipher.setAAD(frame.subarray(0, sealedHeaderBytes))
  decipher.setAuthTag(frame.subarray(end))
  const body = decipher.update(frame.subarray(sealedHeaderBytes, end))
  try {
    decipher.final()
  } catch {
    throw new SaltError('SEAL_BROKEN', 'frame does not open under the session key')
  }
  return body
}

/** The 28 bytes in front of a sealed frame. `counter` starts at 1. */
export function sealedHeader(kind: FrameKind, id: Uint8Array, counter: number): Buffer {
  const head = Buffer.allocUnsafe(sealedHeaderBytes)
  head.set(header(kind), 0)
  head.set(id, headerBytes)
  head.writeBigUInt64BE(BigInt(counter), headerBytes + sessionIdBytes)
  return head
}

/** The session or epoch id in a sealed frame, as a key for maps. Throws `FRAME_MALFORMED` when the frame is too short. */
export function sealedId(frame: Buffer): string {
  if (frame.length < sealedHeaderBytes + tagBytes) throw malformed('is too short to be sealed')
  return frame.toString('latin1', headerBytes, headerBytes + sessionIdBytes)
}

/** The counter of a sealed frame. Throws `FRAME_MALFORMED` beyond 2^53. */
export function sealedCounter(frame: Buffer): number {
  const counter = Number(frame.readBigUInt64BE(headerBytes + sessionIdBytes))
  if (!Number.isSafeInteger(counter)) throw malformed('has a counter beyond 2^53')
  return counter
}

/** Seals one direction of a session; the one writer of a socket owns it. */
export class Sealer {
  #counter = 0
  readonly #key: KeyObject
  readonly #id: Uint8Array
  readonly #kind: FrameKind

  constructor(kind: FrameKind, id: Uint8Array, key: KeyObject) {
    this.#kind = kind
    this.#id = id
    this.#key = key
  }

  seal(body: Uint8Array): Buffer {
    this.#counter += 1
    return sealFrame(this.#key, sealedHeader(this.#kind, this.#id, this.#counter), body)
  }
}

/** Opens one direction of a session and refuses any counter that does not rise. */
export class Opener {
  #last = 0
  readonly #key: KeyObject

  constructor(key: KeyObject) {
    this.#key = key
  }

  /** Throws `FRAME_REPLAYED`, `SEAL_BROKEN` or `FRAME_MALFORMED`; a refused frame changes nothing. */
  open(frame: Buffer): Buffer {
    const counter = sealedCounter(frame)
    if (counter <= this.#last) throw new SaltError('FRAME_REPLAYED', `counter ${counter} after ${this.#last}`)
    const body = openFrame(this.#key, frame)
    this.#last = counter
    return body
  }
}

/** The kinds a session seals with; each has a counter of its own. */
export type SessionKind = typeof frameKinds.up | typeof frameKinds.down | typeof frameKinds.probe
