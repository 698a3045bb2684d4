// SPDX-License-Identifier: Apache-2.0
import { createHmac, createPrivateKey, type KeyObject, randomBytes, timingSafeEqual } from 'node:crypto'
import { SaltError } from '@halite/core'
import {
  children,
  contextTag,
  decode,
  encode,
  integer,
  integerOf,
  type Node,
  oid,
  oidOf,
  sequence,
  sequenceOf,
  tags,
  textOf,
} from './der.ts'
import { decryptByPassphrase, encryptByPassphrase, pkcs12Key, roundsOf } from './pbe.ts'

const contents = { data: '1.2.840.113549.1.7.1', encrypted: '1.2.840.113549.1.7.6' }
const bags = {
  key: '1.2.840.113549.1.12.10.1.1',
  shrouded: '1.2.840.113549.1.12.10.1.2',
  certificate: '1.2.840.113549.1.12.10.1.3',
}
const x509Certificate = '1.2.840.113549.1.9.22.1'
const attributes = { friendlyName: '1.2.840.113549.1.9.20', localKeyId: '1.2.840.113549.1.9.21' }
const macHashes: Readonly<Record<string, string>> = {
  '1.3.14.3.2.26': 'sha1',
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
  '2.16.840.1.101.3.4.2.4': 'sha224',
}

/** What a file of PKCS #12 holds. */
export interface Pkcs12 {
  readonly key?: KeyObject
  /** The certificate that belongs to the key, as DER. */
  readonly certificate?: Buffer
  readonly friendlyName?: string
  /** Other certificates, as DER. */
  readonly others: readonly Buffer[]
}

/** How it is written. */
export interface Pkcs12Options {
  readonly passphrase?: string | undefined
  /** Whether old programs have to be able to read it. */
  readonly compat: boolean
}

/** Writes a file of PKCS #12. */
export function encodePkcs12(holds: Pkcs12, { passphrase, compat }: Pkcs12Options): Buffer {
  const safes = [certificateSafe(holds, { passphrase, compat }), keySafe(holds, { passphrase, compat })]
  const authenticated = sequence(...safes.filter((safe) => safe !== undefined))
  const mac = macData(authenticated, passphrase ?? '', compat)
  return sequence(integer(3), dataContent(authenticated), mac)
}

/** Reads a file of PKCS #12. Throws when it is none, or the passphrase is wrong. */
export function decodePkcs12(der: Buffer, passphrase = ''): Pkcs12 {
  const [version, content, mac] = sequenceOf(decode(der))
  if (integerOf(version) !== 3n) throw new SaltError('COMMAND_FAILED', 'It is not PKCS#12 of version 3')
  const authenticated = dataOf(content)
  if (mac !== undefined) checkMac(mac, authenticated, passphrase)
  const found = sequenceOf(decode(authenticated)).flatMap((safe) => bagsOf(safe, passphrase))
  const keyBag = found.find(({ type }) => type === bags.key || type === bags.shrouded)
  const key = keyBag && keyOf(keyBag, passphrase)
  const certificates = found.filter(({ type }) => type === bags.certificate)
  const own = certificates.find(({ id }) => keyBag?.id !== undefined && id?.equals(keyBag.id))
  const main = own ?? (keyBag === undefined ? undefined : certificates[0])
  const name = main?.name ?? keyBag?.name
  return {
    ...(key && { key }),
    ...(main && { certificate: certificateOf(main) }),
    ...(name !== undefined && { friendlyName: name }),
    others: certificates.filter((one) => one !== main).map(certificateOf),
  }
}

interface Bag {
  readonly type: string
  readonly value: Node
  readonly id?: Buffer
  readonly name?: string
}

function certificateSafe(holds: Pkcs12, options: Pkcs12Options): Buffer | undefined {
  const all = [holds.certificate, ...holds.others].filter((der) => der !== undefined)
  if (all.length === 0) return undefined
  const safe = sequence(
    ...all.map((der) => {
      const value = sequence(oid(x509Certificate), explicit(encode(tags.octetString, der)))
      return bag(bags.certificate, value, der === holds.certificate ? ownAttributes(holds) : [])
    }),
  )
  if (options.passphrase === undefined) return dataContent(safe)
  const { algorithm, data } = encryptByPassphrase(safe, options.passphrase, options.compat)
  const encrypted = sequence(oid(contents.data), algorithm, encode(contextTag(0, false), data))
  return sequence(oid(contents.encrypted), explicit(sequence(integer(0), encrypted)))
}

function keySafe(holds: Pkcs12, { passphrase, compat }: Pkcs12Options): Buffer | undefined {
  if (holds.key === undefined) return undefined
  const plain = holds.key.export({ type: 'pkcs8', format: 'der' })
  if (passphrase === undefined) return dataContent(sequence(bag(bags.key, plain, ownAttributes(holds))))
  const { algorithm, data } = encryptByPassphrase(plain, passphrase, compat)
  const shrouded = sequence(algorithm, encode(tags.octetString, data))
  return dataContent(sequence(bag(bags.shrouded, shrouded, ownAttributes(holds))))
}

