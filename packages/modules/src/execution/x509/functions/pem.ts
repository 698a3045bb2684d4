// SPDX-License-Identifier: Apache-2.0
import { arg, fn } from '@halite/loader'
import { pemEntry } from '../pem.ts'
import { bytesOf } from '../sources.ts'
import { writePem } from '../write.ts'
import { eachFile } from './each-file.ts'

/** Functions of PEM as such. */
export const pemFunctions = {
  get_pem_entry: fn({
    doc: 'Return an entry of PEM in its normal form: lines of 64 characters.',
    examples: ["salt '*' x509.get_pem_entry /etc/pki/my.pem pem_type='X509 CRL'"],
    args: { text: arg.any('A path, or the text.'), pem_type: arg.string('Label of the entry.').optional() },
    run: async (ctx, { text, pem_type: type }) =>
      Buffer.from(pemEntry((await bytesOf(ctx, text)).toString(), type)),
  }),
  get_pem_entries: fn({
    doc: 'Return the first entry of PEM of each file that a shell pattern matches.',
    examples: ["salt '*' x509.get_pem_entries '/etc/pki/*.crt'"],
    args: { glob_path: arg.string('The pattern.') },
    run: (ctx, { glob_path: pattern }) =>
      eachFile(ctx, pattern, async (file) => Buffer.from(pemEntry((await bytesOf(ctx, file)).toString()))),
  }),
  write_pem: fn({
    doc: 'Write an entry of PEM to a file.',
    examples: ["salt '*' x509.write_pem '-----BEGIN CERTIFICATE-----…' /etc/pki/my.crt"],
    args: {
      text: arg.any('A path, or the text.'),
      path: arg.path('The file.'),
      overwrite: arg
        .boolean('Whether a private key and DH parameters in the file are lost with a certificate.')
        .default(true),
      pem_type: arg.string('Label of the entry.').optional(),
    },
    run: async (ctx, { text, path: file, overwrite, pem_type: type }) =>
      writePem(ctx, file, { text: (await bytesOf(ctx, text)).toString(), overwrite, type }),
  }),
}
