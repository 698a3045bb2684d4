// SPDX-License-Identifier: Apache-2.0
import type { KeyObject } from 'node:crypto'
import { join } from 'node:path'
import { isTruthy, SaltError } from '@halite/core'
import type { ExecContext } from '@halite/loader'
import {
  checkEncoding,
  digestArgument,
  dropOld,
  isGiven,
  plainArguments,
  refuseUnknown,
  renameOld,
  textOrNone,
} from './arguments.ts'
import { type Certificate, decodeCertificate, signCertificate } from './certificate.ts'
import { type CertificateOutput, certificateBytes } from './encode.ts'
import { spkiOf } from './keys.ts'
import { pemText } from './pem.ts'
import { planCertificate, planRequest, planRevocationList } from './plans.ts'
import { signedByRemote } from './remote.ts'
import { signRequest } from './request.ts'
import { signRevocationList } from './revocation-list.ts'
import { localPolicy, mergePolicy } from './signing-policy.ts'
import { bytesOf, loadPrivateKey, loadPublicKey, loadRequest } from './sources.ts'
import { writeBytes, writePem } from './write.ts'

type Given = Readonly<Record<string, unknown>>

/** Encodings of certificates. */
export const certificateEncodings = ['der', 'pem', 'pkcs7_der', 'pkcs7_pem', 'pkcs12']

/** What certificates are made with, beside what they say. */
export interface CertificateArguments {
  readonly ca_server: string | undefined
  readonly signing_policy: string | undefined
  readonly encoding: string
  readonly append_certs: unknown
  readonly pkcs12_passphrase: string | undefined
  readonly pkcs12_encryption_compat: boolean
  readonly pkcs12_friendlyname: string | undefined
  readonly path: string | undefined
  readonly overwrite: boolean
  readonly raw: boolean
  readonly kwargs: Given
}

/** `x509.create_certificate`. */
export async function createCertificate(ctx: ExecContext, args: CertificateArguments): Promise<unknown> {
  const values = certificateValues(args.kwargs)
  checkCertificateArguments(args, values)
  const { path, encoding } = args
  if (path !== undefined && !args.overwrite && (await ctx.fs.isFile(path)))
    return `The file at ${path} exists and overwrite was set to false`
  const { certificate, privateKey } =
    args.ca_server === undefined
      ? await createHere(ctx, mergePolicy(await localPolicy(ctx, args.signing_policy), values))
      : await createThere(ctx, args, values)
  const output: CertificateOutput = {
    ...args,
    certificate,
    privateKey: encoding === 'pkcs12' ? privateKey : undefined,
  }
  const bytes = await certificateBytes(ctx, output)
  if (path === undefined) return shown(bytes, encoding.endsWith('pem'), args.raw)
  if (encoding === 'pem')
    return writePem(ctx, path, { text: bytes.toString(), overwrite: args.overwrite, type: 'CERTIFICATE' })
  await writeBytes(ctx, path, bytes)
  return `Certificate written to ${path}`
}

/** `x509.create_csr`. */
export async function createRequest(ctx: ExecContext, args: RequestArguments): Promise<unknown> {
  const values = { ...plainArguments(args.kwargs), digest: args.digest, ...keyArguments(args) }
  const digest = digestArgument(values)
  renameOld(values)
  checkEncoding(args.encoding, ['der', 'pem'])
  const { plan, key } = await planRequest(ctx, values)
  const { der } = signRequest(plan, { key, digest })
  return written(ctx, args, { der, label: 'CERTIFICATE REQUEST', what: 'CSR' })
}

interface RequestArguments {
  readonly private_key: unknown
  readonly private_key_passphrase: string | undefined
  readonly digest: string
  readonly encoding: string
  readonly path: string | undefined
  readonly raw: boolean
  readonly kwargs: Given
}

/** `x509.create_crl`. */
export async function createRevocationList(ctx: ExecContext, args: RevocationArguments): Promise<unknown> {
  const rest = plainArguments(args.kwargs)
  dropOld(rest, ['text'])
  refuseUnknown(rest)
  checkEncoding(args.encoding, ['der', 'pem'])
  const digest = digestArgument({ digest: args.digest })
  const { plan, signingKey } = await planRevocationList(ctx, plainArguments({ ...args, kwargs: undefined }))
  const { der } = signRevocationList(plan, { key: signingKey, digest })
  return written(ctx, args, { der, label: 'X509 CRL', what: 'CRL' })
}

interface RevocationArguments {
  readonly signing_private_key: unknown
  readonly extensions: unknown
  readonly revoked: unknown
  readonly digest: string
  readonly encoding: string
  readonly path: string | undefined
  readonly raw: boolean
  readonly kwargs: Given
}

