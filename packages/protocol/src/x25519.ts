// SPDX-License-Identifier: Apache-2.0
import { createPublicKey, diffieHellman, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { malformed } from './frame.ts'

const spkiPrefix = Buffer.from('302a300506032b656e032100', 'hex')

/** A key pair for one handshake. */
export interface Ephemeral {
  readonly privateKey: KeyObject
  /** 32 bytes. */
  readonly publicRaw: Buffer
}

/** Makes a fresh X25519 pair. */
export function makeEphemeral(): Ephemeral {
  const { privateKey, publicKey } = generateKeyPairSync('x25519')
  return {
    privateKey,
    publicRaw: publicKey.export({ type: 'spki', format: 'der' }).subarray(spkiPrefix.length),
  }
}

/** The 32 shared bytes. Throws `FRAME_MALFORMED` for a peer key of low order. */
export function agree(own: Ephemeral, peerRaw: Uint8Array): Buffer {
  const publicKey = createPublicKey({
    key: Buffer.concat([spkiPrefix, peerRaw]),
    format: 'der',
    type: 'spki',
  })
  try {
    return diffieHellman({ privateKey: own.privateKey, publicKey })
  } catch {
    throw malformed('carries a key of low order')
  }
}
