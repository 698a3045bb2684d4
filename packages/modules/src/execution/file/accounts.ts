// SPDX-License-Identifier: Apache-2.0
import { userInfo } from 'node:os'
import { messageOf } from '@halite/core'
import type { ExecContext } from '@halite/loader'

/** The users and groups of the machine, by name and by number. */
export interface Accounts {
  readonly uids: Map<string, number>
  readonly users: Map<number, string>
  readonly gids: Map<string, number>
  readonly groups: Map<number, string>
  readonly homes: Map<string, string>
  /** Group of each user. */
  readonly primary: Map<string, number>
}

interface Kept {
  readonly stamp: string
  readonly accounts: Accounts
}

const memoKey = 'file/accounts'

/** The users and groups that the machine's own files name; they are read again when those change. */
export async function allAccounts({ fs, memo }: ExecContext): Promise<Accounts> {
  const facts = await Promise.all([fs.stat('/etc/passwd'), fs.stat('/etc/group')])
  const stamp = facts.map((one) => `${one?.mtimeMs} ${one?.ino} ${one?.size}`).join()
  const kept = memo.get(memoKey) as Kept | undefined
  if (kept?.stamp === stamp) return kept.accounts
  const accounts = empty()
  for (const line of linesOf(await fs.readTextIfThere('/etc/passwd'))) addUser(accounts, line)
  for (const line of linesOf(await fs.readTextIfThere('/etc/group'))) addGroup(accounts, line)
  memo.set(memoKey, { stamp, accounts })
  return accounts
}

/** The number of a user by name, or the number that is given; undefined for one that is not known. */
export async function uidOf(ctx: ExecContext, user: string | number): Promise<number | undefined> {
  if (typeof user === 'number') return user
  const accounts = await allAccounts(ctx)
  if (!accounts.uids.has(user)) await askNameServices(ctx, 'passwd', user)
  return accounts.uids.get(user)
}

/** The same of a group. */
export async function gidOf(ctx: ExecContext, group: string | number): Promise<number | undefined> {
  if (typeof group === 'number') return group
  const accounts = await allAccounts(ctx)
  if (!accounts.gids.has(group)) await askNameServices(ctx, 'group', group)
  return accounts.gids.get(group)
}

/** The name of a user by number; the number itself when nobody knows it. */
export async function userOf(ctx: ExecContext, uid: number): Promise<string | number> {
  const accounts = await allAccounts(ctx)
  if (!accounts.users.has(uid)) await askNameServices(ctx, 'passwd', uid)
  return accounts.users.get(uid) ?? uid
}

/** The same of a group. */
export async function groupOf(ctx: ExecContext, gid: number): Promise<string | number> {
  const accounts = await allAccounts(ctx)
  if (!accounts.groups.has(gid)) await askNameServices(ctx, 'group', gid)
  return accounts.groups.get(gid) ?? gid
}

/** The number of the group that a user belongs to. */
export async function primaryGroupOf(ctx: ExecContext, user: string): Promise<number | undefined> {
  await uidOf(ctx, user)
  return (await allAccounts(ctx)).primary.get(user)
}

/** The user that the process runs as. */
export function ownUser(): string {
  return userInfo().username
}

/** LDAP, sssd and their kind; asked once in a job for what the files do not name. */
async function askNameServices(ctx: ExecContext, database: 'passwd' | 'group', key: string | number) {
  const asked = `${memoKey}/${database}/${key}`
  if (ctx.platform === 'win32' || ctx.memo.has(asked) || ctx.which('getent') === undefined) return
  ctx.memo.set(asked, true)
  try {
    const { stdout } = await ctx.run.text(['getent', database, String(key)], { timeoutMs: 10_000 })
    const accounts = await allAccounts(ctx)
    for (const line of linesOf(stdout))
      if (database === 'passwd') addUser(accounts, line)
      else addGroup(accounts, line)
  } catch (error) {
    ctx.log.debug('getent cannot be run', { database, error: messageOf(error) })
  }
}

function empty(): Accounts {
  return {
    uids: new Map(),
    users: new Map(),
    gids: new Map(),
    groups: new Map(),
    homes: new Map(),
    primary: new Map(),
  }
}

function linesOf(text = ''): readonly string[] {
  return text.split('\n').filter((line) => line.includes(':') && !line.startsWith('#'))
}

function addUser({ uids, users, homes, primary }: Accounts, line: string): void {
  const [name = '', , uid = '', gid = '', , home = ''] = line.split(':')
  if (!/^\d+$/.test(uid) || uids.has(name)) return
  uids.set(name, Number(uid))
  homes.set(name, home)
  primary.set(name, Number(gid))
  if (!users.has(Number(uid))) users.set(Number(uid), name)
}

function addGroup({ gids, groups }: Accounts, line: string): void {
  const [name = '', , gid = ''] = line.split(':')
  if (!/^\d+$/.test(gid) || gids.has(name)) return
  gids.set(name, Number(gid))
  if (!groups.has(Number(gid))) groups.set(Number(gid), name)
}
