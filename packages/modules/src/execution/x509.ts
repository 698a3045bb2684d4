// SPDX-License-Identifier: Apache-2.0
import { isSaltError, isTruthy, SaltError } from '@halite/core'
import { arg, defineModule, type ExecContext, fn } from '@halite/loader'
import { matchingFiles } from './parts/matching-paths.ts'
import { checkEncoding, dropOld, plainArguments, refuseUnknown } from './x509/arguments.ts'
import { isCertificateSignedBy } from './x509/certificate.ts'
import {
  certificateEncodings,
  createCertificate,
  createRequest,
  createRevocationList,
  shown,
} from './x509/create.ts'
import { certificateBytes } from './x509/encode.ts'
import { encodePrivateKey, generatePrivateKey, keySize, publicPem, samePublicKey } from './x509/keys.ts'
import { pemEntry, pemText } from './x509/pem.ts'
import { shownCertificate, shownRequest, shownRevocationList } from './x509/read.ts'
import { isListSignedBy } from './x509/revocation-list.ts'
import { signForRemote } from './x509/sign-for-remote.ts'
import { signingPolicy } from './x509/signing-policy.ts'
import {
  bytesOf,
  isFilePath,
  loadAnyPublicKey,
  loadCertificate,
  loadPrivateKey,
  loadRequest,
  loadRevocationList,
} from './x509/sources.ts'
import { inDays } from './x509/times.ts'
import { writeBytes, writePem } from './x509/write.ts'

const certificate = arg.any('The certificate: a path, PEM, or base64 of DER, PKCS#7 or PKCS#12.')
const privateKey = arg.any('The private key: a path, PEM, or base64 of DER or PKCS#12.')
const passphrase = (doc: string) => arg.string(doc).optional()
const raw = arg.boolean('Return bytes, not text.').default(false)
const digest = arg
  .string('The digest that is signed: ``sha256``, ``sha512``, ``sha3_256`` …')
  .default('sha256')
const path = arg.string('Write it to this file; else it is returned.').optional()
const derOrPem = arg.string('``pem`` or ``der``.').default('pem')
const kwargs = arg.keywords('Arguments that old sls files give: ``bits`` and others.')
const pkcs12 = {
  pkcs12_passphrase: passphrase('Passphrase of PKCS#12.'),
  pkcs12_encryption_compat: arg.boolean('Encrypt PKCS#12 so that old programs can read it.').default(false),
  pkcs12_friendlyname: arg.string('The name that PKCS#12 gives the certificate.').optional(),
}

