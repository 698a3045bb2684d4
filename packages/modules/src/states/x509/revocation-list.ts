// SPDX-License-Identifier: Apache-2.0
import { isSaltError, toPlain } from '@halite/core'
import { arg, type StateContext, type StateReturn, type Values } from '@halite/loader'
import { checkEncoding, plainArguments } from '../../execution/x509/arguments.ts'
import { createRevocationList } from '../../execution/x509/create.ts'
import { decode, integerOf } from '../../execution/x509/der.ts'
import { extensionRows } from '../../execution/x509/extension-names.ts'
import { publicKeyOf } from '../../execution/x509/keys.ts'
import { nameText, sameName } from '../../execution/x509/names.ts'
import { pemText } from '../../execution/x509/pem.ts'
import { planRevocationList } from '../../execution/x509/plans.ts'
import { isListSignedBy, type RevocationList } from '../../execution/x509/revocation-list.ts'
import { loadRevocationList } from '../../execution/x509/sources.ts'
import { inDays } from '../../execution/x509/times.ts'
import { isPlain } from '../../execution/x509/written-values.ts'
import { anything } from '../file/shared-arguments.ts'
import { extensionChanges, hasOtherDigest, revocationChanges } from './compare.ts'
import { checkCommand, fileArgumentsOf } from './file-part.ts'
import { type Examined, manageEncoded } from './managed.ts'

/** The arguments of `x509.crl_managed`. */
export const revocationArguments = {
  signing_private_key: arg.any('Key of the CA.'),
  revoked: arg.any(
    'Maps of ``certificate`` or ``serial_number``, ``not_after``, ``revocation_date``, ``extensions``.',
  ),
  days_remaining: arg.number('It is made again when it is valid for fewer days; default 30.').optional(),
  signing_cert: anything('Certificate of the CA.'),
  signing_private_key_passphrase: arg.string('Passphrase of the key.').optional(),
  include_expired: arg.boolean('Whether certificates that have expired are listed.').default(false),
  days_valid: arg.integer('Days until the next list; default 100.').optional(),
  digest: arg.string('The digest that is signed.').default('sha256'),
  encoding: arg.string('``pem`` or ``der``.').default('pem'),
  extensions: anything('Extensions by name; ``cRLNumber: auto`` counts the lists.'),
  ...checkCommand,
  kwargs: arg.keywords('Arguments of ``file.managed``.'),
}

type RevocationValues = Values<typeof revocationArguments> & { readonly name: string }
type Extensions = Readonly<Record<string, unknown>>

/** `x509.crl_managed`. */
export async function manageRevocationList(ctx: StateContext, args: RevocationValues): Promise<StateReturn> {
  const fileArgs = fileArgumentsOf(args, ['text'])
  const given = toPlain(args.extensions ?? {})
  const extensions: Extensions = isPlain(given) ? given : {}
  return manageEncoded<RevocationList>(ctx, {
    name: args.name,
    title: 'The certificate revocation list',
    encoding: args.encoding,
    fileArgs,
    examine: (path) => examine(ctx, path, { args, extensions }),
    make: async (current, changes) => {
      checkEncoding(args.encoding, ['der', 'pem'])
      const isOnlyEncoding = Object.keys(changes).every((change) => change === 'encoding')
      if (current !== undefined && isOnlyEncoding)
        return args.encoding === 'pem' ? Buffer.from(pemText('X509 CRL', current.der)) : current.der
      const made = await createRevocationList(ctx, {
        ...args,
        extensions: counted(extensions, current),
        path: undefined,
        raw: true,
        kwargs: {},
      })
      return Buffer.from(made as Uint8Array)
    },
  })
}

interface Comparison {
  readonly args: RevocationValues
  readonly extensions: Extensions
}

async function examine(
  ctx: StateContext,
  path: string,
  { args, extensions }: Comparison,
): Promise<Examined<RevocationList>> {
  const loaded = await loadRevocationList(ctx, path).catch((error: unknown) => {
    if (!isSaltError(error)) throw error
    return undefined
  })
  if (loaded === undefined) return { changes: {}, replace: true }
  const { value: current, encoding } = loaded
  const { cRLNumber, ...others } = extensions
  const isCounted = cRLNumber === 'auto'
  const { plan, signingKey } = await planRevocationList(
    ctx,
    plainArguments({ ...args, kwargs: undefined, extensions: isCounted ? others : extensions }),
  )
  const number = extensionRows['cRLNumber']?.oid
  const there = isCounted ? current.extensions.filter(({ oid }) => oid !== number) : current.extensions
  const lacksNumber = isCounted && there.length === current.extensions.length
  const remaining = args.days_remaining ?? 30
  return {
    current,
    changes: {
      ...(hasOtherDigest(current, args.digest) && { digest: args.digest }),
      ...(encoding !== args.encoding && { encoding: args.encoding }),
      ...(remaining !== 0 && current.nextUpdate < inDays(remaining) && { expiration: true }),
      ...(!sameName(plan.issuer, current.issuer) && { issuer_name: nameText(plan.issuer) }),
      ...(!isListSignedBy(current, publicKeyOf(signingKey)) && { public_key: true }),
      ...revocationChanges(current.revoked, plan.revoked),
      ...(lacksNumber
        ? { extensions: { added: ['cRLNumber'], changed: [], removed: [] } }
        : extensionChanges(there, plan.extensions)),
    },
  }
}

/** The extensions with the number that follows that of the list that is there. */
function counted(extensions: Extensions, current: RevocationList | undefined): Extensions {
  if (extensions['cRLNumber'] !== 'auto') return extensions
  const last = current?.extensions.find(({ oid }) => oid === extensionRows['cRLNumber']?.oid)
  return { ...extensions, cRLNumber: last === undefined ? 1 : integerOf(decode(last.value)) + 1n }
}
