// SPDX-License-Identifier: Apache-2.0
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The frozen release that this process runs from. */
export interface FrozenRelease {
  /** As its folder is named: `salt-3007.1.linux-x64`. */
  readonly name: string
  /** The folder of the version, with `bin`, `lib` and `MANIFEST.json`. */
  readonly directory: string
  /** What holds all versions, with the start files and the file `current`. */
  readonly root: string
}

/** The frozen release that this process runs from; undefined when it runs from sources or a package. */
export function frozenRelease(): FrozenRelease | undefined {
  if ((import.meta as { release?: string }).release === undefined) return undefined
  const directory = dirname(dirname(fileURLToPath(import.meta.url)))
  return {
    name: directory.slice(dirname(directory).length + 1),
    directory,
    root: join(directory, '..', '..'),
  }
}
