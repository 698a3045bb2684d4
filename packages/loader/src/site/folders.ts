// SPDX-License-Identifier: Apache-2.0
import { join, resolve } from 'node:path'
import { frozenRelease } from '@halite/core'

/**
 * The directories that hold site modules, in the order in which they win: those of `module_dirs` from the last to the
 * first, then `extension_modules`, then what a frozen release brings. They need not exist.
 */
export function siteRoots(options: Readonly<Record<string, unknown>>): readonly string[] {
  const { module_dirs: dirs, extension_modules: synced } = options
  const named = Array.isArray(dirs) ? dirs.toReversed() : []
  const frozen = frozenRelease()
  const included = frozen === undefined ? [] : [join(frozen.directory, 'lib', 'site')]
  const roots = [...named, synced, ...included].filter((dir) => typeof dir === 'string' && dir !== '')
  return [...new Set(roots.map((dir) => resolve(dir)))]
}
