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

/** What Node gives when the public half is asked for as JWK; its types know pairs of one form only. */
interface Generated {
  readonly privateKey: KeyObject
  readonly publicKey: { readonly x: string }
}

// As JWK: OpenSSL's encoders and decoders of DER take 90 µs and more for each key, these a tenth.
const publicAsJwk: object = { publicKeyEncoding: { format: 'jwk' } }

/**
 * Makes a fresh X25519 pair. Its public half is exported while it is made: `export()` of a finished `KeyObject` holds the lock of
 * the pair while it allocates, and when the garbage collector then ends what made the pair, which wants this lock, Node 20 waits
 * for itself for ever.
 */
export function makeEphemeral(): Ephemeral {
  const { privateKey, publicKey } = generateKeyPairSync('x25519', publicAsJwk) as unknown as Generated
  return { privateKey, publicRaw: Buffer.from(publicKey.x, 'base64url') }
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
