// SPDX-License-Identifier: Apache-2.0
import type { KeyObject } from 'node:crypto'
import { isTruthy } from '@halite/core'
import type { ExecContext } from '@halite/loader'
import type { Certificate } from './certificate.ts'
import { pemText } from './pem.ts'
import { encodePkcs7 } from './pkcs7.ts'
import { encodePkcs12 } from './pkcs12.ts'
import { loadCertificate } from './sources.ts'
import { listOf } from './written-values.ts'

/** How a certificate is written, and with what. */
export interface CertificateOutput {
  readonly certificate: Certificate
  readonly encoding: string
  /** The certificates that follow it. */
  readonly append_certs: unknown
  readonly privateKey: KeyObject | undefined
  readonly pkcs12_passphrase: string | undefined
  readonly pkcs12_encryption_compat: boolean
  readonly pkcs12_friendlyname: string | undefined
}

/** A certificate and those that follow it, as bytes. */
export async function certificateBytes(ctx: ExecContext, output: CertificateOutput): Promise<Buffer> {
  const { certificate, encoding } = output
  const others: Buffer[] = []
  for (const one of isTruthy(output.append_certs ?? null) ? listOf(output.append_certs) : [])
    others.push((await loadCertificate(ctx, one)).certificate.der)
  if (encoding === 'der') return certificate.der
  if (encoding === 'pem')
    return Buffer.from([certificate.der, ...others].map((der) => pemText('CERTIFICATE', der)).join('\n'))
  if (encoding === 'pkcs12') {
    const { privateKey: key, pkcs12_friendlyname: friendlyName } = output
    const named = friendlyName === undefined || friendlyName === '' ? {} : { friendlyName }
    return encodePkcs12(
      { ...(key && { key }), certificate: certificate.der, others, ...named },
      { passphrase: output.pkcs12_passphrase, compat: output.pkcs12_encryption_compat },
    )
  }
  const der = encodePkcs7([certificate.der, ...others])
  return encoding === 'pkcs7_pem' ? Buffer.from(pemText('PKCS7', der)) : der
}
