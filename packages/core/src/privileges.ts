// SPDX-License-Identifier: Apache-2.0
import { lchownSync, lstatSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { dirname, join } from 'node:path'
import { SaltError } from './errors.ts'

/** Node has it on every system with users; its types do not list it. */
const withGroups = process as NodeJS.Process & { initgroups?: (user: string, group: number) => void }

interface Account {
  readonly uid: number
  readonly gid: number
}

/**
 * Gives `directories` (made when missing, private) to `user` with all they hold, and `files` that exist, then makes this
 * process that user's, for good: supplementary groups, group, user. Does nothing when `user` is who we are. Symbolic links are not followed.
 * Throws `PERMISSION_DENIED` when there is no such user or we may not become it.
 */
export function becomeUser(
  user: string,
  { directories, files }: { readonly directories: readonly string[]; readonly files: readonly string[] },
): void {
  if (user === '' || process.platform === 'win32' || user === userInfo().username) return
  const account = accountOf(user)
  if (process.getuid?.() !== 0) {
    throw new SaltError(
      'PERMISSION_DENIED',
      `option user is '${user}', and only root can become another user`,
      {
        hint: `Start as root or as ${user}, or change the option user.`,
      },
    )
  }
  for (const path of directories) giveTo(path, account)
  for (const path of files) lchownSync(path, account.uid, account.gid)
  withGroups.initgroups?.(user, account.gid)
  process.setgid?.(account.gid)
  process.setuid?.(account.uid)
}

function accountOf(user: string): Account {
  for (const line of readFileSync('/etc/passwd', 'utf8').split('\n')) {
    const [name, , uid, gid] = line.split(':')
    if (name === user) return { uid: Number(uid), gid: Number(gid) }
  }
  throw new SaltError(
    'PERMISSION_DENIED',
    `option user is '${user}', and there is no such user on this machine`,
  )
}

function giveTo(path: string, account: Account): void {
  // Only the directory itself is private: its user has to get there.
  mkdirSync(dirname(path), { recursive: true, mode: 0o755 })
  mkdirSync(path, { recursive: true, mode: 0o700 })
  const waiting = [path]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    lchownSync(next, account.uid, account.gid)
    if (lstatSync(next).isDirectory())
      waiting.push(...readdirSync(next).map((name) => join(next as string, name)))
  }
}
