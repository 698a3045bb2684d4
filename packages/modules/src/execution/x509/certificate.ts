// SPDX-License-Identifier: Apache-2.0
import { createPublicKey, type KeyObject, randomBytes } from 'node:crypto'
import { pythonStr, SaltError } from '@halite/core'
import {
  bitsOf,
  children,
  contextTag,
  decode,
  encode,
  integer,
  integerOf,
  type Node,
  sequence,
  sequenceOf,
  time,
  timeOf,
} from './der.ts'
import { decodeExtensions, type Extension, encodeExtensions } from './extension.ts'
import { decodeName, encodeName, type Name } from './names.ts'
import { isSignedBy, type Signer, signed } from './signature.ts'

/** A certificate as it was read. */
export interface Certificate {
  readonly der: Buffer
  readonly version: number
  readonly serial: bigint
  readonly algorithm: Node
  readonly issuer: Name
  readonly issuerDer: Buffer
  readonly subject: Name
  readonly subjectDer: Buffer
  readonly notBefore: Date
  readonly notAfter: Date
  readonly publicKey: KeyObject
  readonly extensions: readonly Extension[]
  /** What is signed, and the signature. */
  readonly tbs: Buffer
  readonly signature: Buffer
}

/** What a certificate is to say, before it is signed. */
export interface CertificatePlan {
  readonly serial: bigint
  readonly issuer: Name
  /** The name of the issuer as its certificate has it. */
  readonly issuerDer?: Buffer | undefined
  readonly subject: Name
  readonly notBefore: Date
  readonly notAfter: Date
  readonly publicKey: KeyObject
  readonly extensions: readonly Extension[]
}

/** Reads a certificate from DER. Throws when it is none. */
export function decodeCertificate(der: Buffer): Certificate {
  const [tbs, algorithm, signature] = sequenceOf(decode(der))
  if (tbs === undefined || algorithm === undefined) throw notCertificate()
  const parts = sequenceOf(tbs)
  const hasVersion = parts[0]?.tag === contextTag(0, true)
  const [serial, , issuer, validity, subject, key, ...optional] = hasVersion ? parts.slice(1) : parts
  if (issuer === undefined || subject === undefined || key === undefined) throw notCertificate()
  const [from, to] = sequenceOf(validity)
  const extensions = optional.find(({ tag }) => tag === contextTag(3, true))
  return {
    der,
    version: hasVersion && parts[0] ? Number(integerOf(children(parts[0])[0])) + 1 : 1,
    serial: integerOf(serial),
    algorithm,
    issuer: decodeName(issuer),
    issuerDer: issuer.raw,
    subject: decodeName(subject),
    subjectDer: subject.raw,
    notBefore: timeOf(from),
    notAfter: timeOf(to),
    publicKey: createPublicKey({ key: key.raw, format: 'der', type: 'spki' }),
    extensions: extensions === undefined ? [] : decodeExtensions(extensions.content),
    tbs: tbs.raw,
    signature: bitsOf(signature),
  }
}

/** Signs a certificate. */
export function signCertificate(plan: CertificatePlan, signer: Signer): Certificate {
  if (plan.notAfter < plan.notBefore)
    throw new SaltError(
      'ARGUMENTS_INVALID',
      'The not valid after date must be after the not valid before date.',
    )
  const extensions =
    plan.extensions.length === 0 ? [] : [encode(contextTag(3, true), encodeExtensions(plan.extensions))]
  const der = signed(signer, (algorithm) =>
    sequence(
      encode(contextTag(0, true), integer(2)),
      integer(plan.serial),
      algorithm,
      plan.issuerDer ?? encodeName(plan.issuer),
      sequence(time(plan.notBefore), time(plan.notAfter)),
      encodeName(plan.subject),
      plan.publicKey.export({ type: 'spki', format: 'der' }),
      ...extensions,
    ),
  )
  return decodeCertificate(der)
}

/** Whether a key signed a certificate. */
export function isCertificateSignedBy(certificate: Certificate, key: KeyObject): boolean {
  return isSignedBy(certificate, key)
}

/** A serial number as it is given: a number, or hexadecimal digits; by default a random one. */
export function serialOf(given: unknown): bigint {
  if (given === undefined || given === null) return BigInt(`0x${randomBytes(20).toString('hex')}`) >> 1n
  if (typeof given === 'number' || typeof given === 'bigint') return BigInt(given)
  if (given instanceof Uint8Array) return BigInt(`0x${Buffer.from(given).toString('hex')}`)
  const hex = pythonStr(given).replaceAll(':', '').replace(/\s/g, '')
  if (/^(?:[0-9a-f]{2})+$/i.test(hex)) return BigInt(`0x${hex}`)
  throw new SaltError('COMMAND_FAILED', `Could not parse serial number ${pythonStr(given)}`)
}

function notCertificate(): SaltError {
  return new SaltError('COMMAND_FAILED', 'The data is not a certificate')
}
