// SPDX-License-Identifier: Apache-2.0
import { createCipheriv, createSecretKey, type KeyObject } from 'node:crypto'
import { SaltError } from '@halite/core'
import { cipherName, cipherOptions, openSealed, type SealedParts } from './aead.ts'
import {
  expectKind,
  type FrameKind,
  type frameKinds,
  headerBytes,
  malformed,
  sealedHeaderBytes,
  sessionIdBytes,
  tagBytes,
  writeHeader,
} from './frame.ts'

const counterAt = headerBytes + sessionIdBytes

/** The kinds a session seals with; each has a counter of its own. */
export type SessionKind = typeof frameKinds.up | typeof frameKinds.down | typeof frameKinds.probe

/** A symmetric key as the cipher takes it fastest; 32 bytes, copied. */
export function secretKey(bytes: Uint8Array): KeyObject {
  return createSecretKey(bytes)
}

/**
 * Seals `body` as one frame: header ‖ id ‖ counter, authenticated; then ciphertext and tag. `head` is a `sealedHeader`
 * that was never used with this key: its kind and counter are the nonce.
 */
export function sealFrame(key: KeyObject, head: Uint8Array, body: Uint8Array): Buffer {
  return Buffer.concat(sealPieces(key, head, [body]))
}

/** The same for a body in pieces; the frame is in pieces, too. */
function sealPieces(key: KeyObject, head: Uint8Array, pieces: readonly Uint8Array[]): Uint8Array[] {
  const cipher = createCipheriv(cipherName, key, nonceOf(head), cipherOptions)
  cipher.setAAD(head)
  const sealed = pieces.map((piece) => cipher.update(piece))
  cipher.final()
  return [head, ...sealed, cipher.getAuthTag()]
}

/**
 * Opens what `sealFrame` made; the body shares no memory with the frame. Throws `SEAL_BROKEN`, or `FRAME_MALFORMED` when
 * the frame is too short. Does not look at kind, id or order of the counter: that is the part of `Opener`.
 */
export function openFrame(key: KeyObject, frame: Uint8Array): Buffer {
  return opened(openSealed(key, sealedParts(frame)))
}

/** What `openSealed` needs to know of a frame. Throws `FRAME_MALFORMED` when it is too short; the nonce is good until the next call. */
export function sealedParts(frame: Uint8Array): SealedParts {
  const tagAt = frame.length - tagBytes
  if (tagAt < sealedHeaderBytes) throw malformed('is too short to be sealed')
  return { frame, nonce: nonceOf(frame), bodyAt: sealedHeaderBytes, tagAt }
}

/** What `openSealed` gave; throws `SEAL_BROKEN` when that is nothing. */
export function opened<T extends Uint8Array>(body: T | undefined): T {
  if (body === undefined) throw new SaltError('SEAL_BROKEN', 'frame does not open under the key it names')
  return body
}

/** Filled again for each frame: a cipher copies its nonce when it is made. */
const nonce = Buffer.alloc(12)

/** Kind of frame (4 bytes) ‖ counter (8 bytes). One kind has one writer, so it never repeats under a key. */
function nonceOf(head: Uint8Array): Buffer {
  nonce[3] = head[2] as FrameKind
  for (let at = 0; at < 8; at += 1) nonce[4 + at] = head[counterAt + at] as number
  return nonce
}

/**
 * The 28 bytes in front of a sealed frame; `id` has 16 bytes. `counter` starts at 1; beyond 2^53 - 1 numbers would repeat,
 * and with them nonces, so that throws `SESSION_LOST`.
 */
export function sealedHeader(kind: FrameKind, id: Uint8Array, counter: number): Buffer {
  if (!Number.isSafeInteger(counter)) throw new SaltError('SESSION_LOST', 'the counter of a key is used up')
  const head = Buffer.allocUnsafe(sealedHeaderBytes)
  writeHeader(head, kind)
  head.set(id, headerBytes)
  head.writeUInt32BE(Math.floor(counter / 2 ** 32), counterAt)
  head.writeUInt32BE(counter % 2 ** 32, counterAt + 4)
  return head
}

/** The session or epoch id in a sealed frame, as a key for maps. Throws `FRAME_MALFORMED` when the frame is too short. */
export function sealedId(frame: Buffer): string {
  checkSealedLength(frame)
  return frame.toString('latin1', headerBytes, counterAt)
}

/** The counter of a sealed frame. Throws `FRAME_MALFORMED` when the frame is too short, and beyond 2^53 - 1. */
export function sealedCounter(frame: Buffer): number {
  checkSealedLength(frame)
  const counter = frame.readUInt32BE(counterAt) * 2 ** 32 + frame.readUInt32BE(counterAt + 4)
  if (!Number.isSafeInteger(counter)) throw malformed('has a counter beyond 2^53')
  return counter
}

function checkSealedLength(frame: Uint8Array): void {
  if (frame.length < sealedHeaderBytes + tagBytes) throw malformed('is too short to be sealed')
}

/** Seals one kind of frame of a session; the one writer of a socket owns it. Two for one key and kind would share nonces. */
export class Sealer {
  #counter = 0
  readonly #key: KeyObject
  readonly #id: Uint8Array
  readonly #kind: SessionKind

  constructor(kind: SessionKind, id: Uint8Array, key: KeyObject) {
    this.#kind = kind
    this.#id = id
    this.#key = key
  }

  /** The next frame. Throws `SESSION_LOST` when the counter is used up. */
  seal(body: Uint8Array): Buffer {
    return sealFrame(this.#key, this.#header(), body)
  }

  /** The next frame in pieces, of a body in pieces: nothing is copied. Throws as `seal`. */
  sealPieces(body: readonly Uint8Array[]): Uint8Array[] {
    return sealPieces(this.#key, this.#header(), body)
  }

  #header(): Buffer {
    this.#counter += 1
    return sealedHeader(this.#kind, this.#id, this.#counter)
  }
}

/** Opens one kind of frame of a session and refuses any other kind, and any counter that does not rise. */
export class Opener {
  #last = 0
  readonly #kind: SessionKind
  readonly #key: KeyObject

  constructor(kind: SessionKind, key: KeyObject) {
    this.#kind = kind
    this.#key = key
  }

  /**
   * The body of `frame`. Throws `FRAME_REPLAYED`, `SEAL_BROKEN`, `FRAME_MALFORMED` or `VERSION_REFUSED`; a refused frame
   * changes nothing.
   */
  open(frame: Buffer): Buffer {
    const counter = this.#counterOf(frame)
    const body = openFrame(this.#key, frame)
    this.#last = counter
    return body
  }

  /**
   * The same with `open` in the place of `openFrame`, which may do it elsewhere and take the memory of the frame with it. Frames
   * that open meanwhile count: rejects with `FRAME_REPLAYED` when one of them has this counter or a higher one.
   */
  async openElsewhere(
    frame: Buffer,
    open: (key: KeyObject, frame: Buffer) => Promise<Buffer>,
  ): Promise<Buffer> {
    const counter = this.#counterOf(frame)
    const body = await open(this.#key, frame)
    this.#checkRises(counter)
    this.#last = counter
    return body
  }

  #counterOf(frame: Buffer): number {
    expectKind(frame, this.#kind)
    const counter = sealedCounter(frame)
    this.#checkRises(counter)
    return counter
  }

  #checkRises(counter: number): void {
    if (counter <= this.#last) throw new SaltError('FRAME_REPLAYED', `counter ${counter} after ${this.#last}`)
  }
}
