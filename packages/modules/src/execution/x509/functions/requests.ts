// SPDX-License-Identifier: Apache-2.0
import { arg, fn } from '@halite/loader'
import { checkEncoding } from '../arguments.ts'
import { createRequest } from '../create.ts'
import { shownRequest } from '../read.ts'
import { loadRequest } from '../sources.ts'
import { derOrPem, digest, passphrase, path, privateKey, raw } from './arguments.ts'
import { encoded } from './encoded.ts'

/** Functions of certificate signing requests. */
export const requestFunctions = {
  create_csr: fn({
    doc: 'Create a certificate signing request. Returns it; with ``path`` it is written there.',
    examples: ["salt '*' x509.create_csr private_key=/etc/pki/my.key CN=example.org"],
    args: {
      private_key: privateKey,
      private_key_passphrase: passphrase('Passphrase of that key.'),
      digest,
      encoding: derOrPem,
      path,
      raw,
      kwargs: arg.keywords('What the request asks for: ``subject`` or parts of the name, extensions.'),
    },
    run: createRequest,
  }),
  encode_csr: fn({
    doc: 'Return a certificate signing request in another encoding.',
    examples: ["salt '*' x509.encode_csr /etc/pki/my.csr der"],
    args: { csr: arg.any('The request: a path, PEM, or base64 of DER.'), encoding: derOrPem, raw },
    run: async (ctx, { csr, encoding, raw: isRaw }) => {
      checkEncoding(encoding, ['der', 'pem'])
      const { value } = await loadRequest(ctx, csr)
      return encoded(value.der, { label: 'CERTIFICATE REQUEST', encoding, raw: isRaw })
    },
  }),
  read_csr: fn({
    doc: 'Return what a certificate signing request says.',
    examples: ["salt '*' x509.read_csr /etc/pki/my.csr"],
    args: { csr: arg.any('The request: a path, PEM, or base64 of DER.') },
    run: async (ctx, { csr }) => shownRequest((await loadRequest(ctx, csr)).value),
  }),
}
