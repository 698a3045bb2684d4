// SPDX-License-Identifier: Apache-2.0
import { isSaltError } from '@halite/core'
import { arg, type StateContext, type StateReturn, type Values } from '@halite/loader'
import { checkEncoding, dropOld, renameOld } from '../../execution/x509/arguments.ts'
import { createRequest } from '../../execution/x509/create.ts'
import { samePublicKey } from '../../execution/x509/keys.ts'
import { nameText, sameName } from '../../execution/x509/names.ts'
import { pemText } from '../../execution/x509/pem.ts'
import { planRequest } from '../../execution/x509/plans.ts'
import type { CertificateRequest } from '../../execution/x509/request.ts'
import { loadRequest } from '../../execution/x509/sources.ts'
import { anything } from '../file/shared-arguments.ts'
import { extensionChanges, hasOtherDigest } from './compare.ts'
import { checkCommand, splitArguments } from './file-part.ts'
import { type Examined, manageEncoded } from './managed.ts'

/** The arguments of `x509.csr_managed`. */
export const requestArguments = {
  private_key: arg.any('The private key that the request is for.'),
  private_key_passphrase: arg.string('Passphrase of that key.').optional(),
  digest: arg.string('The digest that is signed.').default('sha256'),
  encoding: arg.string('``pem`` or ``der``.').default('pem'),
  subject: anything('The name: a text of RFC 4514, a list of parts, or a map.'),
  ...checkCommand,
  kwargs: arg.keywords('Parts of the name, extensions by their names, and arguments of ``file.managed``.'),
}

type RequestValues = Values<typeof requestArguments> & { readonly name: string }

/** `x509.csr_managed`. */
export async function manageRequest(ctx: StateContext, args: RequestValues): Promise<StateReturn> {
  const { file, rest } = splitArguments(args)
  const digest = rest['algorithm'] === undefined ? args.digest : String(rest['algorithm'])
  dropOld(rest, ['algorithm', 'text', 'version'])
  const warnings = renameOld(rest)
  const subject = args.subject === undefined || args.subject === null ? {} : { subject: args.subject }
  const values = { ...rest, ...subject }
  const result = await manageEncoded<CertificateRequest>(ctx, {
    name: args.name,
    title: 'The certificate signing request',
    encoding: args.encoding,
    fileArgs: file,
    examine: (path) => examine(ctx, path, { ...args, digest, values }),
    make: async (current, changes) => {
      checkEncoding(args.encoding, ['der', 'pem'])
      const isOnlyEncoding = Object.keys(changes).every((change) => change === 'encoding')
      if (current !== undefined && isOnlyEncoding)
        return args.encoding === 'pem'
          ? Buffer.from(pemText('CERTIFICATE REQUEST', current.der))
          : current.der
      const made = await createRequest(ctx, { ...args, digest, path: undefined, raw: true, kwargs: values })
      return Buffer.from(made as Uint8Array)
    },
  })
  return warnings.length === 0 ? result : { ...result, warnings }
}

interface Comparison extends Omit<RequestValues, 'kwargs' | 'subject'> {
  readonly values: Readonly<Record<string, unknown>>
}

async function examine(
  ctx: StateContext,
  path: string,
  args: Comparison,
): Promise<Examined<CertificateRequest>> {
  const loaded = await loadRequest(ctx, path).catch((error: unknown) => {
    if (!isSaltError(error)) throw error
    const isOld = error.data?.['version'] !== undefined
    return { problem: isOld ? { invalid_version: true } : {} }
  })
  if ('problem' in loaded) return { changes: loaded.problem, replace: true }
  const { value: current, encoding } = loaded
  const { private_key: given, private_key_passphrase: passphrase } = args
  const { plan, key } = await planRequest(ctx, {
    ...args.values,
    private_key: given,
    private_key_passphrase: passphrase,
  })
  return {
    current,
    changes: {
      ...(hasOtherDigest(current, args.digest) && { digest: args.digest }),
      ...(encoding !== args.encoding && { encoding: args.encoding }),
      ...(!samePublicKey(current.publicKey, key) && { private_key: true }),
      ...(!sameName(plan.subject, current.subject) && { subject_name: nameText(plan.subject) }),
      ...extensionChanges(current.extensions, plan.extensions),
    },
  }
}
