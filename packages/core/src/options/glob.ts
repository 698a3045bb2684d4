// SPDX-License-Identifier: Apache-2.0
import { existsSync, readdirSync } from 'node:fs'
import { join, parse } from 'node:path'
import { systemCodeOf } from '../errors.ts'

/**
 * The paths that an absolute glob names, sorted. `*`, `?` and `[…]` match within one name; a leading dot must be written.
 * A directory that is missing or may not be listed holds nothing; a path without wildcards is given back if it exists.
 */
export function globPaths(pattern: string): string[] {
  const { root } = parse(pattern)
  const parts = pattern
    .slice(root.length)
    .split(/[/\\]/)
    .filter((part) => part !== '')
  const found = parts.reduce<string[]>((paths, part) => paths.flatMap((path) => step(path, part)), [root])
  return found.sort()
}

function step(directory: string, part: string): string[] {
  if (!/[*?[]/.test(part)) {
    const path = join(directory, part)
    return existsSync(path) ? [path] : []
  }
  const matcher = wildcard(part)
  return namesIn(directory)
    .filter((name) => matcher.test(name) && (part.startsWith('.') || !name.startsWith('.')))
    .map((name) => join(directory, name))
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory)
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM'].includes(systemCodeOf(error) ?? '')) return []
    throw error
  }
}

function wildcard(part: string): RegExp {
  const source = part.replace(
    /\[(!?)([^\]]+)\]|[*?]|[.+^${}()|[\]\\]/g,
    (match, not?: string, set?: string) => {
      if (match === '*') return '.*'
      if (match === '?') return '.'
      if (set === undefined) return `\\${match}`
      return `[${not === '!' ? '^' : ''}${set.replace(/[\\^[\]]/g, '\\$&')}]`
    },
  )
  return new RegExp(`^${source}$`, 's')
}
