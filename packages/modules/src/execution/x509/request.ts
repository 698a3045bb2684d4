// SPDX-License-Identifier: Apache-2.0
import { createPublicKey, type KeyObject } from 'node:crypto'
import { SaltError } from '@halite/core'
import {
  bitsOf,
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
} from './der.ts'
import { decodeExtensions, type Extension, encodeExtensions } from './extension.ts'
import { decodeName, encodeName, type Name } from './names.ts'
import { type Signer, signed } from './signature.ts'

const extensionRequest = '1.2.840.113549.1.9.14'

/** A request for a certificate as it was read. */
export interface CertificateRequest {
  readonly der: Buffer
  readonly subject: Name
  readonly subjectDer: Buffer
  readonly publicKey: KeyObject
  readonly algorithm: Node
  readonly extensions: readonly Extension[]
  readonly tbs: Buffer
  readonly signature: Buffer
}

/** What a request is to say. */
export interface RequestPlan {
  readonly subject: Name
  readonly publicKey: KeyObject
  readonly extensions: readonly Extension[]
}

/** Reads a request from DER. Throws when it is none; `data.version` of the error holds a version that does not exist. */
export function decodeRequest(der: Buffer): CertificateRequest {
  const [tbs, algorithm, signature] = sequenceOf(decode(der))
  const [version, subject, key, attributes] = tbs === undefined ? [] : sequenceOf(tbs)
  if (tbs === undefined || algorithm === undefined || subject === undefined || key === undefined)
    throw new SaltError('COMMAND_FAILED', 'The data is not a certificate signing request')
  const number = integerOf(version)
  if (number !== 0n)
    throw new SaltError('COMMAND_FAILED', `${number} is not a valid CSR version`, {
      data: { version: Number(number) },
    })
  return {
    der,
    subject: decodeName(subject),
    subjectDer: subject.raw,
    publicKey: createPublicKey({ key: key.raw, format: 'der', type: 'spki' }),
    algorithm,
    extensions: attributes === undefined ? [] : requestedExtensions(attributes),
    tbs: tbs.raw,
    signature: bitsOf(signature),
  }
}

/** Signs a request. */
export function signRequest(
  { subject, publicKey, extensions }: RequestPlan,
  signer: Signer,
): CertificateRequest {
  const attribute = sequence(oid(extensionRequest), encode(tags.set, encodeExtensions(extensions)))
  const der = signed(signer, () =>
    sequence(
      integer(0),
      encodeName(subject),
      publicKey.export({ type: 'spki', format: 'der' }),
      encode(contextTag(0, true), ...(extensions.length === 0 ? [] : [attribute])),
    ),
  )
  return decodeRequest(der)
}

function requestedExtensions(attributes: Node): readonly Extension[] {
  const found = children(attributes)
    .map((attribute) => sequenceOf(attribute))
    .find(([type]) => oidOf(type) === extensionRequest)
  const value = found?.[1] && children(found[1])[0]
  return value === undefined ? [] : decodeExtensions(value.raw)
}
