// SPDX-License-Identifier: Apache-2.0
import { type KeyObject, randomBytes, sign, verify } from 'node:crypto'
import { type Decoded, pack, publicKeyFromRaw, SaltError, schema, unpack } from '@halite/core'
import {
  expectKind,
  frameKinds,
  malformed,
  maxFrameBytes,
  sealedHeaderBytes,
  signatureBytes,
  tagBytes,
} from './frame.ts'
import { openFrame, sealedCounter, sealedHeader, sealedId, sealFrame, secretKey } from './seal.ts'
import { isWeakKey } from './weak-keys.ts'

const { bytes, extensibleRecord, integer } = schema
const label = Buffer.from('halite/1/publish\0')

/** A group epoch as it is handed to a minion, inside its own session only. */
export const epochSchema = extensibleRecord({
  id: bytes(16),
  key: bytes(32),
  /** What to subscribe to on the publish socket. */
  topic: bytes(16),
  /** Number of the last job published under it so far; 0 = none. */
  lastJob: integer(),
})
/** An epoch with the position it had reached when it was handed out. */
export type EpochGrant = Decoded<typeof epochSchema>

/** A fresh epoch: id, key and topic are random and live in memory only. */
export function makeEpoch(): Omit<EpochGrant, 'lastJob'> {
  return { id: randomBytes(16), key: randomBytes(32), topic: randomBytes(16) }
}

/** The content of a publication: a heartbeat, or the load of a job. */
export interface Publication {
  /** Position in its epoch, from 1. */
  readonly n: number
  /** Position of the last job before it in the same epoch; a receiver that has not seen it missed something. */
  readonly previousJob: number
  /** Undefined in a heartbeat. */
  readonly load: unknown
}

/** Seals and signs publications of one epoch, numbering them. The only one of its epoch: a second would repeat nonces. */
export class EpochSealer {
  #n = 0
  #lastJob = 0
  readonly grant: Omit<EpochGrant, 'lastJob'>
  readonly #key: KeyObject
  readonly #identity: KeyObject

  constructor(identity: KeyObject, grant = makeEpoch()) {
    this.grant = grant
    this.#key = secretKey(grant.key)
    this.#identity = identity
  }

  /** Number of the last job sealed; 0 = none. */
  get lastJob(): number {
    return this.#lastJob
  }

  /** A job's frame and its number. */
  job(load: unknown): { readonly n: number; readonly frame: Buffer } {
    const frame = this.#seal([this.#lastJob, load])
    this.#lastJob = this.#n
    return { n: this.#n, frame }
  }

  /** A heartbeat's frame: it has the number of the last job, so that a lost one is noticed. */
  heartbeat(): Buffer {
    return this.#seal([this.#lastJob])
  }

  #seal(body: unknown): Buffer {
    this.#n += 1
    const head = sealedHeader(frameKinds.publication, this.grant.id, this.#n)
    const sealed = sealFrame(this.#key, head, pack(body))
    return Buffer.concat([sealed, sign(null, Buffer.concat([label, sealed]), this.#identity)])
  }
}

/** A master's public key in both forms. */
export interface MasterKey {
  readonly raw: Buffer
  readonly key: KeyObject
}

/** A master's raw public key, ready to verify. Throws `SIGNATURE_INVALID` for a weak key, under which anybody can sign. */
export function masterKeyOf(raw: Uint8Array): MasterKey {
  if (isWeakKey(raw))
    throw new SaltError('SIGNATURE_INVALID', 'the key of the master is one that anybody can sign with')
  return { raw: Buffer.from(raw), key: publicKeyFromRaw(raw) }
}

/** Checks a signature by the master; replaceable, so that many receivers in one process can share the work. */
export type VerifySignature = (data: Uint8Array, signature: Uint8Array, master: MasterKey) => boolean

/** Verifies on the caller's thread. */
export const verifySignature: VerifySignature = (data, signature, master) =>
  verify(null, data, master.key, signature)

interface Verified {
  readonly data: Uint8Array
  readonly signature: Uint8Array
  readonly master: Uint8Array
  readonly isValid: boolean
}

/** A verifier that remembers its last answers by content: for many receivers of the same frame in one process. */
export function sharedVerifier(limit = 64): VerifySignature {
  let known: readonly Verified[] = []
  return (data, signature, master) => {
    const before = known.find(
      (one) =>
        areEqual(one.signature, signature) && areEqual(one.master, master.raw) && areEqual(one.data, data),
    )
    if (before !== undefined) return before.isValid
    const isValid = verifySignature(data, signature, master)
    const verified = {
      data: Buffer.from(data),
      signature: Buffer.from(signature),
      master: master.raw,
      isValid,
    }
    known = [verified, ...known.slice(0, limit - 1)]
    return isValid
  }
}

function areEqual(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0
}

/**
 * Verifies and opens publications of one epoch, from the position at which it was handed out: what was published before
 * is not taken again, so that a recording is worth nothing to a minion that comes back.
 */
export class EpochOpener {
  #last: number
  readonly #id: string
  readonly #key: KeyObject
  readonly #master: MasterKey
  readonly #verify: VerifySignature

  constructor(grant: EpochGrant, master: MasterKey, verifier: VerifySignature = verifySignature) {
    this.#last = grant.lastJob
    this.#id = grant.id.toString('latin1')
    this.#key = secretKey(grant.key)
    this.#master = master
    this.#verify = verifier
  }

  /**
   * The publication in `frame`. Numbers must rise: a repeat throws `FRAME_REPLAYED`. A holder of the epoch's key who is not
   * the master is caught by the signature (`SIGNATURE_INVALID`), which is checked before anything is opened. Throws also
   * `SEAL_BROKEN`, `FRAME_MALFORMED`, `VERSION_REFUSED` and what `unpack` throws; a refused frame changes nothing.
   */
  open(frame: Buffer): Publication {
    expectKind(frame, frameKinds.publication)
    const end = frame.length - signatureBytes
    if (end < sealedHeaderBytes + tagBytes) throw malformed('is too short to be a publication')
    if (sealedId(frame) !== this.#id) throw malformed('belongs to another epoch')
    const n = sealedCounter(frame)
    if (n <= this.#last) throw new SaltError('FRAME_REPLAYED', `publication ${n} after ${this.#last}`)
    const sealed = frame.subarray(0, end)
    if (!this.#verify(Buffer.concat([label, sealed]), frame.subarray(end), this.#master)) {
      throw new SaltError('SIGNATURE_INVALID', 'a publication is not signed by the master')
    }
    const publication = readPublication(n, openFrame(this.#key, sealed))
    this.#last = n
    return publication
  }
}

/** `[previousJob]` is a heartbeat, `[previousJob, load]` a job. */
function readPublication(n: number, bytes: Buffer): Publication {
  const body = unpack(bytes, { maxBytes: maxFrameBytes })
  if (!Array.isArray(body) || body.length < 1 || body.length > 2) throw malformed('holds no publication')
  return { n, previousJob: integer(0, n - 1)(body[0], 'publication.previousJob'), load: body[1] }
}
