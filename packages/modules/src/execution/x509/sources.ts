// SPDX-License-Identifier: Apache-2.0
import type { KeyObject } from 'node:crypto'
import { isSaltError, SaltError, systemCodeOf } from '@halite/core'
import type { ExecContext } from '@halite/loader'
import { type Certificate, decodeCertificate } from './certificate.ts'
import { type LoadedKey, pkcs12If, publicKeyOf, readPrivateKey, readPublicKey } from './keys.ts'
import { isPem, pemBlocks } from './pem.ts'
import { decodePkcs7 } from './pkcs7.ts'
import type { Pkcs12 } from './pkcs12.ts'
import { type CertificateRequest, decodeRequest } from './request.ts'
import { decodeRevocationList, type RevocationList } from './revocation-list.ts'

/** Files are read whole; none of these is larger. */
const largestFile = 16 * 1024 * 1024

/** A certificate with the form it was found in. */
export interface LoadedCertificate {
  readonly certificate: Certificate
  readonly encoding: 'pem' | 'der' | 'pkcs7_pem' | 'pkcs7_der' | 'pkcs12'
  /** Those that follow it. */
  readonly chain: readonly Certificate[]
  readonly pkcs12?: Pkcs12
}

/** What is given as a path of this machine, as PEM, as `b64:` and base64, as hexadecimal digits, or as bytes. */
export async function bytesOf(ctx: ExecContext, given: unknown): Promise<Buffer> {
  if (given instanceof Uint8Array) return Buffer.from(given)
  if (typeof given !== 'string' || given === '') throw notLoaded()
  if (await isFilePath(ctx, given)) return ctx.fs.readRange(given, 0, largestFile)
  if (given.startsWith('b64:')) return Buffer.from(given.slice(4), 'base64')
  if (given.includes('-----BEGIN')) return Buffer.from(given)
  const dense = given.replace(/\s/g, '')
  if (/^(?:[0-9a-f]{2})+$/i.test(dense)) return Buffer.from(dense, 'hex')
  if (/^[A-Za-z0-9+/]+={0,2}$/.test(dense) && dense.length % 4 === 0) return Buffer.from(dense, 'base64')
  throw notLoaded()
}

/** Whether a value is the path of a file of this machine. */
export async function isFilePath({ fs }: ExecContext, given: unknown): Promise<boolean> {
  if (typeof given !== 'string' || given.length > 4096 || /[\0\n]/.test(given)) return false
  try {
    return await fs.isFile(given)
  } catch (error) {
    if (systemCodeOf(error) === undefined) throw error
    return false
  }
}

/** A private key. Rejects with Salt's words when it cannot be read. */
export async function loadPrivateKey(
  ctx: ExecContext,
  given: unknown,
  passphrase?: string,
): Promise<LoadedKey> {
  return readPrivateKey(await bytesOf(ctx, given), passphrase)
}

/** A public key. */
export async function loadPublicKey(ctx: ExecContext, given: unknown): Promise<KeyObject> {
  return readPublicKey(await bytesOf(ctx, given))
}

/** A certificate, in whatever form it is. */
export async function loadCertificate(
  ctx: ExecContext,
  given: unknown,
  passphrase?: string,
): Promise<LoadedCertificate> {
  return readCertificate(await bytesOf(ctx, given), passphrase)
}

/** A request for a certificate. */
export async function loadRequest(ctx: ExecContext, given: unknown) {
  return fromPemOrDer(await bytesOf(ctx, given), {
    label: /^(?:NEW )?CERTIFICATE REQUEST$/,
    what: 'certificate signing request',
    decode: decodeRequest,
  })
}

/** A list of revoked certificates. */
export async function loadRevocationList(ctx: ExecContext, given: unknown) {
  return fromPemOrDer(await bytesOf(ctx, given), {
    label: /^X509 CRL$/,
    what: 'certificate revocation list',
    decode: decodeRevocationList,
  })
}

