// SPDX-License-Identifier: Apache-2.0
import { isSaltError } from '@halite/core'
import { arg, defineState, type StateContext, type StateReturn, stateFn } from '@halite/loader'
import { pemEntry } from '../execution/x509/pem.ts'
import { bytesOf } from '../execution/x509/sources.ts'
import { failure } from './file/result.ts'
import { certificateArguments, manageCertificate } from './x509/certificate.ts'
import { checkCommand, fileArgumentsOf, manageFilePart } from './x509/file-part.ts'
import { managePrivateKey, privateKeyArguments } from './x509/private-key.ts'
import { manageRequest, requestArguments } from './x509/request.ts'
import { manageRevocationList, revocationArguments } from './x509/revocation-list.ts'

/** `x509`: files that hold keys, certificates, requests and lists of revoked certificates. */
export default defineState({
  name: 'x509',
  doc: 'Files that hold private keys, certificates, certificate signing requests and certificate revocation lists. What is called ``x509_v2`` in Salt 3007.',
  checks: ['check_cmd'],
  functions: {
    private_key_managed: stateFn({
      doc: 'Make a file that holds a private key; a key that is there and is as asked for stays.',
      examples: ["salt '*' state.single x509.private_key_managed /etc/pki/www.key algo=ec"],
      args: privateKeyArguments,
      run: managePrivateKey,
    }),
    certificate_managed: stateFn({
      doc: 'Make a file that holds a certificate; it is made again before it expires, and when it is to say something else.',
      examples: [
        "salt '*' state.single x509.certificate_managed /etc/pki/ca.crt signing_private_key=/etc/pki/ca.key CN=ca days_valid=3650",
      ],
      args: certificateArguments,
      run: manageCertificate,
    }),
    csr_managed: stateFn({
      doc: 'Make a file that holds a certificate signing request.',
      examples: [
        "salt '*' state.single x509.csr_managed /etc/pki/www.csr private_key=/etc/pki/www.key CN=example.org",
      ],
      args: requestArguments,
      run: manageRequest,
    }),
    crl_managed: stateFn({
      doc: 'Make a file that holds a certificate revocation list; it is made again before the next one is due.',
      args: revocationArguments,
      run: manageRevocationList,
    }),
    pem_managed: stateFn({
      doc: 'Make a file that holds an entry of PEM, in its normal form.',
      args: {
        text: arg.any('A path, or the text.'),
        ...checkCommand,
        kwargs: arg.keywords('Arguments of ``file.managed``.'),
      },
      run: managePem,
    }),
  },
})

interface PemArguments {
  readonly name: string
  readonly text: unknown
  readonly check_cmd?: unknown
  readonly kwargs: Readonly<Record<string, unknown>>
}

async function managePem(ctx: StateContext, { name, text, ...given }: PemArguments): Promise<StateReturn> {
  const file = { ...fileArgumentsOf(given), name }
  try {
    return await manageFilePart(ctx, file, { contents: pemEntry((await bytesOf(ctx, text)).toString()) })
  } catch (error) {
    if (!isSaltError(error)) throw error
    return failure(error.message)
  }
}
