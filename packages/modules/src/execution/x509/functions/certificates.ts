// SPDX-License-Identifier: Apache-2.0
import { isTruthy, SaltError } from '@halite/core'
import { arg, type ExecContext, fn } from '@halite/loader'
import { checkEncoding } from '../arguments.ts'
import { isCertificateSignedBy } from '../certificate.ts'
import { certificateEncodings, createCertificate, shown } from '../create.ts'
import { certificateBytes } from '../encode.ts'
import { shownCertificate } from '../read.ts'
import { signForRemote } from '../sign-for-remote.ts'
import { signingPolicy } from '../signing-policy.ts'
import { isFilePath, loadAnyPublicKey, loadCertificate, loadPrivateKey } from '../sources.ts'
import { inDays } from '../times.ts'
import { certificate, passphrase, path, pkcs12, raw } from './arguments.ts'
import { eachFile } from './each-file.ts'

/** Functions of certificates, and of the policies they are signed by. */
export const certificateFunctions = {
  create_certificate: fn({
    doc: 'Create a certificate. Returns it; with ``path`` it is written there. Self-signed unless ``signing_cert`` is given. The name is given as ``CN``, ``O`` … or ``subject``, extensions by their names, such as ``subjectAltName``.',
    examples: [
      "salt '*' x509.create_certificate signing_private_key=/etc/pki/ca.key CN=example.org days_valid=90 basicConstraints='critical, CA:true'",
    ],
    args: {
      ca_server: arg.string('The minion that signs.').optional(),
      signing_policy: arg.string('The policy that it follows.').optional(),
      encoding: arg.string('``pem``, ``der``, ``pkcs7_pem``, ``pkcs7_der`` or ``pkcs12``.').default('pem'),
      append_certs: arg.any('Certificates that follow it.').default(null),
      ...pkcs12,
      path,
      overwrite: arg.boolean('Whether a file that is there is replaced.').default(true),
      raw,
      kwargs: arg.keywords(
        'What the certificate says: ``signing_private_key``, ``signing_cert``, ``private_key``, ``public_key``, ``csr``, ``subject``, ``serial_number``, ``not_before``, ``not_after``, ``days_valid``, ``digest``, ``copypath``, ``prepend_cn``, parts of the name, extensions.',
      ),
    },
    run: createCertificate,
  }),
  encode_certificate: fn({
    doc: 'Return a certificate in another encoding.',
    examples: ["salt '*' x509.encode_certificate /etc/pki/my.crt pkcs7_pem"],
    args: {
      certificate,
      encoding: arg.string('``pem``, ``der``, ``pkcs7_pem``, ``pkcs7_der`` or ``pkcs12``.').default('pem'),
      append_certs: arg.any('Certificates that follow it.').default(null),
      private_key: arg.any('The key that goes into PKCS#12 with it.').default(null),
      private_key_passphrase: passphrase('Passphrase of that key.'),
      ...pkcs12,
      raw,
    },
    run: encodeCertificate,
  }),
  expires: fn({
    doc: 'Return whether a certificate expires within so many days.',
    examples: ["salt '*' x509.expires /etc/pki/my.crt days=7"],
    args: { certificate, days: arg.number('Days.').default(0) },
    run: async (ctx, args) => expiresWithin(ctx, args.certificate, args.days),
  }),
  expired: fn({
    doc: 'Return whether a certificate has expired, with its common name and path.',
    examples: ["salt '*' x509.expired /etc/pki/my.crt"],
    args: { certificate },
    run: async (ctx, args) => ({
      ...(await about(ctx, args.certificate)),
      expired: await expiresWithin(ctx, args.certificate, 0),
    }),
  }),
  will_expire: fn({
    doc: 'Return whether a certificate will have expired in so many days, with its common name and path.',
    examples: ["salt '*' x509.will_expire /etc/pki/my.crt days=30"],
    args: { certificate, days: arg.number('Days.') },
    run: async (ctx, args) => ({
      check_days: args.days,
      ...(await about(ctx, args.certificate)),
      will_expire: await expiresWithin(ctx, args.certificate, args.days),
    }),
  }),
  get_signing_policy: fn({
    doc: 'Return a signing policy: what ``x509_signing_policies`` of the pillar or the configuration has under a name.',
    examples: ["salt '*' x509.get_signing_policy www"],
    args: {
      signing_policy: arg.string('Its name.'),
      ca_server: arg.string('The minion that signs by it; default this one.').optional(),
    },
    run: (ctx, args) => signingPolicy(ctx, args.signing_policy, args.ca_server),
  }),
  read_certificate: fn({
    doc: 'Return what a certificate says.',
    examples: ["salt '*' x509.read_certificate /etc/pki/my.crt"],
    args: { certificate },
    run: async (ctx, args) => readCertificate(ctx, args.certificate),
  }),
  read_certificates: fn({
    doc: 'Return what the certificates say that a shell pattern matches.',
    examples: ["salt '*' x509.read_certificates '/etc/pki/*.crt'"],
    args: { glob_path: arg.string('The pattern.') },
    run: (ctx, { glob_path: pattern }) => eachFile(ctx, pattern, (file) => readCertificate(ctx, file)),
  }),
  sign_remote_certificate: fn({
    doc: 'Sign a certificate for another minion, by a policy of this one. Called through the master, not by people.',
    examples: ["salt '*' x509.sign_remote_certificate www {}"],
    args: {
      signing_policy: arg.string('The policy.').optional(),
      kwargs: arg.any('What the certificate is to say.').default({}),
      get_signing_policy_only: arg.boolean('Return the policy, and sign nothing.').default(false),
      more_kwargs: arg.keywords('The facts of the job: who asks.'),
    },
    run: signForRemote,
  }),
  verify_signature: fn({
    doc: 'Return whether a key signed a certificate; without one, whether it is signed by its own key.',
    examples: ["salt '*' x509.verify_signature /etc/pki/my.crt /etc/pki/ca.crt"],
    args: {
      certificate,
      signing_pub_key: arg.any('The key, or a certificate with it.').default(null),
      signing_pub_key_passphrase: passphrase('Its passphrase.'),
    },
    run: async (ctx, args) => {
      const loaded = await loadCertificate(ctx, args.certificate)
      const signer = isTruthy(args.signing_pub_key) ? args.signing_pub_key : args.certificate
      const key = await loadAnyPublicKey(ctx, signer, args.signing_pub_key_passphrase)
      return isCertificateSignedBy(loaded.certificate, key)
    },
  }),
}

