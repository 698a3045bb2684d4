// SPDX-License-Identifier: Apache-2.0
import { createHash, createPrivateKey, createPublicKey, generateKeyPair, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'
import { isSaltError, messageOf, SaltError, systemCodeOf } from '@halite/core'
import { bitsOf, decode, sequenceOf, tags } from './der.ts'
import { isPem, pemBlocks } from './pem.ts'
import { decodePkcs12, encodePkcs12, type Pkcs12 } from './pkcs12.ts'

/** How a private key is written. */
export type KeyEncoding = 'pem' | 'der' | 'pkcs12'

/** A private key as it was read. */
export interface LoadedKey {
  readonly key: KeyObject
  readonly encoding: KeyEncoding
}

const generate = promisify(generateKeyPair)
const curves: Readonly<Record<number, string>> = { 256: 'P-256', 384: 'P-384', 521: 'P-521' }
const curveSizes: Readonly<Record<string, number>> = {
  prime256v1: 256,
  secp256r1: 256,
  secp256k1: 256,
  secp224r1: 224,
  prime192v1: 192,
  secp384r1: 384,
  secp521r1: 521,
  brainpoolP256r1: 256,
  brainpoolP384r1: 384,
  brainpoolP512r1: 512,
}

/** Makes a private key. Throws for an algorithm or a size that Salt does not allow. */
export async function generatePrivateKey(algo: string, size: number | undefined): Promise<KeyObject> {
  if (algo === 'rsa') {
    if (![2048, 3072, 4096].includes(size ?? 2048))
      throw new SaltError('ARGUMENTS_INVALID', 'RSA key size must be either 2048, 3072 or 4096 bits.')
    return (await generate('rsa', { modulusLength: size ?? 2048 })).privateKey
  }
  if (algo === 'ec') {
    const namedCurve = curves[size ?? 256]
    if (namedCurve === undefined)
      throw new SaltError('ARGUMENTS_INVALID', 'EC key size must be either 256, 384, 521 bits.')
    return (await generate('ec', { namedCurve })).privateKey
  }
  if (algo === 'ed25519') return (await generate('ed25519')).privateKey
  if (algo === 'ed448') return (await generate('ed448')).privateKey
  throw new SaltError(
    'ARGUMENTS_INVALID',
    `Invalid algorithm specified for generating private key: ${algo}. Valid: rsa, ec, ed25519, ed448`,
  )
}

/** Reads a private key: PEM, DER or PKCS #12. Throws with Salt's words when it cannot be read. */
export function readPrivateKey(bytes: Buffer, passphrase: string | undefined): LoadedKey {
  if (isPem(bytes)) return { key: keyOfPem(bytes.toString('latin1'), passphrase), encoding: 'pem' }
  const key = keyOfDer(bytes, passphrase)
  if (key !== undefined) return { key, encoding: 'der' }
  const held = pkcs12If(bytes, passphrase)
  if (held === undefined)
    throw new SaltError('ARGUMENTS_INVALID', 'Could not deserialize binary data, neither as DER nor PKCS#12.')
  if (held.key === undefined)
    throw new SaltError('COMMAND_FAILED', 'PKCS12-encoded blob does not contain a private key.')
  return { key: held.key, encoding: 'pkcs12' }
}

/** Reads a public key: PEM or DER. */
export function readPublicKey(bytes: Buffer): KeyObject {
  const pem = isPem(bytes)
  const failed = () =>
    new SaltError('COMMAND_FAILED', `Could not load ${pem ? 'PEM' : 'DER'}-encoded public key.`)
  const block = pem ? pemBlocks(bytes.toString('latin1'))[0] : undefined
  if (pem && !/^(?:RSA )?PUBLIC KEY$/.test(block?.label ?? '')) throw failed()
  try {
    const type = block?.label === 'RSA PUBLIC KEY' ? 'pkcs1' : 'spki'
    return createPublicKey({ key: block?.der ?? bytes, format: 'der', type })
  } catch {
    throw failed()
  }
}

/** How a key is written. */
export interface KeyOutput {
  readonly encoding: string
  readonly passphrase: string | undefined
  readonly compat: boolean
}

/** A private key as bytes: PKCS #8 in PEM or DER, or PKCS #12. */
export function encodePrivateKey(key: KeyObject, { encoding, passphrase, compat }: KeyOutput): Buffer {
  if (encoding === 'pkcs12') return encodePkcs12({ key, others: [] }, { passphrase, compat })
  const cipher = passphrase === undefined ? {} : { cipher: 'aes-256-cbc', passphrase }
  return encoding === 'pem'
    ? Buffer.from(key.export({ type: 'pkcs8', format: 'pem', ...cipher }) as string)
    : key.export({ type: 'pkcs8', format: 'der', ...cipher })
}

/** The public key of a private one. */
export function publicKeyOf(key: KeyObject): KeyObject {
  return key.type === 'private' ? createPublicKey(key) : key
}

/** A public key as DER: SubjectPublicKeyInfo. */
export function spkiOf(key: KeyObject): Buffer {
  return publicKeyOf(key).export({ type: 'spki', format: 'der' })
}

/** A public key as PEM. */
export function publicPem(key: KeyObject): string {
  return publicKeyOf(key).export({ type: 'spki', format: 'pem' }) as string
}

/** Whether two keys, public or private, have the same public part. */
export function samePublicKey(one: KeyObject, other: KeyObject): boolean {
  return spkiOf(one).equals(spkiOf(other))
}

/** The identifier of a public key: SHA-1 of its bits. */
export function keyIdentifier(key: KeyObject): Buffer {
  const [, bits] = sequenceOf(decode(spkiOf(key)))
  return createHash('sha1').update(bitsOf(bits)).digest()
}

/** `rsa`, `ec`, `ed25519` or `ed448`. */
export function keyType(key: KeyObject): string {
  const type = key.asymmetricKeyType ?? ''
  return type === 'rsa-pss' ? 'rsa' : type
}

/** The size of a key of RSA or EC in bits; null for others. */
export function keySize(key: KeyObject): number | null {
  const { modulusLength, namedCurve } = key.asymmetricKeyDetails ?? {}
  return modulusLength ?? curveSizes[namedCurve ?? ''] ?? null
}

/** What PKCS #12 holds; undefined for bytes that are not PKCS #12. Throws for a wrong passphrase. */
export function pkcs12If(bytes: Buffer, passphrase: string | undefined): Pkcs12 | undefined {
  try {
    return decodePkcs12(bytes, passphrase)
  } catch (error) {
    // Ours, or one of OpenSSL about the key.
    const isWrongKind = isSaltError(error) || systemCodeOf(error) !== undefined
    if (!isWrongKind || messageOf(error).startsWith('Bad decrypt')) throw error
    return undefined
  }
}

function keyOfPem(text: string, passphrase: string | undefined): KeyObject {
  const block = pemBlocks(text).find(({ label }) => label.endsWith('PRIVATE KEY'))
  const failed = () => new SaltError('COMMAND_FAILED', 'Could not load PEM-encoded private key')
  if (block === undefined) throw failed()
  const isEncrypted = block.label.startsWith('ENCRYPTED') || block.text.includes('Proc-Type: 4,ENCRYPTED')
  checkPassphrase(isEncrypted, passphrase)
  return opened({ key: block.text, format: 'pem' }, passphrase, failed)
}

function keyOfDer(bytes: Buffer, passphrase: string | undefined): KeyObject | undefined {
  const shape = shapeOf(bytes)
  if (shape === undefined) return undefined
  checkPassphrase(shape === 'encrypted', passphrase)
  const failed = () => new SaltError('COMMAND_FAILED', 'Could not load DER-encoded private key')
  const type = shape === 'encrypted' ? 'pkcs8' : shape
  return opened({ key: bytes, format: 'der', type }, passphrase, failed)
}

function checkPassphrase(isEncrypted: boolean, passphrase: string | undefined): void {
  if (isEncrypted && passphrase === undefined)
    throw new SaltError('ARGUMENTS_INVALID', 'Private key is encrypted. Please provide a password.')
  if (!isEncrypted && passphrase !== undefined)
    throw new SaltError('ARGUMENTS_INVALID', 'Private key is unencrypted')
}

type KeyInput = Parameters<typeof createPrivateKey>[0] & object

function opened(input: KeyInput, passphrase: string | undefined, failed: () => SaltError): KeyObject {
  try {
    return createPrivateKey({ ...input, ...(passphrase !== undefined && { passphrase }) } as KeyInput)
  } catch (cause) {
    if (passphrase === undefined) throw failed()
    throw new SaltError('ARGUMENTS_INVALID', 'Bad decrypt - is the password correct?', { cause })
  }
}

/** Which kind of private key bytes are; undefined when they are none. */
function shapeOf(bytes: Buffer): 'pkcs8' | 'pkcs1' | 'sec1' | 'encrypted' | undefined {
  let parts: ReturnType<typeof sequenceOf>
  try {
    parts = sequenceOf(decode(bytes))
  } catch {
    return undefined
  }
  const [first, second, third] = parts.map(({ tag }) => tag)
  if (first === tags.sequence && second === tags.octetString && parts.length === 2) return 'encrypted'
  if (first !== tags.integer) return undefined
  if (second === tags.sequence && third === tags.octetString) return 'pkcs8'
  if (second === tags.octetString) return 'sec1'
  return second === tags.integer && parts.length >= 9 ? 'pkcs1' : undefined
}
