// SPDX-License-Identifier: Apache-2.0
import { isSaltError, pythonStr } from '@halite/core'
import { arg, type StateContext, type StateReturn, type Values } from '@halite/loader'
import { renameOld } from '../../execution/x509/arguments.ts'
import type { Certificate } from '../../execution/x509/certificate.ts'
import { createCertificate } from '../../execution/x509/create.ts'
import { type CertificateOutput, certificateBytes } from '../../execution/x509/encode.ts'
import { type PlannedCertificate, planCertificate } from '../../execution/x509/plans.ts'
import { mergePolicy, signingPolicy } from '../../execution/x509/signing-policy.ts'
import { type LoadedCertificate, loadCertificate } from '../../execution/x509/sources.ts'
import { inDays } from '../../execution/x509/times.ts'
import { listOf } from '../../execution/x509/written-values.ts'
import { anything } from '../file/shared-arguments.ts'
import { certificateChanges, hasOtherDigest, sameChain } from './compare.ts'
import { checkCommand, splitArguments } from './file-part.ts'
import { type Examined, manageEncoded } from './managed.ts'

const text = (doc: string) => arg.string(doc).optional()

/** The arguments of `x509.certificate_managed`. */
export const certificateArguments = {
  days_remaining: arg.number('It is made again when it is valid for fewer days; default 90.').optional(),
  ca_server: text('The minion that signs.'),
  signing_policy: text('The policy that it follows.'),
  encoding: arg.string('``pem``, ``der``, ``pkcs7_pem``, ``pkcs7_der`` or ``pkcs12``.').default('pem'),
  append_certs: anything('Certificates that follow it.'),
  copypath: text('A directory where copies of certificates are kept by their serial numbers.'),
  prepend_cn: arg.boolean('Whether names of copies begin with the common name.').default(false),
  digest: arg.string('The digest that is signed.').default('sha256'),
  signing_private_key: anything('Key of the CA.'),
  signing_private_key_passphrase: text('Passphrase of that key.'),
  signing_cert: anything('Certificate of the CA; without it the certificate is self-signed.'),
  public_key: anything('The public key that it is for.'),
  private_key: anything('The private key that it is for.'),
  private_key_passphrase: text('Passphrase of that key.'),
  csr: anything('The request that it answers.'),
  subject: anything('The name: a text of RFC 4514, a list of parts, or a map.'),
  serial_number: anything('Its serial number; default a random one.'),
  not_before: text('When it begins to be valid: ``YYYY-MM-DD HH:MM:SS`` in UTC; default now.'),
  not_after: text('When it expires.'),
  days_valid: anything('For how many days it is valid, where ``not_after`` is not given; default 365.'),
  pkcs12_passphrase: text('Passphrase of PKCS#12.'),
  pkcs12_encryption_compat: arg.boolean('Encrypt PKCS#12 so that old programs can read it.').default(false),
  pkcs12_friendlyname: text('The name that PKCS#12 gives the certificate.'),
  ...checkCommand,
  kwargs: arg.keywords('Parts of the name, extensions by their names, and arguments of ``file.managed``.'),
}

type CertificateValues = Values<typeof certificateArguments> & { readonly name: string }

/** What is compared and made: the arguments by name. */
type Wanted = Readonly<Record<string, unknown>>

/** `x509.certificate_managed`. */
export async function manageCertificate(ctx: StateContext, args: CertificateValues): Promise<StateReturn> {
  const { file, rest } = splitArguments(args)
  const warnings = renameOld(rest)
  const values = wantedValues(args, rest)
  let planned: PlannedCertificate | undefined
  const result = await manageEncoded<LoadedCertificate>(ctx, {
    name: args.name,
    title: 'The certificate',
    encoding: args.encoding,
    fileArgs: file,
    examine: async (path) => {
      const loaded = await currentCertificate(ctx, path, args.pkcs12_passphrase)
      if ('changes' in loaded) return loaded
      const own = { ...values }
      mergePolicy(await signingPolicy(ctx, args.signing_policy, args.ca_server), own)
      planned = await planCertificate(ctx, own, args.ca_server !== undefined)
      const changes = await changesOf(ctx, loaded, { args, planned, digest: pythonStr(own['digest']) })
      return { current: loaded, changes }
    },
    make: (current, changes) => make(ctx, { args, values, current: current?.certificate, changes, planned }),
  })
  return warnings.length === 0 ? result : { ...result, warnings }
}

