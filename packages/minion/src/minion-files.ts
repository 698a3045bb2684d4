// SPDX-License-Identifier: Apache-2.0
import { type Logger, type MinionOptions, SaltError } from '@halite/core'
import { FileClient, fileHasherEntry, SessionSource } from '@halite/fileserver'
import type { AskedMaster } from './asked-master.ts'
import { localSource } from './local-source.ts'

/** The entries of threads that work on files; what has none is done in this thread. */
export interface FileThreads {
  /** Reads `file_roots` of this machine. */
  readonly fileReader?: string | URL | undefined
  /** Hashes what is fetched. */
  readonly fileHasher?: string | URL | undefined
}

export interface MinionFilesInit {
  readonly options: MinionOptions
  /** The master that is asked; undefined while there is no session with any. */
  readonly master: () => AskedMaster | undefined
  readonly threads?: FileThreads
  readonly log?: Logger | undefined
}

/** Files by URL as jobs have them: from the master, or with `file_client: local` from files of this machine. */
export function minionFiles({ options, master, threads = {}, log }: MinionFilesInit): FileClient {
  const isLocal = options.file_client === 'local'
  const source = isLocal ? localSource({ options, thread: threads.fileReader, log }) : sessionSource(master)
  return new FileClient({
    source,
    cachedir: options.cachedir,
    saltenv: options.saltenv,
    hashType: options.hash_type,
    web: options,
    ask: isLocal ? undefined : asking(master),
    patienceMs: options.request_channel_timeout * 1000,
    hasher: threads.fileHasher,
  })
}

/** The same for a call that ends soon: threads are not started to read directories. */
export function callerFiles({ threads = {}, ...parts }: MinionFilesInit): FileClient {
  const { fileHasher = fileHasherEntry } = threads
  return minionFiles({ ...parts, threads: { fileHasher } })
}

function sessionSource(master: MinionFilesInit['master']): SessionSource {
  return new SessionSource({ ask: asking(master) })
}

function asking(master: MinionFilesInit['master']): AskedMaster['ask'] {
  return async (name, load) => {
    const asked = master()
    if (asked === undefined) throw new SaltError('SESSION_LOST', 'there is no session with a master')
    return asked.ask(name, load)
  }
}