interface EncodeArguments {
  readonly certificate: unknown
  readonly encoding: string
  readonly append_certs: unknown
  readonly private_key: unknown
  readonly private_key_passphrase: string | undefined
  readonly pkcs12_passphrase: string | undefined
  readonly pkcs12_encryption_compat: boolean
  readonly pkcs12_friendlyname: string | undefined
  readonly raw: boolean
}

async function encodeCertificate(ctx: ExecContext, args: EncodeArguments): Promise<unknown> {
  const { encoding } = args
  const hasKey = isTruthy(args.private_key)
  checkEncoding(encoding, certificateEncodings)
  const problem =
    encoding === 'der' && isTruthy(args.append_certs)
      ? 'Cannot encode a certificate chain in DER'
      : encoding !== 'pkcs12' && hasKey
        ? 'Embedding private keys is only supported for pkcs12 encoding'
        : encoding === 'pkcs12' && !hasKey
          ? 'Creating a PKCS12-encoded certificate without embedded private key is unsupported'
          : undefined
  if (problem !== undefined) throw new SaltError('ARGUMENTS_INVALID', problem)
  const loaded = await loadCertificate(ctx, args.certificate)
  const key = hasKey
    ? (await loadPrivateKey(ctx, args.private_key, args.private_key_passphrase)).key
    : undefined
  const bytes = await certificateBytes(ctx, { ...args, certificate: loaded.certificate, privateKey: key })
  return shown(bytes, encoding.endsWith('pem'), args.raw)
}

async function readCertificate(ctx: ExecContext, given: unknown): Promise<Record<string, unknown>> {
  const loaded = await loadCertificate(ctx, given)
  return shownCertificate(loaded.certificate, ctx.options['fips_mode'] !== true)
}

async function expiresWithin(ctx: ExecContext, given: unknown, days: number): Promise<boolean> {
  return (await loadCertificate(ctx, given)).certificate.notAfter <= inDays(days)
}

async function about(ctx: ExecContext, given: unknown): Promise<Record<string, unknown>> {
  const { certificate: loaded } = await loadCertificate(ctx, given)
  const name = loaded.subject.flat().find(({ oid }) => oid === '2.5.4.3')?.value
  return {
    ...((await isFilePath(ctx, given)) && { path: given }),
    ...(name !== undefined && { cn: name }),
  }
}
