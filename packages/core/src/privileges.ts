// SPDX-License-Identifier: Apache-2.0
import { closeSync, constants, fchownSync, openSync, readFileSync, statSync } from 'node:fs'
import { userInfo } from 'node:os'
import { dirname } from 'node:path'
import { SaltError, systemCodeOf } from './errors.ts'
import { makeDirectoryFor } from './own-directory.ts'
import { distrustOf } from './trusted-path.ts'

/** Node has it on every system with users; its types do not list it. */
const withGroups = process as NodeJS.Process & { initgroups?: (user: string, group: number) => void }

interface Account {
  readonly uid: number
  readonly gid: number
}

/** What a user needs, and may not be able to make. */
export interface UserFiles {
  /** With the permission bits of one that is made. */
  readonly directories: readonly { readonly path: string; readonly mode: number }[]
  /** Files in which that user writes. */
  readonly files: readonly { readonly path: string; readonly mode: number }[]
}

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY } = constants

/**
 * Makes this process that of `user` for the rest of its life: supplementary groups, group, user. Before that it makes
 * what is missing of `directories` and `files` where only root can, and gives to the user what it made: nothing that was
 * there is touched. Does nothing when `user` is who we are. Throws `PERMISSION_DENIED` when there is no such user or we
 * may not become it, and `DIRECTORY_UNSAFE` for one of `directories` that exists and is not the user's.
 */
export function becomeUser(user: string, { directories, files }: UserFiles): void {
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
  for (const { path, mode } of directories) {
    makeDirectoryFor(path, mode, account)
    checkOwner(path, user, account)
  }
  for (const { path, mode } of files) makeFileFor(path, mode, account)
  withGroups.initgroups?.(user, account.gid)
  process.setgid?.(account.gid)
  process.setuid?.(account.uid)
}

/**
 * As root, does `run` with the rights of whoever owns `path`: what it makes belongs to that user, and can be made only where
 * that user may. Without root, and where root owns it, runs it as we are. Only for what ends at once: the rights are those of
 * the whole process.
 */
export function asOwnerOf<T>(path: string, run: () => T): T {
  const { uid, gid } = statSync(path)
  const groups = process.getgroups?.() ?? []
  if (process.geteuid?.() !== 0 || uid === 0) return run()
  try {
    process.setgroups?.([])
    process.setegid?.(gid)
    process.seteuid?.(uid)
    return run()
  } finally {
    process.seteuid?.(0)
    process.setegid?.(0)
    process.setgroups?.(groups)
  }
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

/** What was root's until now is not given away unseen: it may hold what the new owner must not read. */
function checkOwner(path: string, user: string, { uid }: Account): void {
  const found = statSync(path, { throwIfNoEntry: false })
  if (found === undefined || found.uid === uid) return
  throw new SaltError(
    'DIRECTORY_UNSAFE',
    `directory ${path} belongs to user ${found.uid}, and option user is '${user}'`,
    {
      hint: `Once you have looked at what lies in it, give it to ${user}: chown -R ${user}: ${path}`,
    },
  )
}

/** Where the user may make files, the file is left for the user to make. */
function makeFileFor(path: string, mode: number, account: Account): void {
  const directory = dirname(path)
  makeDirectoryFor(directory, 0o755, account)
  if (distrustOf(directory) !== undefined) return
  const descriptor = makeExclusively(path, mode)
  if (descriptor === undefined) return
  fchownSync(descriptor, account.uid, account.gid)
  closeSync(descriptor)
}

function makeExclusively(path: string, mode: number): number | undefined {
  try {
    return openSync(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode)
  } catch (error) {
    const code = systemCodeOf(error)
    // What is there already is opened by the user, or not at all.
    if (code === 'EEXIST' || code === 'ENOENT') return undefined
    throw error
  }
}
