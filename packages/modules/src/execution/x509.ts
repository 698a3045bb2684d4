// SPDX-License-Identifier: Apache-2.0
import { defineModule } from '@halite/loader'
import { certificateFunctions } from './x509/functions/certificates.ts'
import { keyFunctions } from './x509/functions/keys.ts'
import { pemFunctions } from './x509/functions/pem.ts'
import { requestFunctions } from './x509/functions/requests.ts'
import { revocationFunctions } from './x509/functions/revocation-lists.ts'

/** `x509`: keys, certificates, requests and lists of revoked certificates. */
export default defineModule({
  name: 'x509',
  doc: 'Private keys, certificates, certificate signing requests and certificate revocation lists. What is called ``x509_v2`` in Salt 3007; the option ``features`` need not ask for it.',
  functions: {
    ...keyFunctions,
    ...certificateFunctions,
    ...requestFunctions,
    ...revocationFunctions,
    ...pemFunctions,
  },
})
