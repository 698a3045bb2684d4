// SPDX-License-Identifier: Apache-2.0
import { arg, type ExecContext, fn } from '@halite/loader'
import { checkEncoding, dropOld, plainArguments, refuseUnknown } from '../arguments.ts'
import { shown } from '../create.ts'
import { encodePrivateKey, generatePrivateKey, keySize, publicPem, samePublicKey } from '../keys.ts'
import { loadAnyPublicKey, loadPrivateKey } from '../sources.ts'
import { writeBytes, writePem } from '../write.ts'
import { kwargs, passphrase, path, pkcs12, privateKey, raw } from './arguments.ts'

/** Functions of private and public keys. */
export const keyFunctions = {
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
}

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
