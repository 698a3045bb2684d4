// SPDX-License-Identifier: Apache-2.0
import { createPublicKey, diffieHellman, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { malformed } from './frame.ts'

const spkiPrefix = Buffer.from('302a300506032b656e032100', 'hex')
const keyBytes = 32

/** An X25519 key pair for one handshake; never used for a second one. */
export interface Ephemeral {
  readonly privateKey: KeyObject
  /** 32 bytes. */
  readonly publicRaw: Buffer
}

/** Makes a fresh X25519 pair. */
export function makeEphemeral(): Ephemeral {
  const { privateKey, publicKey } = generateKeyPairSync('x25519')
  const der = publicKey.export({ type: 'spki', format: 'der' })
  return { privateKey, publicRaw: der.subarray(spkiPrefix.length) }
}

/** The 32 shared bytes. Throws `FRAME_MALFORMED` for a peer key of another length, or of low order (RFC 7748, 6.1). */
export function agree(own: Ephemeral, peerRaw: Uint8Array): Buffer {
  if (peerRaw.length !== keyBytes) throw malformed(`carries a key of ${peerRaw.length} bytes`)
  const der = Buffer.concat([spkiPrefix, peerRaw])
  const publicKey = createPublicKey({ key: der, format: 'der', type: 'spki' })
  try {
    return diffieHellman({ privateKey: own.privateKey, publicKey })
  } catch {
    // OpenSSL refuses a shared secret of zeros and nothing else here.
    throw malformed('carries a key of low order')
  }
}