/** `x509`: keys, certificates, requests and lists of revoked certificates. */
export default defineModule({
  name: 'x509',
  doc: 'Private keys, certificates, certificate signing requests and certificate revocation lists. What is called ``x509_v2`` in Salt 3007; the option ``features`` need not ask for it.',
  functions: {
    create_private_key: fn({
      doc: 'Create a private key. Returns it; with ``path`` it is written there.',
      examples: [
        "salt '*' x509.create_private_key algo=ec keysize=384",
        "salt '*' x509.create_private_key path=/etc/pki/key.pem",
      ],
      args: {
        algo: arg.string('``rsa``, ``ec``, ``ed25519`` or ``ed448``.').default('rsa'),
        keysize: arg.integer('Bits: 2048, 3072 or 4096 for ``rsa``, 256, 384 or 521 for ``ec``.').optional(),
        passphrase: passphrase('Encrypt it by this passphrase.'),
        encoding: arg.string('``pem``, ``der`` or ``pkcs12``.').default('pem'),
        pkcs12_encryption_compat: pkcs12.pkcs12_encryption_compat,
        path,
        raw,
        kwargs,
      },
      run: createPrivateKey,
    }),
    encode_private_key: fn({
      doc: 'Return a private key in another encoding or by another passphrase.',
      examples: ["salt '*' x509.encode_private_key /etc/pki/key.pem der"],
      args: {
        private_key: privateKey,
        encoding: arg.string('``pem``, ``der`` or ``pkcs12``.').default('pem'),
        passphrase: passphrase('Encrypt it by this passphrase.'),
        private_key_passphrase: passphrase('The passphrase that it has.'),
        pkcs12_encryption_compat: pkcs12.pkcs12_encryption_compat,
        raw,
      },
      run: async (ctx, args) => {
        checkEncoding(args.encoding, ['der', 'pem', 'pkcs12'])
        const { key } = await loadPrivateKey(ctx, args.private_key, args.private_key_passphrase)
        const bytes = encodePrivateKey(key, { ...args, compat: args.pkcs12_encryption_compat })
        return shown(bytes, args.encoding === 'pem', args.raw)
      },
    }),
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
    create_csr: fn({
      doc: 'Create a certificate signing request. Returns it; with ``path`` it is written there.',
      examples: ["salt '*' x509.create_csr private_key=/etc/pki/my.key CN=example.org"],
      args: {
        private_key: privateKey,
        private_key_passphrase: passphrase('Passphrase of that key.'),
        digest,
        encoding: derOrPem,
        path,
        raw,
        kwargs: arg.keywords('What the request asks for: ``subject`` or parts of the name, extensions.'),
      },
      run: createRequest,
    }),
    encode_csr: fn({
      doc: 'Return a certificate signing request in another encoding.',
      examples: ["salt '*' x509.encode_csr /etc/pki/my.csr der"],
      args: { csr: arg.any('The request: a path, PEM, or base64 of DER.'), encoding: derOrPem, raw },
      run: async (ctx, { csr, encoding, raw: isRaw }) => {
        checkEncoding(encoding, ['der', 'pem'])
        const { value } = await loadRequest(ctx, csr)
        return encoded(value.der, { label: 'CERTIFICATE REQUEST', encoding, raw: isRaw })
      },
    }),
    create_crl: fn({
      doc: 'Create a certificate revocation list. Returns it; with ``path`` it is written there.',
      examples: [
        "salt '*' x509.create_crl /etc/pki/ca.key '[{serial_number: 3A:01}]' signing_cert=/etc/pki/ca.crt",
      ],
      args: {
        signing_private_key: arg.any('Key of the CA.'),
        revoked: arg.any(
          'Maps of ``certificate`` or ``serial_number``, ``not_after``, ``revocation_date``, ``extensions``.',
        ),
        signing_cert: arg.any('Certificate of the CA.').default(null),
        signing_private_key_passphrase: passphrase('Passphrase of that key.'),
        include_expired: arg.boolean('Whether certificates that have expired are listed.').default(false),
        days_valid: arg.integer('Days until the next list; default 100.').optional(),
        digest,
        encoding: derOrPem,
        extensions: arg.any('Extensions by name, such as ``cRLNumber``.').default(null),
        path,
        raw,
        kwargs,
      },
      run: createRevocationList,
    }),
    encode_crl: fn({
      doc: 'Return a certificate revocation list in another encoding.',
      examples: ["salt '*' x509.encode_crl /etc/pki/ca.crl der"],
      args: { crl: arg.any('The list: a path, PEM, or base64 of DER.'), encoding: derOrPem, raw },
      run: async (ctx, { crl, encoding, raw: isRaw }) => {
        checkEncoding(encoding, ['der', 'pem'])
        const { value } = await loadRevocationList(ctx, crl)
        return encoded(value.der, { label: 'X509 CRL', encoding, raw: isRaw })
      },
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
    get_private_key_size: fn({
      doc: 'Return the bits of a private key; None for keys of Edwards curves.',
      examples: ["salt '*' x509.get_private_key_size /etc/pki/my.key"],
      args: { private_key: privateKey, passphrase: passphrase('Its passphrase.') },
      run: async (ctx, args) => keySize((await loadPrivateKey(ctx, args.private_key, args.passphrase)).key),
    }),
    get_public_key: fn({
      doc: 'Return the public key of a certificate, a request, a private or public key.',
      examples: ["salt '*' x509.get_public_key /etc/pki/my.key"],
      args: {
        key: arg.any('What has it: a path, PEM, or base64.'),
        passphrase: passphrase('Its passphrase.'),
        asObj: arg.any('Kept for old calls.').optional(),
      },
      run: async (ctx, { key, passphrase: given }) => publicPem(await loadAnyPublicKey(ctx, key, given)),
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
    read_crl: fn({
      doc: 'Return what a certificate revocation list says.',
      examples: ["salt '*' x509.read_crl /etc/pki/ca.crl"],
      args: { crl: arg.any('The list: a path, PEM, or base64 of DER.') },
      run: async (ctx, { crl }) => shownRevocationList((await loadRevocationList(ctx, crl)).value),
    }),
    read_csr: fn({
      doc: 'Return what a certificate signing request says.',
      examples: ["salt '*' x509.read_csr /etc/pki/my.csr"],
      args: { csr: arg.any('The request: a path, PEM, or base64 of DER.') },
      run: async (ctx, { csr }) => shownRequest((await loadRequest(ctx, csr)).value),
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
    verify_crl: fn({
      doc: 'Return whether the key of a certificate signed a revocation list.',
      examples: ["salt '*' x509.verify_crl /etc/pki/ca.crl /etc/pki/ca.crt"],
      args: { crl: arg.any('The list.'), cert: arg.any('The certificate, or its key.') },
      run: async (ctx, { crl, cert }) =>
        isListSignedBy((await loadRevocationList(ctx, crl)).value, await loadAnyPublicKey(ctx, cert)),
    }),
    verify_private_key: fn({
      doc: 'Return whether a private key belongs to a public key or certificate.',
      examples: ["salt '*' x509.verify_private_key /etc/pki/my.key /etc/pki/my.crt"],
      args: {
        private_key: privateKey,
        public_key: arg.any('The public key, certificate or request.'),
        passphrase: passphrase('Passphrase of the private key.'),
      },
      run: async (ctx, args) => {
        const { key } = await loadPrivateKey(ctx, args.private_key, args.passphrase)
        return samePublicKey(key, await loadAnyPublicKey(ctx, args.public_key))
      },
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
  },
})

interface KeyArguments {
  readonly algo: string
  readonly keysize: number | undefined
  readonly passphrase: string | undefined
  readonly encoding: string
  readonly pkcs12_encryption_compat: boolean
  readonly path: string | undefined
  readonly raw: boolean
  readonly kwargs: Readonly<Record<string, unknown>>
}

async function createPrivateKey(ctx: ExecContext, args: KeyArguments): Promise<unknown> {
  const { bits, ...rest } = plainArguments(args.kwargs)
  dropOld(rest, ['cipher', 'verbose', 'text'])
  refuseUnknown(rest)
  const { encoding, path: file } = args
  checkEncoding(encoding, ['der', 'pem', 'pkcs12'])
  const key = await generatePrivateKey(args.algo, bits === undefined ? args.keysize : Number(bits))
  const bytes = encodePrivateKey(key, { ...args, compat: args.pkcs12_encryption_compat })
  if (file === undefined) return shown(bytes, encoding === 'pem', args.raw)
  if (encoding === 'pem')
    return writePem(ctx, file, {
      text: bytes.toString(),
      overwrite: true,
      type: '(?:(?:RSA|ENCRYPTED) )?PRIVATE KEY',
    })
  await writeBytes(ctx, file, bytes)
  return null
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

interface Encoded {
  readonly label: string
  readonly encoding: string
  readonly raw: boolean
}

function encoded(der: Buffer, { label, encoding, raw: isRaw }: Encoded): unknown {
  const isText = encoding === 'pem'
  return shown(isText ? Buffer.from(pemText(label, der)) : der, isText, isRaw)
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

/** What a function makes of each file that a pattern matches; files that it cannot read are left out. */
async function eachFile(
  ctx: ExecContext,
  pattern: string,
  read: (path: string) => Promise<unknown>,
): Promise<Record<string, unknown>> {
  const found: Record<string, unknown> = {}
  for (const file of await matchingFiles(ctx, pattern)) {
    try {
      found[file] = await read(file)
    } catch (error) {
      if (!isSaltError(error)) throw error
      ctx.log.debug(`${file}: ${error.message}`)
    }
  }
  return found
}
