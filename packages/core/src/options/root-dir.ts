// SPDX-License-Identifier: Apache-2.0
import { homedir } from 'node:os'
import { isAbsolute, join, parse, resolve, sep } from 'node:path'

/**
 * Puts `path` below `rootDir`, unless it lies there already or `rootDir` is the root of the file system. What lies below
 * `systemRoot`, the directory that `rootDir` takes the place of, moves with it; of any other path a drive letter is dropped.
 * A relative path is taken from `rootDir`. Empty stays empty.
 */
export function belowRoot(
  rootDir: string,
  path: string,
  systemRoot: string = parse(resolve('/')).root,
): string {
  if (path === '') return path
  const root = resolve(rootDir)
  const bare = bareOf(path, systemRoot)
  if (root === parse(root).root) return isAbsolute(path) ? path : join(root, bare)
  if (path === root || path.startsWith(root + sep)) return path
  return join(root, bare)
}

function bareOf(path: string, systemRoot: string): string {
  if (path.startsWith(systemRoot + sep)) return path.slice(systemRoot.length + 1)
  return isAbsolute(path) ? path.slice(parse(path).root.length) : path
}

/** A path of a configuration file that may begin with the home directory of whoever runs this, as `~/`. */
export function fromHome(path: string): string {
  return path === '~' || path.startsWith('~/') ? join(homedir(), path.slice(1)) : path
}
