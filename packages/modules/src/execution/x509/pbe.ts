// SPDX-License-Identifier: Apache-2.0
import { createCipheriv, createDecipheriv, createHash, pbkdf2Sync, randomBytes } from 'node:crypto'
import { SaltError } from '@halite/core'
import { encode, integer, integerOf, type Node, oid, oidOf, sequence, sequenceOf, tags } from './der.ts'

const pbes2 = '1.2.840.113549.1.5.13'
const pbkdf2 = '1.2.840.113549.1.5.12'
const sha256 = '1.2.840.113549.2.9'
const tripleDes = '1.2.840.113549.1.12.1.3'

const prfs: Readonly<Record<string, string>> = {
  '1.2.840.113549.2.7': 'sha1',
  '1.2.840.113549.2.8': 'sha224',
  [sha256]: 'sha256',
  '1.2.840.113549.2.10': 'sha384',
  '1.2.840.113549.2.11': 'sha512',
}
const ciphers: Readonly<Record<string, { readonly name: string; readonly keyLength: number }>> = {
  '1.2.840.113549.3.7': { name: 'des-ede3-cbc', keyLength: 24 },
  '2.16.840.1.101.3.4.1.2': { name: 'aes-128-cbc', keyLength: 16 },
  '2.16.840.1.101.3.4.1.22': { name: 'aes-192-cbc', keyLength: 24 },
  '2.16.840.1.101.3.4.1.42': { name: 'aes-256-cbc', keyLength: 32 },
}
const rounds = { today: 20_000, compat: 50_000 }
const mostRounds = 10_000_000n

/** What was encrypted, and the algorithm with its parameters, as DER. */
export interface Encrypted {
  readonly algorithm: Buffer
  readonly data: Buffer
}

/** Encrypts by a passphrase: AES-256, or with `compat` the triple DES that old programs read. */
export function encryptByPassphrase(data: Buffer, passphrase: string, compat: boolean): Encrypted {
  return compat ? encryptByTripleDes(data, passphrase) : encryptByAes(data, passphrase)
}

/** Decrypts what a passphrase encrypted. Throws when the passphrase is wrong or the algorithm is not known. */
export function decryptByPassphrase(algorithm: Node, data: Buffer, passphrase: string): Buffer {
  const [number, parameters] = sequenceOf(algorithm)
  const kind = oidOf(number)
  const decipher =
    kind === tripleDes
      ? tripleDesDecipher(parameters, passphrase)
      : pbes2Decipher(kind, parameters, passphrase)
  try {
    return Buffer.concat([decipher.update(data), decipher.final()])
  } catch (cause) {
    throw new SaltError('ARGUMENTS_INVALID', 'Bad decrypt - is the password correct?', { cause })
  }
}

/** What a key is derived by: RFC 7292, appendix B. */
export interface Derivation {
  readonly hash: string
  readonly salt: Buffer
  readonly iterations: number
  /** 1 for a key, 2 for an initial value, 3 for a MAC. */
  readonly purpose: number
  readonly length: number
}

/** Derives a key as PKCS #12 does. */
export function pkcs12Key(
  passphrase: string,
  { hash, salt, iterations, purpose, length }: Derivation,
): Buffer {
  const block = hash === 'sha384' || hash === 'sha512' ? 128 : 64
  const words = Buffer.from(`${passphrase}\0`, 'utf16le').swap16()
  const diversifier = Buffer.alloc(block, purpose)
  const input = Buffer.concat([filled(salt, block), filled(words, block)])
  const blocks: Buffer[] = []
  for (let made = 0; made < length; ) {
    let digest = createHash(hash).update(diversifier).update(input).digest()
    for (let round = 1; round < iterations; round++) digest = createHash(hash).update(digest).digest()
    blocks.push(digest)
    made += digest.length
    addToBlocks(input, filled(digest, block).subarray(0, block))
  }
  return Buffer.concat(blocks).subarray(0, length)
}

/** A number of rounds that a file asks for. Throws for one that would take for ever. */
export function roundsOf(node: Node | undefined): number {
  const count = integerOf(node)
  if (count < 1n || count > mostRounds)
    throw new SaltError('COMMAND_FAILED', `${count} rounds of key derivation are more than ${mostRounds}`)
  return Number(count)
}

