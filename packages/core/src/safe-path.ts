// SPDX-License-Identifier: Apache-2.0
import { lstatSync } from 'node:fs'
import { join } from 'node:path'
import { SaltError, systemCodeOf } from './errors.ts'
import { show } from './ids.ts'

/** An absolute path that lies below a root and is reached through no symbolic link. */
export type SafePath = string & { readonly __safePath: true }

/**
 * Joins a relative path from outside below `root`. Both `/` and `\` separate; empty parts and `.` vanish.
 * Throws `PATH_UNSAFE` for `..`, NUL, an absolute path, a drive letter, or a symbolic link on the way.
 * What does not exist yet is allowed, so that files can be created.
 */
export function safeJoin(root: string, relative: string): SafePath {
  const parts = componentsOf(relative)
  let path = root
  for (const part of parts) {
    path = join(path, part)
    if (isSymbolicLink(path)) throw unsafe(relative, `${path} is a symbolic link`)
  }
  return path as SafePath
}

/**
 * `safeJoin` for many paths at one moment: a directory above several of them is looked at once. What stands at the end of a path is not
 * looked at: the caller has to, and to treat a link there as nothing of its own.
 */
export function safeJoinMany(root: string): (relative: string) => SafePath {
  const checked = new Set<string>()
  return (relative) => {
    const parts = componentsOf(relative)
    let path = root
    for (const [index, part] of parts.entries()) {
      path = join(path, part)
      if (index === parts.length - 1 || checked.has(path)) continue
      if (isSymbolicLink(path)) throw unsafe(relative, `${path} is a symbolic link`)
      checked.add(path)
    }
    return path as SafePath
  }
}

function componentsOf(relative: string): string[] {
  if (relative.includes('\0')) throw unsafe(relative, 'it holds NUL')
  if (/^(?:[/\\]|[A-Za-z]:)/.test(relative)) throw unsafe(relative, 'it is not relative')
  const parts = relative.split(/[/\\]/).filter((part) => part !== '' && part !== '.')
  if (parts.includes('..')) throw unsafe(relative, "it holds '..'")
  if (parts.length === 0) throw unsafe(relative, 'it names nothing')
  return parts
}

function isSymbolicLink(path: string): boolean {
  try {
    return lstatSync(path).isSymbolicLink()
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT' || systemCodeOf(error) === 'ENOTDIR') return false
    throw error
  }
}

function unsafe(path: string, why: string): SaltError {
  return new SaltError('PATH_UNSAFE', `path ${show(path)} is refused: ${why}`)
}
