// SPDX-License-Identifier: Apache-2.0
import { SaltError } from '@halite/core'
import {
  children,
  contextTag,
  decode,
  encode,
  integer,
  oid,
  oidOf,
  sequence,
  sequenceOf,
  tags,
} from './der.ts'

const signedData = '1.2.840.113549.1.7.2'
const plainData = '1.2.840.113549.1.7.1'

/** Certificates as PKCS #7, in their order: the certificate, and those that follow it. */
export function encodePkcs7(certificates: readonly Buffer[]): Buffer {
  const content = sequence(
    integer(1),
    encode(tags.set),
    sequence(oid(plainData)),
    encode(contextTag(0, true), ...certificates),
    encode(tags.set),
  )
  return sequence(oid(signedData), encode(contextTag(0, true), content))
}

/** The certificates of PKCS #7, as DER. Throws when it is none or holds none. */
export function decodePkcs7(der: Buffer): readonly Buffer[] {
  const [type, wrapped] = sequenceOf(decode(der))
  if (oidOf(type) !== signedData || wrapped === undefined)
    throw new SaltError('COMMAND_FAILED', 'It is not PKCS#7 with certificates')
  const parts = sequenceOf(children(wrapped)[0])
  const set = parts.find(({ tag }) => tag === contextTag(0, true))
  const found = set === undefined ? [] : children(set).filter(({ tag }) => tag === tags.sequence)
  if (found.length === 0) throw new SaltError('COMMAND_FAILED', 'PKCS#7 holds no certificates')
  return found.map(({ raw }) => raw)
}
