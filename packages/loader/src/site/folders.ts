// SPDX-License-Identifier: Apache-2.0
import { resolve } from 'node:path'

/**
 * The directories that hold site modules, in the order in which they win: those of `module_dirs` from the last to the
 * first, then `extension_modules`. They need not exist.
 */
export function siteRoots(options: Readonly<Record<string, unknown>>): readonly string[] {
  const { module_dirs: dirs, extension_modules: synced } = options
  const named = Array.isArray(dirs) ? dirs.toReversed() : []
  const roots = [...named, synced].filter((dir) => typeof dir === 'string' && dir !== '')
  return [...new Set(roots.map((dir) => resolve(dir)))]
}
