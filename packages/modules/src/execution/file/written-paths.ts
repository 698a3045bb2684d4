// SPDX-License-Identifier: Apache-2.0
import { win32 } from 'node:path'
import { SaltError } from '@halite/core'

/*
 * Paths as Python's `os.path` cuts and joins them; Node's `path` differs: it drops a slash at the end.
 */

/** The last part of a path; empty when it ends with a slash. */
export function baseName(path: string, platform: NodeJS.Platform): string {
  return path.slice(headLength(path, platform))
}

/** A path without its last part. */
export function directoryName(path: string, platform: NodeJS.Platform): string {
  const head = path.slice(0, headLength(path, platform))
  const bare = head.replace(platform === 'win32' ? /[\\/]+$/ : /\/+$/, '')
  const isRoot =
    bare === '' || (platform === 'win32' && /^(?:[a-z]:|[\\/]{2}[^\\/]+[\\/][^\\/]+)$/i.test(bare))
  return isRoot ? head : bare
}

/** Parts as one path; an absolute part takes the place of those before it. Throws ARGUMENTS_INVALID for no parts. */
export function joinPaths(parts: readonly string[], platform: NodeJS.Platform): string {
  if (parts.length === 0) throw new SaltError('ARGUMENTS_INVALID', 'No parts of a path were given')
  const [separator, ends] = platform === 'win32' ? ['\\', /[\\/:]$/] : ['/', /\/$/]
  return parts.reduce((path, part) => {
    if (isRooted(part, platform) || path === '') return part
    return ends.test(path) ? `${path}${part}` : `${path}${separator}${part}`
  })
}

/** A path without double slashes, `.` and `..`; two slashes at its beginning are kept, as POSIX allows. */
export function normalPath(path: string, platform: NodeJS.Platform): string {
  if (platform === 'win32') return win32.normalize(path).replace(/(?<=[^\\:])\\$/, '')
  const slashes = /^\/\/(?!\/)/.test(path) ? '//' : path.startsWith('/') ? '/' : ''
  const parts: string[] = []
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue
    const isUp = part === '..'
    if (isUp && parts.length > 0 && parts.at(-1) !== '..') parts.pop()
    else if (!isUp || slashes === '') parts.push(part)
  }
  return `${slashes}${parts.join('/')}` || '.'
}

function headLength(path: string, platform: NodeJS.Platform): number {
  const last = path.lastIndexOf('/')
  if (platform !== 'win32') return last + 1
  const drive = /^[a-z]:/i.test(path) ? 2 : 0
  return Math.max(last + 1, path.lastIndexOf('\\') + 1, drive)
}

function isRooted(part: string, platform: NodeJS.Platform): boolean {
  return platform === 'win32' ? /^(?:[\\/]|[a-z]:)/i.test(part) : part.startsWith('/')
}
