// SPDX-License-Identifier: Apache-2.0
import { type MinionOptions, SaltError } from '@halite/core'
import { FileClient, RootsSource, SessionSource } from '@halite/fileserver'
import type { FilesContext } from '@halite/loader'
import type { AskedMaster } from './asked-master.ts'

export interface MinionFilesInit {
  readonly options: MinionOptions
  /** The master that is asked; undefined while there is no session with any. */
  readonly master: () => AskedMaster | undefined
  /** The entry of threads that read `file_roots`; without one that is done in this thread. */
  readonly thread?: string | URL | undefined
}

/** Files by URL as jobs have them: from the master, or with `file_client: local` from `file_roots` of this machine. */
export function minionFiles({ options, master, thread }: MinionFilesInit): FilesContext {
  const isLocal = options.file_client === 'local'
  const source = isLocal ? new RootsSource({ options, thread }) : sessionSource(master)
  return new FileClient({ source, cachedir: options.cachedir, saltenv: options.saltenv })
}

function sessionSource(master: MinionFilesInit['master']): SessionSource {
  return new SessionSource({
    ask: async (name, load, timeoutMs) => {
      const asked = master()
      if (asked === undefined) throw new SaltError('SESSION_LOST', 'there is no session with a master')
      return asked.ask(name, load, timeoutMs)
    },
  })
}