function wantedValues(args: CertificateValues, rest: Wanted): Record<string, unknown> {
  const { name: _, kwargs: __, days_remaining: ___, check_cmd: ____, ...given } = args
  const outside = ['ca_server', 'signing_policy', 'encoding', 'append_certs']
  const own = Object.entries(given).filter(
    ([name, value]) =>
      value !== undefined && value !== null && !outside.includes(name) && !name.startsWith('pkcs12_'),
  )
  const values: Record<string, unknown> = { ...Object.fromEntries(own), ...rest }
  if (rest['algorithm'] !== undefined) {
    values['digest'] = rest['algorithm']
    delete values['algorithm']
  }
  if (values['days_valid'] === undefined && values['not_after'] === undefined) values['days_valid'] = 365
  return values
}

async function currentCertificate(
  ctx: StateContext,
  path: string,
  passphrase: string | undefined,
): Promise<LoadedCertificate | Examined<LoadedCertificate>> {
  try {
    return await loadCertificate(ctx, path, passphrase)
  } catch (error) {
    if (!isSaltError(error)) throw error
    if (error.message.includes('Bad decrypt')) return { changes: { pkcs12_passphrase: true } }
    return { changes: {}, replace: true }
  }
}

interface Comparison {
  readonly args: CertificateValues
  readonly planned: PlannedCertificate
  readonly digest: string
}

async function changesOf(
  ctx: StateContext,
  { certificate, encoding, chain, pkcs12 }: LoadedCertificate,
  { args, planned, digest }: Comparison,
): Promise<Record<string, unknown>> {
  const wantedName = args.pkcs12_friendlyname === '' ? undefined : args.pkcs12_friendlyname
  const isOtherName = args.encoding === 'pkcs12' && pkcs12?.friendlyName !== wantedName
  const appended: Certificate[] = []
  for (const one of args.append_certs ? listOf(args.append_certs) : [])
    appended.push((await loadCertificate(ctx, one)).certificate)
  const isOtherEncoding = encoding !== args.encoding
  return {
    ...(isOtherEncoding
      ? { encoding: args.encoding }
      : isOtherName && { pkcs12_friendlyname: args.pkcs12_friendlyname ?? null }),
    ...(certificate.notAfter < inDays(args.days_remaining ?? 90) && { expiration: true }),
    ...(!sameChain(chain, appended) && { additional_certs: true }),
    ...(hasOtherDigest(certificate, digest) && { digest: args.digest }),
    ...certificateChanges(certificate, planned, args.serial_number ?? undefined),
  }
}

interface Make {
  readonly args: CertificateValues
  readonly values: Wanted
  readonly current: Certificate | undefined
  readonly changes: Wanted
  readonly planned: PlannedCertificate | undefined
}

/** What changes around a certificate does not need another one to be signed. */
const around = ['additional_certs', 'encoding', 'pkcs12_friendlyname']

async function make(ctx: StateContext, { args, values, current, changes, planned }: Make): Promise<Buffer> {
  const onlyAround = Object.keys(changes).every((change) => around.includes(change))
  if (current !== undefined && onlyAround) {
    const output: CertificateOutput = {
      ...args,
      certificate: current,
      append_certs: args.append_certs ?? null,
      privateKey: planned?.privateKey,
    }
    return certificateBytes(ctx, output)
  }
  const made = await createCertificate(ctx, {
    ...args,
    append_certs: args.append_certs ?? null,
    path: undefined,
    overwrite: true,
    raw: true,
    kwargs: values,
  })
  return Buffer.from(made as Uint8Array)
}
