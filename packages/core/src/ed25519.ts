// SPDX-License-Identifier: Apache-2.0
import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import nacl from 'tweetnacl'
import { SaltError } from './errors.ts'

const pkcs8Prefix = Buffer.from('302e020100300506032b657004220420', 'hex')
const spkiPrefix = Buffer.from('302a300506032b6570032100', 'hex')

/** An Ed25519 identity: the PEM texts that go to disk. */
export interface IdentityPem {
  readonly privatePem: string
  readonly publicPem: string
}

/** Makes a new identity with tweetnacl's generator. The caller stores `privatePem` with mode 0400. */
export function generateIdentity(): IdentityPem {
  const pair = nacl.sign.keyPair()
  const seed = pair.secretKey.subarray(0, 32)
  const privatePem = toPem('PRIVATE KEY', Buffer.concat([pkcs8Prefix, seed]))
  const publicPem = publicPemOf(pair.publicKey)
  pair.secretKey.fill(0)
  return { privatePem, publicPem }
}

/** The SPKI PEM text of a raw public key of 32 bytes. */
export function publicPemOf(raw: Uint8Array): string {
  return toPem('PUBLIC KEY', Buffer.concat([spkiPrefix, raw]))
}

/** The raw 32 bytes of an Ed25519 public key given as PEM. Throws `FILE_CORRUPT`, naming `source`. */
export function rawPublicKey(pem: string, source: string): Buffer {
  // What `publicPemOf` wrote is recognised by writing it again: OpenSSL takes a third of a millisecond, a master reads thousands.
  const raw = Buffer.from(pem.split('\n', 2)[1] ?? '', 'base64').subarray(spkiPrefix.length)
  if (raw.length === 32 && publicPemOf(raw) === pem) return Buffer.from(raw)
  return rawOf(
    readPem(() => createPublicKey(pem), source),
    source,
  )
}

/** The raw 32 bytes of a public `KeyObject`. */
export function rawOf(key: KeyObject, source: string): Buffer {
  if (key.asymmetricKeyType !== 'ed25519') {
    throw new SaltError('FILE_CORRUPT', `${source} holds a ${key.asymmetricKeyType} key, not Ed25519`)
  }
  const der = createPublicKey(
    key.type === 'private'
      ? key.export({ type: 'pkcs8', format: 'pem' })
      : key.export({ type: 'spki', format: 'pem' }),
  ).export({ type: 'spki', format: 'der' })
  return Buffer.from(der.subarray(spkiPrefix.length))
}

/** The private key in a PEM text. Throws `FILE_CORRUPT`, naming `source`, when it is not Ed25519. */
export function privateKeyFromPem(pem: string, source: string): KeyObject {
  const key = readPem(() => createPrivateKey(pem), source)
  rawOf(key, source)
  return key
}

/** The public key of 32 raw bytes; any 32 bytes give a key, a bad one merely verifies nothing. */
export function publicKeyFromRaw(raw: Uint8Array): KeyObject {
  // As JWK: OpenSSL's decoder of DER takes 100 µs, and a master makes a key for each handshake.
  const x = Buffer.from(raw).toString('base64url')
  return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })
}

/** Verifies with tweetnacl: slow, pure JavaScript, for places where nothing native may be needed. */
export function verifyPortable(message: Uint8Array, signature: Uint8Array, rawPublic: Uint8Array): boolean {
  return (
    signature.length === 64 &&
    rawPublic.length === 32 &&
    nacl.sign.detached.verify(message, signature, rawPublic)
  )
}

function toPem(label: string, der: Buffer): string {
  return `-----BEGIN ${label}-----\n${der.toString('base64')}\n-----END ${label}-----\n`
}

function readPem(read: () => KeyObject, source: string): KeyObject {
  try {
    return read()
  } catch (cause) {
    throw new SaltError('FILE_CORRUPT', `${source} is not a readable PEM key`, {
      hint: 'Put a copy of it back. Without one, remove it: the key is made or received again, and has to be accepted again.',
      cause,
    })
  }
}
