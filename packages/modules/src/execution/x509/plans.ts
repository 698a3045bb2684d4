// SPDX-License-Identifier: Apache-2.0
import type { KeyObject } from 'node:crypto'
import { pythonStr, SaltError } from '@halite/core'
import type { ExecContext } from '@halite/loader'
import { isGiven, textOrNone } from './arguments.ts'
import { type Certificate, type CertificatePlan, serialOf } from './certificate.ts'
import type { ExtensionSources } from './created-extension.ts'
import type { Extension } from './extension.ts'
import { extensionRows } from './extension-names.ts'
import { createExtension } from './extensions.ts'
import { publicKeyOf, samePublicKey } from './keys.ts'
import { readName } from './names.ts'
import type { CertificateRequest, RequestPlan } from './request.ts'
import type { RevocationPlan, Revoked } from './revocation-list.ts'
import { loadCertificate, loadPrivateKey, loadPublicKey, loadRequest } from './sources.ts'
import { inDays, now, readTime } from './times.ts'
import { isPlain, type Plain } from './written-values.ts'

/** A certificate that can be signed or compared, and the keys that it is about. */
export interface PlannedCertificate {
  readonly plan: CertificatePlan
  /** Absent when another minion signs. */
  readonly signingKey: KeyObject | undefined
  readonly signingCertificate: Certificate | undefined
  /** The private key of the certificate, where it is given. */
  readonly privateKey: KeyObject | undefined
}

const mismatch = "Signing private key does not match the certificate's public key"

/** Plans a certificate from Salt's arguments. With `isRemote` the key that signs is not looked for. */
export async function planCertificate(
  ctx: ExecContext,
  values: Plain,
  isRemote: boolean,
): Promise<PlannedCertificate> {
  const signingKey = isRemote ? undefined : await signingKeyOf(ctx, values)
  const csr = isGiven(values['csr']) ? (await loadRequest(ctx, values['csr'])).value : undefined
  const signingCertificate = isGiven(values['signing_cert'])
    ? (await loadCertificate(ctx, values['signing_cert'])).certificate
    : undefined
  const keys = await subjectKeys(ctx, values, { signingKey, signingCertificate, csr })
  if (
    signingKey !== undefined &&
    signingCertificate &&
    !samePublicKey(signingCertificate.publicKey, signingKey)
  )
    throw new SaltError('ARGUMENTS_INVALID', mismatch)
  const subject = readName(isGiven(values['subject']) ? values['subject'] : values)
  const sources = {
    subjectKey: keys.publicKey,
    issuer: signingCertificate,
    issuerKey: signingCertificate === undefined ? keys.publicKey : undefined,
  }
  const [from, to] = [textOrNone(values['not_before']), textOrNone(values['not_after'])]
  const plan = {
    serial: serialOf(values['serial_number']),
    subject,
    issuer: signingCertificate?.subject ?? subject,
    issuerDer: signingCertificate?.subjectDer,
    notBefore: from ? readTime(from) : now(),
    notAfter: to ? readTime(to) : inDays(daysOf(values['days_valid'] ?? 30)),
    publicKey: keys.publicKey,
    extensions: certificateExtensions(values, sources, csr),
  }
  return { plan, signingKey, signingCertificate, privateKey: keys.privateKey }
}

async function signingKeyOf(ctx: ExecContext, values: Plain): Promise<KeyObject> {
  const passphrase = textOrNone(values['signing_private_key_passphrase'])
  return (await loadPrivateKey(ctx, values['signing_private_key'], passphrase)).key
}

/** Plans a request from Salt's arguments. */
export async function planRequest(
  ctx: ExecContext,
  values: Plain,
): Promise<{ readonly plan: RequestPlan; readonly key: KeyObject }> {
  const { key } = await loadPrivateKey(
    ctx,
    values['private_key'],
    textOrNone(values['private_key_passphrase']),
  )
  const publicKey = publicKeyOf(key)
  const extensions = namesOf('certificate')
    .filter((name) => extensionRows[name]?.ofIssuer !== true && name in values)
    .map((name) => createExtension(name, values[name], { subjectKey: publicKey }))
  const subject = readName(isGiven(values['subject']) ? values['subject'] : values)
  return { plan: { subject, publicKey, extensions }, key }
}

/** Plans a list of revoked certificates from Salt's arguments. */
export async function planRevocationList(
  ctx: ExecContext,
  values: Plain,
): Promise<{ readonly plan: RevocationPlan; readonly signingKey: KeyObject }> {
  const issuer = isGiven(values['signing_cert'])
    ? (await loadCertificate(ctx, values['signing_cert'])).certificate
    : undefined
  const { key } = await loadPrivateKey(
    ctx,
    values['signing_private_key'],
    textOrNone(values['signing_private_key_passphrase']),
  )
  if (issuer !== undefined && !samePublicKey(issuer.publicKey, key))
    throw new SaltError('ARGUMENTS_INVALID', mismatch)
  if (issuer === undefined)
    throw new SaltError('ARGUMENTS_INVALID', 'A CRL must have an issuer name', {
      hint: 'Give signing_cert: the certificate of the CA.',
    })
  const revoked: Revoked[] = []
  for (const entry of revokedEntries(values['revoked'])) {
    const one = await planRevoked(ctx, entry, values['include_expired'] === true)
    if (one !== undefined) revoked.push(one)
  }
  const plan = {
    issuer: issuer.subject,
    issuerDer: issuer.subjectDer,
    lastUpdate: now(),
    nextUpdate: inDays(daysOf(values['days_valid'] ?? 100)),
    revoked,
    extensions: listExtensions(ctx, values['extensions'], { issuer }),
  }
  return { plan, signingKey: key }
}

