// SPDX-License-Identifier: Apache-2.0
import { mapOf, SaltError } from '@halite/core'
import { arg, type ExecContext, fn } from '@halite/loader'
import { allAccounts } from '../../file/accounts.ts'
import { keysIn, readKeys, removeKey, setKey, shownKeys, statusOfKey } from '../authorized-keys.ts'
import type { AuthorizedKey } from '../keys.ts'

const user = arg.string('The user.')
const key = arg.string('The key in base64.')
const source = arg.string('A file of keys: a URL or path.')
const saltenv = arg.string('The environment that the file comes from.').default('base')
const config = arg
  .string('The file of keys; from the home of the user, ``%h`` and ``%u`` stand for home and name.')
  .default('.ssh/authorized_keys')
const hashType = arg.string('The hash of fingerprints; default ``sha256``.').optional()
const comment = arg.string('What stands behind the key.')
const options = arg.any('Options of the key: a list.')

/** Functions of `ssh` for the keys that may log in. */
export const authorized = {
  auth_keys: fn({
    doc: 'Return the keys that may log in as a user: key → kind, comment, options and fingerprint; of several users, or of all, a map of these.',
    examples: ["salt '*' ssh.auth_keys root", `salt '*' ssh.auth_keys user="['ann', 'bob']"`],
    args: {
      user: arg.any('A user, or a list of users; default all.').default(undefined),
      config,
      fingerprint_hash_type: hashType,
    },
    run: async (ctx, { user: given, config: file, fingerprint_hash_type: type }) => {
      const isSingle = Boolean(given) && !Array.isArray(given)
      const users = Array.isArray(given)
        ? given.map(String)
        : given
          ? [String(given)]
          : [...(await allAccounts(ctx)).uids.keys()]
      const found = new Map<string, ReadonlyMap<string, AuthorizedKey>>()
      for (const one of users) found.set(one, await readKeys(ctx, { user: one, config: file }))
      if (isSingle) return shownKeys(found.get(users[0] ?? '') ?? new Map(), type)
      const having = [...found].filter(([, keys]) => keys.size > 0)
      return mapOf(having.map(([one, keys]) => [one, shownKeys(keys, type)]))
    },
  }),
  check_key: fn({
    doc: 'Return what there is to do for a key to be there: ``add``, ``update``, or nothing as it ``exists``.',
    examples: ["salt '*' ssh.check_key <user> <key> <enc> <comment> <options>"],
    args: {
      user,
      key,
      enc: arg.string('The kind of the key.'),
      comment,
      options,
      config,
      cache_keys: arg.any('Not looked at.').default(undefined),
      fingerprint_hash_type: hashType,
    },
    run: (ctx, args) => statusOfKey(ctx, args, { ...args, options: listOf(args.options) }),
  }),
  check_key_file: fn({
    doc: 'Return the same for each key of a file.',
    examples: ["salt '*' ssh.check_key_file root salt://ssh/keyfile"],
    args: { user, source, config, saltenv, fingerprint_hash_type: hashType },
    run: async (ctx, args) => {
      const keys = await keysOfSource(ctx, args.source, args.saltenv)
      const status: [string, string][] = []
      for (const [name, one] of keys ?? []) status.push([name, await statusOfKey(ctx, args, one)])
      return mapOf(status)
    },
  }),
  set_auth_key: fn({
    doc: 'Add a key that may log in as a user, or change its line; return ``new``, ``replace``, ``no change``, or a word for what is wrong.',
    examples: ["salt '*' ssh.set_auth_key <user> '<key>' enc='ssh-rsa'"],
    args: {
      user,
      key,
      enc: arg.string('The kind of the key.').default('ssh-rsa'),
      comment: comment.default(''),
      options: options.default(undefined),
      config,
      cache_keys: arg.any('Not looked at.').default(undefined),
      fingerprint_hash_type: hashType,
    },
    run: (ctx, args) => setKey(ctx, args, { ...args, options: listOf(args.options) }),
  }),
  set_auth_key_from_file: fn({
    doc: 'Do the same with each key of a file.',
    examples: ["salt '*' ssh.set_auth_key_from_file <user> salt://ssh_keys/<user>.id_rsa.pub"],
    args: {
      user,
      source,
      config,
      saltenv,
      fingerprint_hash_type: hashType,
      kwargs: arg.keywords('``options`` in place of those in the file.'),
    },
    run: async (ctx, args) => {
      const keys = await fetchedKeys(ctx, args)
      if (keys.size === 0) return 'fail'
      const own = listOf(args.kwargs['options'])
      const words: string[] = []
      for (const one of keys.values())
        words.push(await setKey(ctx, args, own.length > 0 ? { ...one, options: own } : one))
      return ['fail', 'replace', 'new'].find((word) => words.includes(word)) ?? 'no change'
    },
  }),
  rm_auth_key: fn({
    doc: 'Remove a key that may log in as a user; return what became of it.',
    examples: ["salt '*' ssh.rm_auth_key <user> <key>"],
    args: { user, key, config, fingerprint_hash_type: hashType },
    run: (ctx, args) => removeKey(ctx, args, args.key),
  }),
  rm_auth_key_from_file: fn({
    doc: 'Do the same with each key of a file.',
    examples: ["salt '*' ssh.rm_auth_key_from_file <user> salt://ssh_keys/<user>.id_rsa.pub"],
    args: { user, source, config, saltenv, fingerprint_hash_type: hashType },
    run: async (ctx, args) => {
      const keys = await fetchedKeys(ctx, args)
      if (keys.size === 0) return 'fail'
      const words: string[] = []
      for (const one of keys.keys()) words.push(await removeKey(ctx, args, one))
      return ['Key not removed', 'Key removed'].find((word) => words.includes(word)) ?? 'Key not present'
    },
  }),
}

async function fetchedKeys(
  ctx: ExecContext,
  { source: url, saltenv: environment }: { readonly source: string; readonly saltenv: string },
): Promise<ReadonlyMap<string, AuthorizedKey>> {
  const keys = await keysOfSource(ctx, url, environment)
  if (keys !== undefined) return keys
  throw new SaltError('COMMAND_FAILED', 'Failed to pull key file from salt file server')
}

/** Undefined when there is no such file. */
async function keysOfSource(ctx: ExecContext, url: string, environment: string) {
  const path = await ctx.files.cacheFile(url, { saltenv: environment })
  if (path === undefined) return undefined
  const keys = keysIn(await ctx.fs.readText(path))
  if (keys.size === 0) ctx.log.error(`No keys detected in ${url}. Is file properly formatted?`)
  return keys
}

function listOf(value: unknown): readonly string[] {
  if (value === undefined || value === null || value === '') return []
  return (Array.isArray(value) ? value : [value]).map(String)
}