function encryptByAes(data: Buffer, passphrase: string): Encrypted {
  const salt = randomBytes(16)
  const iv = randomBytes(16)
  const key = pbkdf2Sync(passphrase, salt, rounds.today, 32, 'sha256')
  const cipher = createCipheriv('aes-256-cbc', key, iv)
  const derivation = sequence(
    encode(tags.octetString, salt),
    integer(rounds.today),
    sequence(oid(sha256), encode(tags.null)),
  )
  const algorithm = sequence(
    oid(pbes2),
    sequence(
      sequence(oid(pbkdf2), derivation),
      sequence(oid('2.16.840.1.101.3.4.1.42'), encode(tags.octetString, iv)),
    ),
  )
  return { algorithm, data: Buffer.concat([cipher.update(data), cipher.final()]) }
}

function encryptByTripleDes(data: Buffer, passphrase: string): Encrypted {
  const salt = randomBytes(8)
  const { key, iv } = tripleDesKey(passphrase, salt, rounds.compat)
  const cipher = createCipheriv('des-ede3-cbc', key, iv)
  const parameters = sequence(encode(tags.octetString, salt), integer(rounds.compat))
  return {
    algorithm: sequence(oid(tripleDes), parameters),
    data: Buffer.concat([cipher.update(data), cipher.final()]),
  }
}

function tripleDesDecipher(parameters: Node | undefined, passphrase: string) {
  const [salt, count] = sequenceOf(parameters)
  const { key, iv } = tripleDesKey(passphrase, salt?.content ?? Buffer.alloc(0), roundsOf(count))
  return createDecipheriv('des-ede3-cbc', key, iv)
}

function tripleDesKey(passphrase: string, salt: Buffer, iterations: number) {
  const common = { hash: 'sha1', salt, iterations }
  return {
    key: pkcs12Key(passphrase, { ...common, purpose: 1, length: 24 }),
    iv: pkcs12Key(passphrase, { ...common, purpose: 2, length: 8 }),
  }
}

function pbes2Decipher(kind: string, parameters: Node | undefined, passphrase: string) {
  if (kind !== pbes2) throw unknownAlgorithm(kind)
  const [derivation, scheme] = sequenceOf(parameters)
  const [derivedBy, derivedWith] = sequenceOf(derivation)
  if (oidOf(derivedBy) !== pbkdf2) throw unknownAlgorithm(oidOf(derivedBy))
  const [salt, count, ...rest] = sequenceOf(derivedWith)
  const prfNode = rest.find(({ tag }) => tag === tags.sequence)
  const prf = prfNode === undefined ? 'sha1' : prfs[oidOf(sequenceOf(prfNode)[0])]
  const [cipherOid, iv] = sequenceOf(scheme)
  const cipher = ciphers[oidOf(cipherOid)]
  if (prf === undefined || cipher === undefined || iv === undefined) throw unknownAlgorithm(oidOf(cipherOid))
  const key = pbkdf2Sync(passphrase, salt?.content ?? '', roundsOf(count), cipher.keyLength, prf)
  return createDecipheriv(cipher.name, key, iv.content)
}

function unknownAlgorithm(number: string): SaltError {
  return new SaltError('COMMAND_FAILED', `It is encrypted by an algorithm that is not supported: ${number}`)
}

/** The bytes, repeated to fill whole blocks. */
function filled(bytes: Buffer, block: number): Buffer {
  if (bytes.length === 0) return bytes
  const size = Math.ceil(bytes.length / block) * block
  return Buffer.alloc(size, bytes)
}

/** Adds a block and one to each block of `input`. */
function addToBlocks(input: Buffer, block: Buffer): void {
  for (let start = 0; start < input.length; start += block.length) {
    let carry = 1
    for (let at = block.length - 1; at >= 0; at--) {
      carry += (input[start + at] ?? 0) + (block[at] ?? 0)
      input[start + at] = carry & 0xff
      carry >>= 8
    }
  }
}
