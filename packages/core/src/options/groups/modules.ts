// SPDX-License-Identifier: Apache-2.0
import { row } from '../row.ts'
import { boolean, list, path, textList, textListMap, textMap } from '../value-types.ts'

/** Which modules are found and synced. */
export const modules = {
  Modules: {
    extension_modules: row(
      path,
      '<cache>/<role>/extmods',
      'Where modules synced from the file server are kept.',
    ),
    module_dirs: row(textList, [], 'Additional directories that are searched for modules.'),
    providers: row(
      textMap,
      {},
      'Modules to use for a virtual name, overriding the automatic choice: `pkg: aptpkg`.',
    ),
    clean_dynamic_modules: row(
      boolean,
      true,
      'Remove synced modules that no longer exist on the file server.',
    ),
    extmod_whitelist: row(textListMap, {}, 'The only modules to sync, by kind: `modules: [one, two]`.'),
    extmod_blacklist: row(textListMap, {}, 'Modules not to sync, by kind.'),
  },
}

/** Which modules a minion loads. */
export const modulesOfMinion = {
  'Modules of the minion': {
    disable_modules: row(list, [], 'Execution modules that are not loaded.'),
    autoload_dynamic_modules: row(boolean, true, 'Sync modules from the file server before a highstate.'),
  },
}
