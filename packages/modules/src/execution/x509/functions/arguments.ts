// SPDX-License-Identifier: Apache-2.0
import { arg } from '@halite/loader'

/** A certificate that is read. */
export const certificate = arg.any('The certificate: a path, PEM, or base64 of DER, PKCS#7 or PKCS#12.')

/** A private key that is read. */
export const privateKey = arg.any('The private key: a path, PEM, or base64 of DER or PKCS#12.')

/** A passphrase; `doc`: whose. */
export const passphrase = (doc: string) => arg.string(doc).optional()

/** Whether bytes are returned. */
export const raw = arg.boolean('Return bytes, not text.').default(false)

/** What is signed. */
export const digest = arg
  .string('The digest that is signed: ``sha256``, ``sha512``, ``sha3_256`` …')
  .default('sha256')

/** Where the result is written. */
export const path = arg.string('Write it to this file; else it is returned.').optional()

/** The encodings that all kinds have. */
export const derOrPem = arg.string('``pem`` or ``der``.').default('pem')

/** Arguments of old sls files. */
export const kwargs = arg.keywords('Arguments that old sls files give: ``bits`` and others.')

/** How PKCS#12 is made. */
export const pkcs12 = {
  pkcs12_passphrase: passphrase('Passphrase of PKCS#12.'),
  pkcs12_encryption_compat: arg.boolean('Encrypt PKCS#12 so that old programs can read it.').default(false),
  pkcs12_friendlyname: arg.string('The name that PKCS#12 gives the certificate.').optional(),
}
