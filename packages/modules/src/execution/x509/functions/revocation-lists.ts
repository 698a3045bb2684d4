// SPDX-License-Identifier: Apache-2.0
import { arg, fn } from '@halite/loader'
import { checkEncoding } from '../arguments.ts'
import { createRevocationList } from '../create.ts'
import { shownRevocationList } from '../read.ts'
import { isListSignedBy } from '../revocation-list.ts'
import { loadAnyPublicKey, loadRevocationList } from '../sources.ts'
import { derOrPem, digest, kwargs, passphrase, path, raw } from './arguments.ts'
import { encoded } from './encoded.ts'

/** Functions of certificate revocation lists. */
export const revocationFunctions = {
  create_crl: fn({
    doc: 'Create a certificate revocation list. Returns it; with ``path`` it is written there.',
    examples: [
      "salt '*' x509.create_crl /etc/pki/ca.key '[{serial_number: 3A:01}]' signing_cert=/etc/pki/ca.crt",
    ],
    args: {
      signing_private_key: arg.any('Key of the CA.'),
      revoked: arg.any(
        'Maps of ``certificate`` or ``serial_number``, ``not_after``, ``revocation_date``, ``extensions``.',
      ),
      signing_cert: arg.any('Certificate of the CA.').default(null),
      signing_private_key_passphrase: passphrase('Passphrase of that key.'),
      include_expired: arg.boolean('Whether certificates that have expired are listed.').default(false),
      days_valid: arg.integer('Days until the next list; default 100.').optional(),
      digest,
      encoding: derOrPem,
      extensions: arg.any('Extensions by name, such as ``cRLNumber``.').default(null),
      path,
      raw,
      kwargs,
    },
    run: createRevocationList,
  }),
  encode_crl: fn({
    doc: 'Return a certificate revocation list in another encoding.',
    examples: ["salt '*' x509.encode_crl /etc/pki/ca.crl der"],
    args: { crl: arg.any('The list: a path, PEM, or base64 of DER.'), encoding: derOrPem, raw },
    run: async (ctx, { crl, encoding, raw: isRaw }) => {
      checkEncoding(encoding, ['der', 'pem'])
      const { value } = await loadRevocationList(ctx, crl)
      return encoded(value.der, { label: 'X509 CRL', encoding, raw: isRaw })
    },
  }),
  read_crl: fn({
    doc: 'Return what a certificate revocation list says.',
    examples: ["salt '*' x509.read_crl /etc/pki/ca.crl"],
    args: { crl: arg.any('The list: a path, PEM, or base64 of DER.') },
    run: async (ctx, { crl }) => shownRevocationList((await loadRevocationList(ctx, crl)).value),
  }),
  verify_crl: fn({
    doc: 'Return whether the key of a certificate signed a revocation list.',
    examples: ["salt '*' x509.verify_crl /etc/pki/ca.crl /etc/pki/ca.crt"],
    args: { crl: arg.any('The list.'), cert: arg.any('The certificate, or its key.') },
    run: async (ctx, { crl, cert }) =>
      isListSignedBy((await loadRevocationList(ctx, crl)).value, await loadAnyPublicKey(ctx, cert)),
  }),
}
