// SPDX-License-Identifier: Apache-2.0
import {
  closeSync,
  constants,
  existsSync,
  fchmodSync,
  fchownSync,
  fstatSync,
  mkdirSync,
  openSync,
  statSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { SaltError, systemCodeOf } from './errors.ts'
import { type Distrust, distrustOf } from './trusted-path.ts'
import { closeToOthers } from './windows-access.ts'

export interface OwnDirectoryOptions {
  /** Permission bits it is made with. */
  readonly mode: number
  /** Take from one that exists the bits that `mode` does not have. */
  readonly narrow?: boolean
  /** Accept one that its group may write. */
  readonly allowGroup?: boolean
  /** On Windows, which knows no such bits: one that is made is for administrators. */
  readonly forAdministrators?: boolean
}

/**
 * Makes sure that `path` is a directory in which nobody but us and root can change anything, on its whole path; makes it
 * when it is missing, with its parents for everybody to read. Throws `DIRECTORY_UNSAFE`, which names what is
 * at fault and its owner or mode, and the system's error.
 */
export function makeOwnDirectory(path: string, options: OwnDirectoryOptions): void {
  const { mode, narrow = false, allowGroup = false, forAdministrators = false } = options
  if (!existsSync(path)) {
    refuse(path, distrustOf(path, { allowSticky: true, allowGroup }))
    makeWithParents(path, mode)
    if (forAdministrators && process.platform === 'win32') closeToOthers(path)
  }
  if (narrow) narrowTo(path, mode)
  refuse(path, distrustOf(path, { allowGroup }))
}

/**
 * As root, makes `path` and gives it to `owner`, when it is missing and nobody but root can interfere. Else does nothing:
 * then whoever owns its parent makes it.
 */
export function makeDirectoryFor(
  path: string,
  mode: number,
  owner: { readonly uid: number; readonly gid: number },
): void {
  if (existsSync(path) || distrustOf(path, { allowSticky: true }) !== undefined) return
  makeWithParents(path, mode)
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW)
  try {
    // In a sticky directory somebody may have been faster: then it is theirs, and found out about later.
    if (fstatSync(descriptor).uid === 0) fchownSync(descriptor, owner.uid, owner.gid)
  } finally {
    closeSync(descriptor)
  }
}

/** Parents for everybody to read: `mkdir -p` would make them with the mode of the last. */
function makeWithParents(path: string, mode: number): void {
  const parent = dirname(path)
  if (parent !== path && !existsSync(parent)) makeWithParents(parent, 0o755)
  try {
    mkdirSync(path, { mode })
  } catch (error) {
    if (systemCodeOf(error) !== 'EEXIST' || !statSync(path).isDirectory()) throw error
  }
}

function narrowTo(path: string, mode: number): void {
  if (process.platform === 'win32' || distrustOf(dirname(path), { allowSticky: true })) return
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY)
  try {
    const found = fstatSync(descriptor)
    const isOurs = found.uid === process.geteuid?.()
    if (isOurs && (found.mode & 0o777 & ~mode) !== 0) fchmodSync(descriptor, found.mode & mode)
  } finally {
    closeSync(descriptor)
  }
}

function refuse(path: string, distrust: Distrust | undefined): void {
  if (distrust === undefined) return
  throw unsafeDirectory(path, distrust)
}

/** The error that says why `path` is not used. */
export function unsafeDirectory(path: string, { path: at, why }: Distrust): SaltError {
  const subject = at === path ? `directory ${path}` : `directory ${path} is not safe to use: ${at}`
  return new SaltError('DIRECTORY_UNSAFE', `${subject} ${why}`, {
    hint: why.startsWith('belongs')
      ? `Set the option user to its owner, or, once you have looked at what lies in it, give it to the user this runs as: chown -R USER ${at}`
      : `Look for what does not belong there, then take the permission away: chmod go-w ${at}`,
  })
}