/** The public key of whatever is given: a key, a certificate or a request. */
export async function loadAnyPublicKey(
  ctx: ExecContext,
  given: unknown,
  passphrase?: string,
): Promise<KeyObject> {
  const ways: readonly (() => Promise<KeyObject>)[] = [
    () => loadPublicKey(ctx, given),
    async () => (await loadCertificate(ctx, given, passphrase)).certificate.publicKey,
    async () => publicKeyOf((await loadPrivateKey(ctx, given, passphrase)).key),
    async () => (await loadRequest(ctx, given)).value.publicKey,
  ]
  for (const way of ways) {
    try {
      return await way()
    } catch (error) {
      if (!isSaltError(error)) throw error
    }
  }
  throw new SaltError('COMMAND_FAILED', 'Could not load key as certificate, public key, private key or CSR')
}

interface Form<T> {
  readonly label: RegExp
  readonly what: string
  readonly decode: (der: Buffer) => T
}

function fromPemOrDer<T extends CertificateRequest | RevocationList>(
  bytes: Buffer,
  { label, what, decode }: Form<T>,
): { readonly value: T; readonly encoding: 'pem' | 'der' } {
  const encoding = isPem(bytes) ? 'pem' : 'der'
  const failed = () =>
    new SaltError('ARGUMENTS_INVALID', `Could not load ${encoding.toUpperCase()}-encoded ${what}.`)
  const block = encoding === 'pem' ? pemBlocks(bytes.toString('latin1'))[0] : undefined
  if (encoding === 'pem' && !label.test(block?.label ?? '')) throw failed()
  try {
    return { value: decode(block?.der ?? bytes), encoding }
  } catch (error) {
    if (isSaltError(error) && error.data !== undefined) throw error
    throw failed()
  }
}

function readCertificate(bytes: Buffer, passphrase: string | undefined): LoadedCertificate {
  if (isPem(bytes)) return certificateOfPem(bytes)
  const certificate = decodedIf(bytes)
  if (certificate !== undefined) return { certificate, encoding: 'der', chain: [] }
  const held = pkcs12If(bytes, passphrase)
  if (held?.certificate !== undefined) {
    const chain = held.others.map(decodeCertificate)
    return { certificate: decodeCertificate(held.certificate), encoding: 'pkcs12', chain, pkcs12: held }
  }
  const [main, ...chain] = pkcs7If(bytes)
  if (main !== undefined) return { certificate: main, encoding: 'pkcs7_der', chain }
  throw new SaltError(
    'ARGUMENTS_INVALID',
    'Could not deserialize binary data, neither as DER nor PKCS#7, PKCS#12.',
  )
}

function certificateOfPem(bytes: Buffer): LoadedCertificate {
  const [first, ...rest] = pemBlocks(bytes.toString('latin1'))
  if (first?.label === 'PKCS7') {
    const [main, ...chain] = pkcs7If(first.der)
    if (main === undefined) throw new SaltError('COMMAND_FAILED', 'Could not load PEM-encoded PKCS#7 blob')
    return { certificate: main, encoding: 'pkcs7_pem', chain }
  }
  const certificate =
    first && /^(?:X509 |TRUSTED )?CERTIFICATE$/.test(first.label) ? decodedIf(first.der) : undefined
  if (certificate === undefined)
    throw new SaltError('COMMAND_FAILED', 'Could not load PEM-encoded certificate.')
  const chain = rest.map(({ der }) => decodedIf(der)).filter((one) => one !== undefined)
  return { certificate, encoding: 'pem', chain }
}

function decodedIf(der: Buffer): Certificate | undefined {
  try {
    return decodeCertificate(der)
  } catch (error) {
    // Ours, or one of OpenSSL about the key.
    if (!isSaltError(error) && systemCodeOf(error) === undefined) throw error
    return undefined
  }
}

function pkcs7If(der: Buffer): readonly Certificate[] {
  try {
    return decodePkcs7(der).map(decodeCertificate)
  } catch (error) {
    if (!isSaltError(error)) throw error
    return []
  }
}

function notLoaded(): SaltError {
  return new SaltError(
    'ARGUMENTS_INVALID',
    'Could not load provided source. You need to pass an existing file, (PEM|hex|base64)-encoded string or raw bytes.',
  )
}
