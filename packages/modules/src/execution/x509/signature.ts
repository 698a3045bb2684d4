// SPDX-License-Identifier: Apache-2.0
import { constants, type KeyObject, sign, verify } from 'node:crypto'
import { SaltError } from '@halite/core'
import { encode, type Node, oid, oidOf, sequence, sequenceOf, tags } from './der.ts'

interface Digest {
  /** As OpenSSL calls it. */
  readonly name: string
  readonly rsa: string
  readonly ec?: string
}

const pkcs1 = '1.2.840.113549.1.1'
const ecdsa = '1.2.840.10045.4'
const nist = '2.16.840.1.101.3.4.3'

/** Digests by Salt's names, with the algorithms that sign by them. */
const digests: Readonly<Record<string, Digest>> = {
  sha1: { name: 'sha1', rsa: `${pkcs1}.5`, ec: `${ecdsa}.1` },
  sha224: { name: 'sha224', rsa: `${pkcs1}.14`, ec: `${ecdsa}.3.1` },
  sha256: { name: 'sha256', rsa: `${pkcs1}.11`, ec: `${ecdsa}.3.2` },
  sha384: { name: 'sha384', rsa: `${pkcs1}.12`, ec: `${ecdsa}.3.3` },
  sha512: { name: 'sha512', rsa: `${pkcs1}.13`, ec: `${ecdsa}.3.4` },
  sha512_224: { name: 'sha512-224', rsa: `${pkcs1}.15` },
  sha512_256: { name: 'sha512-256', rsa: `${pkcs1}.16` },
  sha3_224: { name: 'sha3-224', rsa: `${nist}.13`, ec: `${nist}.9` },
  sha3_256: { name: 'sha3-256', rsa: `${nist}.14`, ec: `${nist}.10` },
  sha3_384: { name: 'sha3-384', rsa: `${nist}.15`, ec: `${nist}.11` },
  sha3_512: { name: 'sha3-512', rsa: `${nist}.16`, ec: `${nist}.12` },
}

const edwards: Readonly<Record<string, string>> = { ed25519: '1.3.101.112', ed448: '1.3.101.113' }
const pss = `${pkcs1}.10`

const algorithmNames: Readonly<Record<string, string>> = {
  [`${pkcs1}.4`]: 'md5WithRSAEncryption',
  [`${pkcs1}.5`]: 'sha1WithRSAEncryption',
  [`${pkcs1}.14`]: 'sha224WithRSAEncryption',
  [`${pkcs1}.11`]: 'sha256WithRSAEncryption',
  [`${pkcs1}.12`]: 'sha384WithRSAEncryption',
  [`${pkcs1}.13`]: 'sha512WithRSAEncryption',
  [pss]: 'rsassaPss',
  [`${ecdsa}.1`]: 'ecdsa-with-SHA1',
  [`${ecdsa}.3.1`]: 'ecdsa-with-SHA224',
  [`${ecdsa}.3.2`]: 'ecdsa-with-SHA256',
  [`${ecdsa}.3.3`]: 'ecdsa-with-SHA384',
  [`${ecdsa}.3.4`]: 'ecdsa-with-SHA512',
  '1.3.101.112': 'ed25519',
  '1.3.101.113': 'ed448',
}

const hashOids: Readonly<Record<string, string>> = {
  '1.3.14.3.2.26': 'sha1',
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
  '2.16.840.1.101.3.4.2.4': 'sha224',
}

/** What signs: a key, and for RSA and EC the digest. */
export interface Signer {
  readonly key: KeyObject
  readonly digest: string
}

/** Throws for a digest that Salt does not know. */
export function checkDigest(digest: string): void {
  if (digests[digest.toLowerCase()] !== undefined) return
  throw new SaltError(
    'COMMAND_FAILED',
    `Invalid value '${digest}' for digest. Valid: ${Object.keys(digests).join(', ')}`,
  )
}

/** What is signed, the algorithm and the signature, as certificates, requests and revocation lists are made of. */
export function signed(signer: Signer, body: (algorithm: Buffer) => Buffer): Buffer {
  const { algorithm, digest } = algorithmOf(signer)
  const tbs = body(algorithm)
  const signature = sign(digest ?? null, tbs, signer.key)
  return sequence(tbs, algorithm, encode(tags.bitString, Buffer.from([0]), signature))
}

/** Whether a key made the signature. */
export function isSignedBy(
  {
    tbs,
    algorithm,
    signature,
  }: { readonly tbs: Buffer; readonly algorithm: Node; readonly signature: Buffer },
  key: KeyObject,
): boolean {
  const number = signatureOid(algorithm)
  const digest = digestOf(algorithm)
  const kind = key.asymmetricKeyType ?? ''
  if (edwards[kind] !== undefined) return edwards[kind] === number && verify(null, tbs, key, signature)
  if (digest === undefined) return false
  const isEc = kind === 'ec'
  const fits = isEc ? digests[saltName(digest)]?.ec === number : number === pss || isRsa(number)
  if (!fits) return false
  const padding = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_AUTO }
  return verify(digest, tbs, number === pss ? { key, ...padding } : { key }, signature)
}

/** The digest that an algorithm signs, by OpenSSL's name; undefined where there is none. */
export function digestOf(algorithm: Node): string | undefined {
  const number = signatureOid(algorithm)
  if (number === pss) return pssDigest(algorithm)
  if (number === `${pkcs1}.4`) return 'md5'
  return Object.values(digests).find(({ rsa, ec }) => rsa === number || ec === number)?.name
}

/** OpenSSL's name of a digest of Salt. */
export function digestName(digest: string): string {
  return digests[digest.toLowerCase()]?.name ?? digest
}

/** The name of an algorithm, or its number. */
export function algorithmName(algorithm: Node): string {
  const number = signatureOid(algorithm)
  return algorithmNames[number] ?? number
}

function signatureOid(algorithm: Node): string {
  return oidOf(sequenceOf(algorithm)[0])
}

function algorithmOf({ key, digest }: Signer): { readonly algorithm: Buffer; readonly digest?: string } {
  const kind = key.asymmetricKeyType ?? ''
  const alone = edwards[kind]
  if (alone !== undefined) return { algorithm: sequence(oid(alone)) }
  const known = digests[digest.toLowerCase()]
  const number = kind === 'ec' ? known?.ec : known?.rsa
  if (known === undefined || number === undefined)
    throw new SaltError('COMMAND_FAILED', `A key of type ${kind} does not sign by ${digest}; use sha256`)
  const parameters = kind === 'ec' ? [] : [encode(tags.null)]
  return { algorithm: sequence(oid(number), ...parameters), digest: known.name }
}

function isRsa(number: string): boolean {
  return number === `${pkcs1}.4` || Object.values(digests).some(({ rsa }) => rsa === number)
}

function saltName(digest: string): string {
  return Object.entries(digests).find(([, { name }]) => name === digest)?.[0] ?? digest
}

function pssDigest(algorithm: Node): string {
  const parameters = sequenceOf(algorithm)[1]
  const hash = parameters && sequenceOf(parameters).find(({ tag }) => tag === 0xa0)
  if (hash === undefined) return 'sha1'
  const inner = sequenceOf({ ...hash, tag: tags.sequence })[0]
  return hashOids[oidOf(sequenceOf(inner)[0])] ?? 'sha1'
}
