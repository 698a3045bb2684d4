// SPDX-License-Identifier: Apache-2.0
import type { MasterOptions } from '@halite/core'
import type { FileSource } from '@halite/fileserver'
import { type FilesContext, lateFiles } from '@halite/loader'

/** The files that a master serves, as states have them that run on itself. */
export function ownFiles(source: FileSource, options: MasterOptions): FilesContext {
  return lateFiles(async () => {
    const { FileClient } = await import('@halite/fileserver')
    return new FileClient({
      source,
      cachedir: options.cachedir,
      saltenv: '',
      hashType: options.hash_type,
      web: options,
      patienceMs: 0,
    })
  })
}
