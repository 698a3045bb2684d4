// SPDX-License-Identifier: Apache-2.0
import { basename, isAbsolute, join } from 'node:path'
import { SaltError } from '@halite/core'
import type { ExecContext } from '@halite/loader'
import { aptPaths } from '../paths.ts'
import { keyOfServer, keysOfFile } from './gpg.ts'
import { type KeyFacts, withoutArmor } from './openpgp.ts'

/** Which keys are meant. */
export interface KeyPlace {
  /** Those that every repository may be signed with; else those that `signed-by` of a repository names. */
  readonly aptkey: boolean
  /** The directory of the latter; absent for `keyrings` beside the sources. */
  readonly keydir?: string | undefined
}

/** A key that is to be added: one of `path`, `text` and `keyserver` says where it comes from. */
export interface NewKey extends KeyPlace {
  /** A URL or path. */
  readonly path?: string | undefined
  readonly text?: string | undefined
  readonly keyserver?: string | undefined
  readonly keyid?: string | undefined
  /** The name of the file to write; absent for one that follows from the key. */
  readonly keyfile?: string | undefined
  readonly saltenv: string
}

/** `pkg.get_repo_keys`: key id → facts; false where there is no directory of keys. Rejects with COMMAND_FAILED. */
export async function repositoryKeys(
  ctx: ExecContext,
  place: KeyPlace,
): Promise<Record<string, KeyFacts> | false> {
  const files = await keyFiles(ctx, place)
  if (files === undefined) return false
  const found = await Promise.all(files.map((file) => keysOfFile(ctx, file)))
  return Object.assign({}, ...found)
}

/** `pkg.add_repo_key`: whether the key is there now. Rejects with ARGUMENTS_INVALID and COMMAND_FAILED. */
export async function addRepositoryKey(ctx: ExecContext, key: NewKey): Promise<boolean> {
  const directory = await keyDirectory(ctx, key)
  if (directory === undefined) return false
  if (key.keyid !== undefined && key.keyid !== '') {
    const id = checkedKeyId(key.keyid)
    const known = (await repositoryKeys(ctx, key)) || {}
    if (Object.values(known).some((facts) => isKey(facts, id))) return true
  }
  const data = await contentOf(ctx, key)
  if (data === undefined) return false
  await writeKey(ctx, data, join(directory, fileName(key)))
  return true
}

/** Writes a key for apt to find: armoured where the name ends in `.asc`, as apt has it. Rejects with COMMAND_FAILED when it is none. */
async function writeKey(ctx: ExecContext, data: Buffer, file: string): Promise<void> {
  const packets = withoutArmor(data)
  if (((packets[0] ?? 0) & 0x80) === 0)
    throw new SaltError('COMMAND_FAILED', `What should be written to ${file} is not an OpenPGP key`)
  const isArmored = packets !== data
  if (file.endsWith('.asc') && !isArmored)
    throw new SaltError(
      'COMMAND_FAILED',
      `apt reads only armoured keys from ${file}, and this one is binary`,
      {
        hint: 'Name the file .gpg.',
      },
    )
  await ctx.fs.write(file, file.endsWith('.asc') ? data : packets, { mode: 0o644 })
}

/** `pkg.del_repo_key`: the id; false when no file has this key. Rejects with COMMAND_FAILED for a file with several keys. */
export async function removeRepositoryKey(
  ctx: ExecContext,
  place: KeyPlace,
  keyid: string | undefined,
): Promise<string | false> {
  if (keyid === undefined) throw new SaltError('ARGUMENTS_INVALID', 'The keyid of the key must be passed')
  const id = checkedKeyId(keyid)
  for (const file of (await keyFiles(ctx, place)) ?? []) {
    const keys = Object.values(await keysOfFile(ctx, file))
    if (!keys.some((facts) => isKey(facts, id))) continue
    if (keys.length > 1)
      throw new SaltError('COMMAND_FAILED', `${file} has ${keys.length - 1} other keys beside ${keyid}`, {
        hint: 'Write the file without this key, for instance with file.managed.',
      })
    await ctx.fs.remove(file)
    return keyid
  }
  ctx.log.error(`Could not find the key file for keyid: ${keyid}`)
  return false
}