/** Arguments of a certificate under their names of today. */
export function certificateValues(kwargs: Given): Record<string, unknown> {
  const values = plainArguments(kwargs)
  dropOld(values, ['text', 'version', 'serial_bits'])
  renameOld(values)
  values['digest'] = digestArgument(values)
  if (values['days_valid'] === undefined && values['not_after'] === undefined) values['days_valid'] = 365
  return values
}

/** Signs a certificate with a key of this minion. */
export async function createHere(
  ctx: ExecContext,
  values: Record<string, unknown>,
): Promise<{ readonly certificate: Certificate; readonly privateKey: KeyObject | undefined }> {
  const { plan, signingKey, privateKey } = await planCertificate(ctx, values, false)
  if (signingKey === undefined) throw new SaltError('ARGUMENTS_INVALID', 'signing_private_key is missing')
  const certificate = signCertificate(plan, { key: signingKey, digest: digestArgument({ ...values }) })
  const directory = textOrNone(values['copypath'])
  if (directory) await keepCopy(ctx, { certificate, directory, prependName: isGiven(values['prepend_cn']) })
  return { certificate, privateKey }
}

/** What a function returns of bytes: text, base64, or with `raw` the bytes. */
export function shown(bytes: Buffer, isText: boolean, raw: boolean): unknown {
  if (raw) return bytes
  return isText ? bytes.toString() : bytes.toString('base64')
}

function checkCertificateArguments(args: CertificateArguments, values: Given): void {
  checkEncoding(args.encoding, certificateEncodings)
  if (args.encoding === 'der' && isTruthy(args.append_certs ?? null))
    throw new SaltError('ARGUMENTS_INVALID', 'Cannot encode a certificate chain in DER')
  if (args.encoding === 'pkcs12' && !('private_key' in values))
    throw new SaltError(
      'ARGUMENTS_INVALID',
      'Creating a PKCS12-encoded certificate without embedded private key is unsupported',
    )
  if (args.ca_server === undefined && !('signing_private_key' in values))
    throw new SaltError(
      'ARGUMENTS_INVALID',
      'Creating a certificate locally at least requires a signing private key.',
    )
  if (args.ca_server !== undefined && args.signing_policy === undefined)
    throw new SaltError(
      'ARGUMENTS_INVALID',
      'signing_policy must be specified to request a certificate from a remote ca_server',
    )
}

async function createThere(ctx: ExecContext, args: CertificateArguments, values: Given) {
  const { private_key: given, private_key_passphrase: passphrase, ...rest } = values
  const sent: Record<string, unknown> = rest
  const key = isGiven(given) ? (await loadPrivateKey(ctx, given, textOrNone(passphrase))).key : undefined
  if (key !== undefined) sent['public_key'] = spkiOf(key)
  else if (isGiven(rest['public_key']))
    sent['public_key'] = spkiOf(await loadPublicKey(ctx, rest['public_key']))
  if (isGiven(rest['csr'])) sent['csr'] = (await loadRequest(ctx, rest['csr'])).value.der
  const query = { caServer: args.ca_server ?? '', name: args.signing_policy }
  const result = await signedByRemote(ctx, query, sent)
  return { certificate: decodeCertificate(await bytesOf(ctx, result)), privateKey: key }
}

interface Copy {
  readonly certificate: Certificate
  readonly directory: string
  readonly prependName: boolean
}

async function keepCopy(ctx: ExecContext, { certificate, directory, prependName }: Copy): Promise<void> {
  const name = certificate.subject.flat().find(({ oid }) => oid === '2.5.4.3')?.value
  if (name !== undefined && prependName && /[/\0]/.test(name))
    throw new SaltError('PATH_UNSAFE', `${name} cannot be a part of the name of a file: it holds a slash`)
  const prefix = prependName && name !== undefined ? `${name}-` : ''
  const path = join(directory, `${prefix}${certificate.serial.toString(16)}.crt`)
  const text = pemText('CERTIFICATE', certificate.der)
  await writePem(ctx, path, { text, overwrite: true, type: 'CERTIFICATE' })
}

interface Output {
  readonly encoding: string
  readonly path: string | undefined
  readonly raw: boolean
}

interface Made {
  readonly der: Buffer
  readonly label: string
  readonly what: string
}

async function written(
  ctx: ExecContext,
  { encoding, path, raw }: Output,
  { der, label, what }: Made,
): Promise<unknown> {
  const bytes = encoding === 'pem' ? Buffer.from(pemText(label, der)) : der
  if (path === undefined) return shown(bytes, encoding === 'pem', raw)
  if (encoding === 'pem') return writePem(ctx, path, { text: bytes.toString(), overwrite: true, type: label })
  await writeBytes(ctx, path, bytes)
  return `${what} written to ${path}`
}

function keyArguments({ private_key, private_key_passphrase }: RequestArguments): Record<string, unknown> {
  return { private_key, private_key_passphrase }
}