/** Entries of `revoked` as maps: those of old sls files are a name with a list of maps, and `reason` was no extension. */
export function revokedEntries(given: unknown): readonly Plain[] {
  if (!Array.isArray(given)) throw new SaltError('ARGUMENTS_INVALID', 'revoked must be a list of maps')
  return given.map((entry: unknown) => {
    if (!isPlain(entry))
      throw new SaltError('ARGUMENTS_INVALID', `revoked holds ${pythonStr(entry)}, which is no map`)
    const [only, ...others] = Object.values(entry)
    const isOld = others.length === 0 && Array.isArray(only)
    const { reason, ...rest }: Record<string, unknown> = isOld ? Object.assign({}, ...only) : entry
    if (reason === undefined) return rest
    const extensions = isPlain(rest['extensions']) ? rest['extensions'] : {}
    return { ...rest, extensions: { ...extensions, CRLReason: reason } }
  })
}

interface Around {
  readonly signingKey: KeyObject | undefined
  readonly signingCertificate: Certificate | undefined
  readonly csr: CertificateRequest | undefined
}

async function subjectKeys(
  ctx: ExecContext,
  values: Plain,
  { signingKey, signingCertificate, csr }: Around,
): Promise<{ readonly publicKey: KeyObject; readonly privateKey: KeyObject | undefined }> {
  if (signingCertificate === undefined && signingKey !== undefined)
    return { publicKey: publicKeyOf(signingKey), privateKey: undefined }
  if (isGiven(values['private_key'])) {
    const { key } = await loadPrivateKey(
      ctx,
      values['private_key'],
      textOrNone(values['private_key_passphrase']),
    )
    return { publicKey: publicKeyOf(key), privateKey: key }
  }
  if (isGiven(values['public_key']))
    return { publicKey: await loadPublicKey(ctx, values['public_key']), privateKey: undefined }
  if (csr !== undefined) return { publicKey: csr.publicKey, privateKey: undefined }
  throw new SaltError(
    'ARGUMENTS_INVALID',
    'This certificate is not self-signed (signing_cert is set) and thus needs public_key, private_key or csr to derive public key to sign',
  )
}

function certificateExtensions(
  values: Plain,
  sources: ExtensionSources,
  csr: CertificateRequest | undefined,
): readonly Extension[] {
  const names = namesOf('certificate')
  const given = names.filter((name) => values[name] !== undefined && values[name] !== null)
  const own = given.map((name) => createExtension(name, values[name], sources))
  if (csr === undefined) return own
  const asked = names
    .filter((name) => !given.includes(name) && extensionRows[name]?.ofIssuer !== true)
    .map((name) => csr.extensions.find(({ oid }) => oid === extensionRows[name]?.oid))
  return [...own, ...asked.filter((one) => one !== undefined)]
}

function listExtensions(ctx: ExecContext, given: unknown, sources: ExtensionSources): readonly Extension[] {
  const allowed = namesOf('crl')
  const entries = isPlain(given) ? Object.entries(given) : []
  return entries.flatMap(([name, value]) => {
    if (allowed.includes(name)) return [createExtension(name, value, sources)]
    ctx.log.warning(`Ignoring invalid CRL extension: ${name}`)
    return []
  })
}

async function planRevoked(
  ctx: ExecContext,
  entry: Plain,
  withExpired: boolean,
): Promise<Revoked | undefined> {
  const certificate = isGiven(entry['certificate'])
    ? (await loadCertificate(ctx, entry['certificate'])).certificate
    : undefined
  const given = certificate?.serial ?? entry['serial_number']
  if (given === undefined || given === null || given === '')
    throw new SaltError('ARGUMENTS_INVALID', 'Need serial_number or certificate')
  const until = textOrNone(entry['not_after'])
  const expires = certificate?.notAfter ?? (until === undefined ? undefined : readTime(until))
  if (expires !== undefined && !withExpired && now() > expires) return undefined
  const date = textOrNone(entry['revocation_date'])
  const extensions = isPlain(entry['extensions']) ? Object.entries(entry['extensions']) : []
  return {
    serial: serialOf(given),
    at: date === undefined ? now() : readTime(date),
    extensions: extensions.flatMap(([name, value]) => {
      if (['certificateIssuer', 'CRLReason', 'invalidityDate'].includes(name))
        return [createExtension(name, value, {})]
      ctx.log.warning(`Ignoring invalid CRL entry extension: ${name}`)
      return []
    }),
  }
}

function namesOf(kind: 'certificate' | 'crl'): readonly string[] {
  return Object.entries(extensionRows)
    .filter(([, row]) => row.of.includes(kind))
    .map(([name]) => name)
}

function daysOf(value: unknown): number {
  const days = Number(pythonStr(value))
  if (Number.isFinite(days)) return days
  throw new SaltError('ARGUMENTS_INVALID', `${pythonStr(value)} is not a number of days`)
}
