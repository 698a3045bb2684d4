// SPDX-License-Identifier: Apache-2.0
import { resolve } from 'node:path'
import type { ModuleKind } from '../manifest.ts'

/** The folder of each kind below a directory of site modules, named as Salt's. */
export const siteFolders: Readonly<Record<ModuleKind, string>> = {
  execution: 'modules',
  grains: 'grains',
  outputters: 'output',
  returners: 'returners',
  runners: 'runners',
  wheel: 'wheel',
}

/** A folder of files that modules import and that are none themselves. */
export const sharedSiteFolder = 'utils'

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
