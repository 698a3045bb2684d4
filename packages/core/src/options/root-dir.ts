// SPDX-License-Identifier: Apache-2.0
import { isAbsolute, join, parse, resolve, sep } from 'node:path'

/**
 * Puts `path` below `rootDir`, unless it lies there already or `rootDir` is the root of the file system.
 * A relative path is taken from `rootDir`, a drive letter is dropped. Empty stays empty.
 */
export function belowRoot(rootDir: string, path: string): string {
  if (path === '') return path
  const root = resolve(rootDir)
  const bare = isAbsolute(path) ? path.slice(parse(path).root.length) : path
  if (root === parse(root).root) return isAbsolute(path) ? path : join(root, bare)
  if (path === root || path.startsWith(root + sep)) return path
  return join(root, bare)
}
