// SPDX-License-Identifier: Apache-2.0
import { isSaltError, isTruthy, SaltError } from '@halite/core'
import { arg, type StateContext, type StateReturn, type Values } from '@halite/loader'
import { checkEncoding } from '../../execution/x509/arguments.ts'
import {
  encodePrivateKey,
  generatePrivateKey,
  keySize,
  keyType,
  type LoadedKey,
} from '../../execution/x509/keys.ts'
import { loadPrivateKey } from '../../execution/x509/sources.ts'
import { failure } from '../file/result.ts'
import { checkCommand, fileArgumentsOf } from './file-part.ts'
import { type Examined, manageEncoded } from './managed.ts'

/** The arguments of `x509.private_key_managed`. */
export const privateKeyArguments = {
  algo: arg.string('``rsa``, ``ec``, ``ed25519`` or ``ed448``.').default('rsa'),
  keysize: arg.integer('Bits: 2048, 3072 or 4096 for ``rsa``, 256, 384 or 521 for ``ec``.').optional(),
  passphrase: arg.string('It is encrypted by this passphrase.').optional(),
  encoding: arg.string('``pem``, ``der`` or ``pkcs12``.').default('pem'),
  new: arg.boolean('Whether each run makes another key.').default(false),
  overwrite: arg
    .boolean('Whether a file that is no key, or one of another passphrase, is replaced.')
    .default(false),
  pkcs12_encryption_compat: arg.boolean('Encrypt PKCS#12 so that old programs can read it.').default(false),
  ...checkCommand,
  kwargs: arg.keywords('Arguments of ``file.managed``; the mode is 0400 unless one is given.'),
}

type KeyValues = Values<typeof privateKeyArguments> & { readonly name: string }

/** `x509.private_key_managed`. */
export async function managePrivateKey(ctx: StateContext, args: KeyValues): Promise<StateReturn> {
  const { bits, ...kwargs } = args.kwargs
  const keysize = bits === undefined || bits === null ? args.keysize : Number(bits)
  const given = fileArgumentsOf({ ...args, kwargs }, ['cipher', 'verbose', 'text'])
  const fileArgs = isTruthy(given['mode'] ?? null) ? given : { ...given, mode: '0400' }
  if (keysize !== undefined && /^ed/.test(args.algo))
    return failure(`keysize is an invalid parameter for ${args.algo}`)
  return manageEncoded<LoadedKey>(ctx, {
    name: args.name,
    title: 'The private key',
    encoding: args.encoding,
    fileArgs,
    countsAnyFile: true,
    examine: (path) => examine(ctx, path, { ...args, keysize }),
    make: async (current, changes) => {
      checkEncoding(args.encoding, ['der', 'pem', 'pkcs12'])
      const isKept = Object.keys(changes).every((change) => ['encoding', 'passphrase'].includes(change))
      const key = current !== undefined && isKept ? current.key : await generatePrivateKey(args.algo, keysize)
      return encodePrivateKey(key, { ...args, compat: args.pkcs12_encryption_compat })
    },
  })
}

async function examine(ctx: StateContext, path: string, args: KeyValues): Promise<Examined<LoadedKey>> {
  if (args.new) return { changes: { replaced: args.name } }
  const found = await currentKey(ctx, path, args)
  if (found.current === undefined) return { ...found, changes: { ...found.changes, created: args.name } }
  const { key, encoding } = found.current
  const { algo } = args
  const size = args.keysize ?? { rsa: 2048, ec: 256 }[algo]
  const isOtherKind = keyType(key) !== algo
  const isOtherSize = !isOtherKind && size !== undefined && keySize(key) !== size
  return {
    current: found.current,
    changes: {
      ...found.changes,
      ...(isOtherKind && { algo }),
      ...(isOtherSize && { keysize: size }),
      ...(encoding !== args.encoding && { encoding: args.encoding }),
    },
  }
}

/** The key that is there. Rejects when it cannot be read, unless it may be overwritten. */
async function currentKey(ctx: StateContext, path: string, args: KeyValues): Promise<Examined<LoadedKey>> {
  const changes = { passphrase: true }
  try {
    return { current: await loadPrivateKey(ctx, path, args.passphrase), changes: {} }
  } catch (error) {
    if (!isSaltError(error)) throw error
    const { message } = error
    if (message.includes('Private key is unencrypted'))
      return { current: await loadPrivateKey(ctx, path), changes }
    const isEncrypted = message.includes('Private key is encrypted') && args.passphrase === undefined
    const isLocked = message.includes('Bad decrypt')
    if (args.overwrite) return isEncrypted || isLocked ? { changes } : { changes: {}, replace: true }
    throw new SaltError('COMMAND_FAILED', refusal(isEncrypted, isLocked))
  }
}

function refusal(isEncrypted: boolean, isLocked: boolean): string {
  if (isEncrypted)
    return 'The existing file is encrypted. Pass overwrite: true to force regeneration without passphrase'
  if (isLocked)
    return 'The provided passphrase cannot decrypt the private key. Pass overwrite: true to force regeneration'
  return 'The existing file does not seem to be a private key formatted as DER, PEM or embedded in PKCS12. Pass overwrite: true to force regeneration'
}
