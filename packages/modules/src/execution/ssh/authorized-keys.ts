// SPDX-License-Identifier: Apache-2.0
import { isAbsolute, join } from 'node:path'
import { type DataMap, mapOf, messageOf, SaltError } from '@halite/core'
import type { ExecContext } from '@halite/loader'
import { type Account, accountOf, type UserFile, withUserFile } from '../parts/user-file.ts'
import { type AuthorizedKey, fingerprintOf, isKey, keyLine, kindOfKey, parseKeyLine } from './keys.ts'

/** Which file of a user. */
export interface KeysPlace {
  readonly user: string
  /** Its path, from the home of the user; `%h` and `%u` stand for home and name. */
  readonly config: string
}

/** What there is to do for a key to be there. */
export type KeyStatus = 'add' | 'update' | 'exists'

/** Key → what its line says; keys that cannot be read are left out. */
export async function readKeys(ctx: ExecContext, place: KeysPlace): Promise<Map<string, AuthorizedKey>> {
  const account = await accountOf(ctx, place.user)
  if (account === undefined) return new Map()
  const text = await withUserFile(ctx, { path: pathOf(account, place.config) }, (file) => file.read())
  return keysIn(text ?? '')
}

/** The keys in a text. */
export function keysIn(text: string): Map<string, AuthorizedKey> {
  const lines = text.split('\n').map(parseKeyLine)
  return new Map(lines.flatMap((line) => (line !== undefined && isKey(line.key) ? [[line.key, line]] : [])))
}

/** Keys as functions of `ssh` show them. */
export function shownKeys(keys: ReadonlyMap<string, AuthorizedKey>, hashType: string | undefined): DataMap {
  return mapOf(
    [...keys].map(([key, { enc, comment, options }]) => [
      key,
      { enc, comment, options: [...options], fingerprint: fingerprintOf(key, hashType) },
    ]),
  )
}

/** What there is to do for a key to be there. Throws COMMAND_FAILED for an unknown kind. */
export async function statusOfKey(
  ctx: ExecContext,
  place: KeysPlace,
  wanted: AuthorizedKey,
): Promise<KeyStatus> {
  return compared((await readKeys(ctx, place)).get(wanted.key), { ...wanted, enc: kindOfKey(wanted.enc) })
}

/** `ssh.set_auth_key`: `new`, `replace`, `no change`, or a word for what is wrong. */
export async function setKey(ctx: ExecContext, place: KeysPlace, given: AuthorizedKey): Promise<string> {
  if (/\s/.test(given.key)) return 'invalid'
  const wanted = { ...given, enc: kindOfKey(given.enc) }
  const account = await accountOf(ctx, place.user)
  if (account === undefined) return 'fail'
  if (!isKey(wanted.key)) return 'Invalid public key'
  const line = keyLine(wanted)
  const path = pathOf(account, place.config)
  if (isBelow(path, account.home) && !(await ctx.fs.isDirectory(account.home))) return 'fail'
  const done = await withUserFile(ctx, { path, makeFor: account }, async (file) => {
    const before = (await file.read()) ?? ''
    const status = compared(keysIn(before).get(wanted.key), wanted)
    if (status === 'exists') return 'no change'
    const lines = linesOf(before)
    const after =
      status === 'add'
        ? [...lines, line]
        : lines.map((one) => (parseKeyLine(one)?.key === wanted.key ? line : one))
    await writeKeys(ctx, file, { lines: after, owner: account })
    return status === 'add' ? 'new' : 'replace'
  })
  return done ?? 'fail'
}

/** `ssh.rm_auth_key`: what became of it, in words. */
export async function removeKey(ctx: ExecContext, place: KeysPlace, key: string): Promise<string> {
  const account = await accountOf(ctx, place.user)
  if (account === undefined) return 'Key not present'
  const done = await withUserFile(ctx, { path: pathOf(account, place.config) }, async (file) => {
    const before = (await file.read()) ?? ''
    if (!keysIn(before).has(key)) return 'Key not present'
    const after = linesOf(before).filter((line) => parseKeyLine(line)?.key !== key)
    try {
      await writeKeys(ctx, file, { lines: after, owner: account })
      return 'Key removed'
    } catch (error) {
      ctx.log.warning(`Could not read/write key file: ${messageOf(error)}`)
      return 'Key not removed'
    }
  })
  return done ?? 'Key not present'
}

/** The full path of a file of keys. Throws COMMAND_FAILED for an unknown `%` sign. */
export function pathOf({ user, home }: Account, config: string): string {
  const path = config.replace(/%(.?)/gs, (_all, sign: string) => {
    if (sign === '%') return '%'
    if (sign === 'u') return user
    if (sign === 'h') return home
    const what =
      sign === '' ? "Last character can't be escape character" : `unknown token character "%${sign}"`
    throw new SaltError('COMMAND_FAILED', `AuthorizedKeysFile path: ${what}`)
  })
  return isAbsolute(path) ? path : join(home, path)
}

function compared(present: AuthorizedKey | undefined, wanted: AuthorizedKey): KeyStatus {
  if (present === undefined) return 'add'
  return keyLine(present) === keyLine(wanted) ? 'exists' : 'update'
}

async function writeKeys(
  ctx: ExecContext,
  file: UserFile,
  { lines, owner }: { readonly lines: readonly string[]; readonly owner: Account },
): Promise<void> {
  const isNew = (await file.read()) === undefined
  await file.write(lines.map((line) => `${line}\n`).join(''), { owner, mode: 0o600 })
  const restore = isNew ? ctx.which('restorecon') : undefined
  if (restore !== undefined) await ctx.run([restore, file.path])
}

/** Lines without blank ones. */
function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
}

function isBelow(path: string, directory: string): boolean {
  return path.startsWith(`${directory.replace(/\/+$/, '')}/`)
}