function bag(type: string, value: Buffer, attributesOf: readonly Buffer[]): Buffer {
  const set = attributesOf.length === 0 ? [] : [encode(tags.set, ...attributesOf)]
  return sequence(oid(type), explicit(value), ...set)
}

/** What tells that a key and a certificate belong together. */
function ownAttributes({ certificate, friendlyName }: Pkcs12): readonly Buffer[] {
  const named =
    friendlyName === undefined
      ? []
      : [
          sequence(
            oid(attributes.friendlyName),
            encode(tags.set, encode(tags.bmp, Buffer.from(friendlyName, 'utf16le').swap16())),
          ),
        ]
  if (certificate === undefined) return named
  const id = encode(tags.octetString, Buffer.from('01', 'hex'))
  return [...named, sequence(oid(attributes.localKeyId), encode(tags.set, id))]
}

function macData(authenticated: Buffer, passphrase: string, compat: boolean): Buffer {
  const salt = randomBytes(compat ? 8 : 16)
  const [hash, number, length] = compat
    ? (['sha1', '1.3.14.3.2.26', 20] as const)
    : (['sha256', '2.16.840.1.101.3.4.2.1', 32] as const)
  const iterations = 2048
  const key = pkcs12Key(passphrase, { hash, salt, iterations, purpose: 3, length })
  const digest = createHmac(hash, key).update(authenticated).digest()
  const info = sequence(sequence(oid(number), encode(tags.null)), encode(tags.octetString, digest))
  return sequence(info, encode(tags.octetString, salt), integer(iterations))
}

function checkMac(mac: Node, authenticated: Buffer, passphrase: string): void {
  const [info, salt, count] = sequenceOf(mac)
  const [algorithm, digest] = sequenceOf(info)
  const number = oidOf(sequenceOf(algorithm)[0])
  const hash = macHashes[number]
  if (hash === undefined || digest === undefined || salt === undefined)
    throw new SaltError('COMMAND_FAILED', `The MAC of PKCS#12 is of a kind that is not supported: ${number}`)
  const iterations = count === undefined ? 1 : roundsOf(count)
  const key = pkcs12Key(passphrase, {
    hash,
    salt: salt.content,
    iterations,
    purpose: 3,
    length: digest.content.length,
  })
  const made = createHmac(hash, key).update(authenticated).digest()
  if (made.length === digest.content.length && timingSafeEqual(made, digest.content)) return
  throw new SaltError('ARGUMENTS_INVALID', 'Bad decrypt - is the password correct?')
}

function bagsOf(safe: Node, passphrase: string): readonly Bag[] {
  const [type, content] = sequenceOf(safe)
  const bytes = oidOf(type) === contents.encrypted ? decrypted(content, passphrase) : dataOf(safe)
  return sequenceOf(decode(bytes)).map((node) => {
    const [bagType, value, set] = sequenceOf(node)
    const own = set === undefined ? [] : children(set).map((one) => sequenceOf(one))
    const attributeOf = (number: string) => {
      const values = own.find(([name]) => oidOf(name) === number)?.[1]
      return values && children(values)[0]
    }
    const id = attributeOf(attributes.localKeyId)?.content
    const name = attributeOf(attributes.friendlyName)
    return {
      type: oidOf(bagType),
      value: inner(value),
      ...(id && { id }),
      ...(name && { name: textOf(name) }),
    }
  })
}

function decrypted(content: Node | undefined, passphrase: string): Buffer {
  const [, info] = sequenceOf(inner(content))
  const [, algorithm, data] = sequenceOf(info)
  if (algorithm === undefined || data === undefined)
    throw new SaltError('COMMAND_FAILED', 'A part of PKCS#12 holds nothing')
  return decryptByPassphrase(algorithm, data.content, passphrase)
}

function keyOf({ type, value }: Bag, passphrase: string): KeyObject {
  if (type === bags.key) return createPrivateKey({ key: value.raw, format: 'der', type: 'pkcs8' })
  const [algorithm, data] = sequenceOf(value)
  if (algorithm === undefined || data === undefined)
    throw new SaltError('COMMAND_FAILED', 'The key of PKCS#12 is missing')
  const key = decryptByPassphrase(algorithm, data.content, passphrase)
  return createPrivateKey({ key, format: 'der', type: 'pkcs8' })
}

function certificateOf({ value }: Bag): Buffer {
  const [, wrapped] = sequenceOf(value)
  return inner(wrapped).content
}

function dataContent(data: Buffer): Buffer {
  return sequence(oid(contents.data), explicit(encode(tags.octetString, data)))
}

function dataOf(content: Node | undefined): Buffer {
  const [type, wrapped] = sequenceOf(content)
  if (oidOf(type) !== contents.data)
    throw new SaltError(
      'COMMAND_FAILED',
      `A part of PKCS#12 is of a kind that is not supported: ${oidOf(type)}`,
    )
  return inner(wrapped).content
}

function explicit(value: Buffer): Buffer {
  return encode(contextTag(0, true), value)
}

function inner(node: Node | undefined): Node {
  const value = node && children(node)[0]
  if (value === undefined) throw new SaltError('COMMAND_FAILED', 'A part of PKCS#12 is missing')
  return value
}
