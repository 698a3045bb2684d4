// SPDX-License-Identifier: Apache-2.0
import { messageOf, SaltError } from '@halite/core'
import type { ExecContext } from '@halite/loader'

/** A user of the system, as the password database has it. */
export interface User {
  readonly name: string
  readonly uid: number
  readonly gid: number
  readonly home: string
}

/** Who a command runs as; what is undefined stays as it is. */
export interface Account {
  readonly user: User | undefined
  readonly gid: number | undefined
}

/**
 * Looks up `runas` and `group` in `/etc/passwd` and `/etc/group`, then through `getent`, which asks the name services
 * (LDAP, sssd). Rejects with COMMAND_FAILED when one is unknown, and on Windows, which has neither.
 */
export async function lookUpAccount(
  ctx: ExecContext,
  runas: string | undefined,
  group: string | undefined,
): Promise<Account> {
  if (ctx.platform === 'win32' && (runas !== undefined || group !== undefined)) {
    throw new SaltError('COMMAND_FAILED', 'runas and group are not available on Windows')
  }
  const user = runas === undefined ? undefined : parseUser(await entryOf(ctx, 'passwd', runas))
  if (runas !== undefined && user === undefined) {
    throw new SaltError('COMMAND_FAILED', `User '${runas}' is not available`)
  }
  const gid = group === undefined ? user?.gid : parseGid(await entryOf(ctx, 'group', group))
  if (group !== undefined && gid === undefined) {
    throw new SaltError('COMMAND_FAILED', `Group '${group}' is not available`)
  }
  return { user, gid }
}

/** The line of a user or group in its database, or undefined. */
async function entryOf(
  ctx: ExecContext,
  database: 'passwd' | 'group',
  name: string,
): Promise<string | undefined> {
  const local = lineOf(await ctx.fs.readText(`/etc/${database}`), name)
  if (local !== undefined) return local
  try {
    const { stdout } = await ctx.run.text(['getent', database, name], { timeoutMs: 10_000 })
    return lineOf(stdout, name)
  } catch (error) {
    ctx.log.debug('getent cannot be run', { database, error: messageOf(error) })
    return undefined
  }
}

function lineOf(text: string, name: string): string | undefined {
  return text.split('\n').find((line) => line.split(':')[0] === name)
}

function parseUser(line: string | undefined): User | undefined {
  const [name, , uid, gid, , home] = line?.split(':') ?? []
  if (name === undefined || uid === undefined || gid === undefined) return undefined
  return { name, uid: Number(uid), gid: Number(gid), home: home || '/' }
}

function parseGid(line: string | undefined): number | undefined {
  const gid = line?.split(':')[2]
  return gid === undefined ? undefined : Number(gid)
}
