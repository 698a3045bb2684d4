// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto'
import { mapOf } from '@halite/core'
import type { Certificate } from './certificate.ts'
import { numberHex, prettyHex, shownEntryExtensions, shownExtensions } from './extension-text.ts'
import { keyIdentifier, keySize, keyType, publicPem } from './keys.ts'
import { nameMap, nameText } from './names.ts'
import type { CertificateRequest } from './request.ts'
import type { RevocationList } from './revocation-list.ts'
import { algorithmName } from './signature.ts'
import { timeText } from './times.ts'

/** What a certificate says, in Salt's shape. */
export function shownCertificate(certificate: Certificate, withMd5: boolean): Record<string, unknown> {
  const { der, publicKey } = certificate
  const fingerprint = (hash: string) => prettyHex(createHash(hash).update(der).digest())
  return {
    version: certificate.version,
    key_size: sizeOf(publicKey),
    key_type: keyType(publicKey),
    serial_number: numberHex(certificate.serial),
    fingerprints: {
      sha1: fingerprint('sha1'),
      sha256: fingerprint('sha256'),
      ...(withMd5 && { md5: fingerprint('md5') }),
    },
    subject: nameMap(certificate.subject),
    subject_hash: nameHash(certificate.subjectDer),
    subject_str: nameText(certificate.subject),
    issuer: nameMap(certificate.issuer),
    issuer_hash: nameHash(certificate.issuerDer),
    issuer_str: nameText(certificate.issuer),
    not_before: timeText(certificate.notBefore),
    not_after: timeText(certificate.notAfter),
    public_key: publicPem(publicKey),
    extensions: shownExtensions(certificate.extensions),
    signature_algorithm: algorithmName(certificate.algorithm),
  }
}

/** What a request says. */
export function shownRequest(request: CertificateRequest): Record<string, unknown> {
  const { publicKey, subject } = request
  return {
    key_size: sizeOf(publicKey),
    key_type: keyType(publicKey),
    subject: nameMap(subject),
    subject_hash: nameHash(request.subjectDer),
    subject_str: nameText(subject),
    public_key_hash: prettyHex(keyIdentifier(publicKey)),
    extensions: shownExtensions(request.extensions),
  }
}

/** What a list of revoked certificates says. */
export function shownRevocationList(list: RevocationList): Record<string, unknown> {
  const revoked = list.revoked.map(({ serial, at, extensions }): [string, unknown] => [
    numberHex(serial).replaceAll(':', ''),
    { revocation_date: timeText(at), extensions: shownEntryExtensions(extensions) },
  ])
  return {
    issuer: nameMap(list.issuer),
    last_update: timeText(list.lastUpdate),
    next_update: timeText(list.nextUpdate),
    revoked_certificates: mapOf(revoked),
    extensions: shownExtensions(list.extensions),
    signature_algorithm: algorithmName(list.algorithm),
  }
}

function sizeOf(key: Certificate['publicKey']): number | null {
  return ['rsa', 'ec'].includes(keyType(key)) ? keySize(key) : null
}

/** The first bytes of SHA-1 of a name, in the order of the processors that Salt runs on. */
function nameHash(der: Buffer): string {
  const digest = createHash('sha1').update(der).digest().subarray(0, 4)
  return prettyHex(Buffer.from(digest).reverse())
}
