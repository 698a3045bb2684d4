// SPDX-License-Identifier: Apache-2.0
import { createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto'
import {
  fingerprint,
  generateIdentity,
  privateKeyFromPem,
  publicKeyFromRaw,
  publicPemOf,
  rawOf,
  rawPublicKey,
  verifyPortable,
} from '@halite/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const identity = generateIdentity()
const privateKey = privateKeyFromPem(identity.privatePem, 'test')
const raw = rawPublicKey(identity.publicPem, 'test')

describe('an identity', () => {
  it('is two PEM texts that belong together', () => {
    expect(identity.privatePem).toMatch(/^-----BEGIN PRIVATE KEY-----\n/)
    expect(identity.publicPem).toMatch(/^-----BEGIN PUBLIC KEY-----\n/)
    expect(raw).toHaveLength(32)
    expect(rawOf(privateKey, 'test')).toEqual(raw)
    expect(publicPemOf(raw)).toBe(identity.publicPem)
    expect(createPublicKey(privateKey).export({ type: 'spki', format: 'pem' })).toBe(identity.publicPem)
  })

  it('is another one each time', () => {
    expect(generateIdentity().publicPem).not.toBe(identity.publicPem)
  })
})

describe('the two implementations', () => {
  it('agree on every message', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 500 }), (message) => {
        const signature = sign(null, message, privateKey)
        expect(verifyPortable(message, signature, raw)).toBe(true)
        expect(verify(null, message, publicKeyFromRaw(raw), signature)).toBe(true)
      }),
      { numRuns: 20 },
    )
  })

  it('agree on every altered signature', () => {
    const message = Buffer.from('halite')
    const signature = sign(null, message, privateKey)
    fc.assert(
      fc.property(fc.nat(63), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const altered = Buffer.from(signature)
        altered[at] = (altered[at] as number) ^ flip
        expect(verifyPortable(message, altered, raw)).toBe(false)
        expect(verify(null, message, publicKeyFromRaw(raw), altered)).toBe(false)
      }),
      { numRuns: 50 },
    )
  })

  it('refuse lengths that cannot be', () => {
    expect(verifyPortable(Buffer.alloc(1), Buffer.alloc(63), raw)).toBe(false)
    expect(verifyPortable(Buffer.alloc(1), Buffer.alloc(64), raw.subarray(1))).toBe(false)
  })
})

describe('a public PEM', () => {
  it('gives back every 32 bytes it was made of', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (bytes) => {
        expect(rawPublicKey(publicPemOf(bytes), 'test')).toEqual(Buffer.from(bytes))
      }),
    )
  })

  it('is read in every layout OpenSSL knows', () => {
    const crlf = identity.publicPem.replaceAll('\n', '\r\n')
    const short = identity.publicPem.replace(/(.{30})(.{30})\n-/, '$1\n$2\n-')
    for (const pem of [crlf, short, `${identity.publicPem}\n`, identity.publicPem.trimEnd()]) {
      expect(pem).not.toBe(identity.publicPem)
      expect(rawPublicKey(pem, 'test')).toEqual(raw)
    }
  })

  it('is refused when one letter of it is wrong', () => {
    const head = identity.publicPem.replace('MCow', 'MCox')
    const cut = identity.publicPem.replace('=', '')
    for (const pem of [head, cut, '', '\n\n', identity.publicPem.replace('PUBLIC', 'PRIVATE')])
      expect(() => rawPublicKey(pem, 'web1')).toThrow(/web1 is not a readable PEM key/)
  })
})

describe('what is no Ed25519 key', () => {
  const rsa = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })

  it.each([
    ['text', () => rawPublicKey('no key', 'minions/web1')],
    ['an RSA key', () => rawPublicKey(rsa.publicKey, 'minions/web1')],
    ['a private text', () => privateKeyFromPem('', 'minions/web1')],
    ['a private RSA key', () => privateKeyFromPem(rsa.privateKey, 'minions/web1')],
  ])('is refused with the name of the file: %s', (_, read) => {
    expect(read).toThrow(
      expect.objectContaining({ code: 'FILE_CORRUPT', message: expect.stringContaining('minions/web1') }),
    )
  })
})

describe('a fingerprint', () => {
  it('is SHA-256 of the raw key in hex pairs', () => {
    expect(fingerprint(Buffer.alloc(32))).toBe(
      '66:68:7a:ad:f8:62:bd:77:6c:8f:c1:8b:8e:9f:8e:20:08:97:14:85:6e:e2:33:b3:90:2a:59:1d:0d:5f:29:25',
    )
  })
})
