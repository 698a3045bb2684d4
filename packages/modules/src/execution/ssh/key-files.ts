// SPDX-License-Identifier: Apache-2.0
import { isAbsolute, join } from 'node:path'
import { type DataMap, mapOf, SaltError, systemCodeOf } from '@halite/core'
import type { ExecContext } from '@halite/loader'
import { allAccounts } from '../file/accounts.ts'
import { accountOf, withUserFile } from '../parts/user-file.ts'

/** `ssh.host_keys`: kind → text of the keys of this host. */
export async function hostKeys(
  ctx: ExecContext,
  {
    keydir,
    private: showsPrivate,
    certs,
  }: { readonly keydir?: string | undefined; readonly private: boolean; readonly certs: boolean },
): Promise<DataMap> {
  const directory = keydir ?? '/etc/ssh'
  const keys = new Map<string, string>()
  for (const name of await ctx.fs.list(directory)) {
    const [, kind, pub = '', cert] = /^ssh_host_(.+?)_key((-cert)?\.pub)?$/.exec(name) ?? []
    if (kind === undefined || (pub === '' && !showsPrivate) || (cert !== undefined && !certs)) continue
    keys.set(`${kind}${pub}`, (await ctx.fs.readText(join(directory, name))).trim())
  }
  return mapOf([...keys])
}

const kinds = ['rsa', 'dsa', 'ecdsa', 'ed25519']

export interface UserKeysQuery {
  readonly user: unknown
  /** Names of files; false for none. */
  readonly pubfile: unknown
  readonly prvfile: unknown
}

/** `ssh.user_keys`: user → file → its text. */
export async function userKeys(
  ctx: ExecContext,
  { user, pubfile, prvfile }: UserKeysQuery,
): Promise<DataMap> {
  const users = user
    ? (Array.isArray(user) ? user : [user]).map(String)
    : [...(await allAccounts(ctx)).uids.keys()]
  const names = [
    ...wantedFiles(
      pubfile,
      kinds.map((kind) => `id_${kind}.pub`),
    ),
    ...wantedFiles(
      prvfile,
      kinds.map((kind) => `id_${kind}`),
    ),
  ]
  const found: [string, DataMap][] = []
  for (const one of users) {
    const account = await accountOf(ctx, one)
    if (account === undefined) continue
    const texts: [string, string][] = []
    for (const name of names) {
      const path = isAbsolute(name) ? name : join(account.home, '.ssh', name)
      const text = await withUserFile(ctx, { path }, (file) => file.read())
      if (text !== undefined) texts.push([name.slice(name.lastIndexOf('/') + 1), text.trim()])
    }
    if (texts.length > 0) found.push([one, mapOf(texts)])
  }
  return mapOf(found)
}

/** Whether a private key wants a passphrase. Rejects with COMMAND_FAILED when it cannot be read. */
export async function isEncrypted(ctx: ExecContext, path: string): Promise<boolean> {
  const text = await ctx.fs.readText(path).catch((error: unknown) => {
    throw new SaltError('COMMAND_FAILED', `${path} cannot be read: ${systemCodeOf(error) ?? String(error)}`, {
      cause: error,
    })
  })
  if (/^Proc-Type: 4,ENCRYPTED$/m.test(text) || text.includes('BEGIN ENCRYPTED PRIVATE KEY')) return true
  const [, body = ''] = /-----BEGIN OPENSSH PRIVATE KEY-----\s*(.*?)-----END/s.exec(text) ?? []
  const bytes = Buffer.from(body, 'base64')
  // openssh-key-v1: a magic word with a zero behind it, then the name of the cipher with its length in front.
  if (bytes.subarray(0, 15).toString('latin1') !== 'openssh-key-v1\0' || bytes.length < 19) return false
  return bytes.subarray(19, 19 + bytes.readUInt32BE(15)).toString('latin1') !== 'none'
}

function wantedFiles(given: unknown, usual: readonly string[]): readonly string[] {
  if (given === false) return []
  return given === undefined || given === null || given === '' || given === true ? usual : [String(given)]
}