/** The content of a key, from where it comes; undefined when it cannot be fetched, which is logged. */
async function contentOf(ctx: ExecContext, key: NewKey): Promise<Buffer | undefined> {
  if (key.path !== undefined && key.path !== '') {
    const file = await ctx.files.cacheFile(key.path, { saltenv: key.saltenv })
    if (file !== undefined) return ctx.fs.read(file)
    ctx.log.error(`Unable to get cached copy of file: ${key.path}`)
    return undefined
  }
  if (key.text !== undefined && key.text !== '') return Buffer.from(key.text)
  if (key.keyserver === undefined || key.keyserver === '')
    throw new SaltError(
      'ARGUMENTS_INVALID',
      key.keyid
        ? `No keyserver specified for keyid: ${key.keyid}`
        : 'add_repo_key() takes at least 1 argument (0 given)',
      { hint: 'Say where the key comes from: path, text, or keyserver with keyid.' },
    )
  if (key.keyid === undefined || key.keyid === '')
    throw new SaltError('ARGUMENTS_INVALID', `No keyid or keyid too short for keyserver: ${key.keyserver}`)
  return keyOfServer(ctx, checkedServer(key.keyserver), checkedKeyId(key.keyid))
}

/** The directory of these keys; undefined, and logged, when it does not exist. */
async function keyDirectory(ctx: ExecContext, place: KeyPlace): Promise<string | undefined> {
  const { trustedDirectory, keyrings } = await aptPaths(ctx)
  const directory = place.aptkey ? trustedDirectory : place.keydir || keyrings
  if (!isAbsolute(directory))
    throw new SaltError('ARGUMENTS_INVALID', `keydir is not an absolute path: ${directory}`)
  if (await ctx.fs.isDirectory(directory)) return directory
  ctx.log.error(
    `The directory ${directory} does not exist. Please create this directory only writable by root`,
  )
  return undefined
}

async function keyFiles(ctx: ExecContext, place: KeyPlace): Promise<string[] | undefined> {
  const directory = await keyDirectory(ctx, place)
  if (directory === undefined) return undefined
  const names = await ctx.fs.list(directory)
  const files = names
    .filter((name) => /\.(gpg|asc)$/.test(name) || !place.aptkey)
    .map((name) => join(directory, name))
  const { trustedFile } = await aptPaths(ctx)
  return place.aptkey && (await ctx.fs.exists(trustedFile)) ? [trustedFile, ...files] : files
}

function fileName({ keyfile, path, keyid, aptkey }: NewKey): string {
  const given =
    keyfile || (path ? basename(new URL(path, 'file:///').pathname) : '') || (keyid ? `${keyid}.gpg` : '')
  const name = aptkey && !/\.(gpg|asc)$/.test(given) && given !== '' ? `${given}.gpg` : given
  if (/^[A-Za-z0-9_][\w.+~-]*$/.test(name)) return name
  throw new SaltError(
    'ARGUMENTS_INVALID',
    name === ''
      ? 'The name of the key file is missing'
      : `${JSON.stringify(name)} cannot be the name of a key file`,
    { hint: 'Name the file with keyfile, such as keyfile=example.gpg: letters, digits and _.+~-' },
  )
}

/** Hexadecimal digits, as many as gpg takes for an id or fingerprint. */
function checkedKeyId(keyid: string): string {
  const id = keyid.replace(/^0x/i, '').toUpperCase()
  if (/^[0-9A-F]+$/.test(id) && [8, 16, 32, 40].includes(id.length)) return id
  throw new SaltError('ARGUMENTS_INVALID', `The keyid ${JSON.stringify(keyid)} is not an id or fingerprint`, {
    hint: 'It has 8, 16, 32 or 40 hexadecimal digits; quote one that YAML would read as a number.',
  })
}

function checkedServer(server: string): string {
  if (/^((hkps?|https?|ldaps?):\/\/)?[\w.[\]-]+(:\d+)?(\/[\w./-]*)?$/.test(server) && !server.startsWith('-'))
    return server
  throw new SaltError('ARGUMENTS_INVALID', `${JSON.stringify(server)} is not a key server`, {
    hint: 'Write a host, or a URL such as hkps://keys.openpgp.org.',
  })
}

function isKey(facts: KeyFacts, id: string): boolean {
  return String(facts['fingerprint'] ?? facts['keyid']).endsWith(id)
}
