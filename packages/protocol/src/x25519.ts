// SPDX-License-Identifier: Apache-2.0
import { createPublicKey, diffieHellman, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { malformed } from './frame.ts'

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
  // Both ways as JWK: OpenSSL's decoders and encoders of DER take 90 µs and more for each key, these a tenth.
  const { x = '' } = publicKey.export({ format: 'jwk' })
  return { privateKey, publicRaw: Buffer.from(x, 'base64url') }
}

/** The 32 shared bytes. Throws `FRAME_MALFORMED` for a peer key of another length, or of low order (RFC 7748, 6.1). */
export function agree(own: Ephemeral, peerRaw: Uint8Array): Buffer {
  if (peerRaw.length !== keyBytes) throw malformed(`carries a key of ${peerRaw.length} bytes`)
  const x = Buffer.from(peerRaw).toString('base64url')
  const publicKey = createPublicKey({ key: { kty: 'OKP', crv: 'X25519', x }, format: 'jwk' })
  try {
    return diffieHellman({ privateKey: own.privateKey, publicKey })
  } catch {
    // OpenSSL refuses a shared secret of zeros and nothing else here.
    throw malformed('carries a key of low order')
  }
}
