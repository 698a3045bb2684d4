// SPDX-License-Identifier: Apache-2.0
import type { ExtensionSources, Made } from './created-extension.ts'
import { contextTag, decode, encode, expect, integer, sequence, tags } from './der.ts'
import { failed, invalid } from './extension-errors.ts'
import { extensionRows } from './extension-names.ts'
import { keyIdentifier } from './keys.ts'
import { mapOfWritten, saysCritical } from './written-values.ts'

/** `subjectKeyIdentifier`. */
export function createSubjectKeyIdentifier(value: unknown, { subjectKey }: ExtensionSources): Made {
  if (saysCritical(value)) throw invalid('subjectKeyIdentifier must be marked as non-critical')
  const made = (digest: Buffer) => ({ critical: false, value: encode(tags.octetString, digest) })
  if (value === 'hash') {
    if (subjectKey === undefined)
      throw invalid('Cannot calculate digest for subjectKeyIdentifier: missing pubkey')
    return made(keyIdentifier(subjectKey))
  }
  if (value instanceof Uint8Array) return made(Buffer.from(value))
  if (typeof value !== 'string') throw invalid('Value must be a (hex-)digest or pubkey')
  const hex = value.replaceAll(':', '')
  if (!/^(?:[0-9a-f]{2})+$/i.test(hex)) throw invalid('Value must be precomputed hash')
  return made(Buffer.from(hex, 'hex'))
}

/** `authorityKeyIdentifier`. */
export function createAuthorityKeyIdentifier(value: unknown, { issuer, issuerKey }: ExtensionSources): Made {
  if (saysCritical(value)) throw invalid('authorityKeyIdentifier must be marked as non-critical')
  if (issuer === undefined && issuerKey === undefined)
    throw invalid('Need CA certificate or CA pubkey to calculate authorityKeyIdentifier')
  const { map } = mapOfWritten(value)
  const key = 'keyid' in map ? identifierOf({ issuer, issuerKey }) : undefined
  const asksIssuer = map['issuer'] === 'always' || ('issuer' in map && key === undefined)
  if (map['issuer'] === 'always' && issuer === undefined)
    throw failed(
      'Could not add authority_cert_issuer and authority_cert_serial_number, but was set to always.',
    )
  const named =
    asksIssuer && issuer !== undefined
      ? [
          encode(contextTag(1, true), encode(contextTag(4, true), issuer.issuerDer)),
          integer(issuer.serial, contextTag(2, false)),
        ]
      : []
  const identifier = key === undefined ? [] : [encode(contextTag(0, false), key)]
  return { critical: false, value: sequence(...identifier, ...named) }
}

/** The identifier of the key that signs, as its certificate says, or as it follows from the key. */
function identifierOf({ issuer, issuerKey }: ExtensionSources): Buffer | undefined {
  const stated = issuer?.extensions.find(
    ({ oid: number }) => number === extensionRows['subjectKeyIdentifier']?.oid,
  )
  if (stated !== undefined) return expect(decode(stated.value), tags.octetString).content
  const key = issuer?.publicKey ?? issuerKey
  return key && keyIdentifier(key)
}
