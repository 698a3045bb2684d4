// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path'
import { type Logger, type MinionOptions, SaltError, silentLog } from '@halite/core'
import { type Backend, FileServer, type FileSource, GitfsSource, RootsSource } from '@halite/fileserver'

/** What the files of a minion without a master are read by. */
export interface LocalSourceInit {
  readonly options: MinionOptions
  /** The entry of threads that read `file_roots`; without it they are read in this thread. */
  readonly thread: string | URL | undefined
  readonly log?: Logger | undefined
}

/**
 * The files of a minion without a master, by `fileserver_backend`: `roots`, and `gitfs` (`git`), whose remotes are fetched when they are
 * read. Throws `CONFIG_INVALID` for another backend, and for remotes that cannot be right.
 */
export function localSource({ options, thread, log = silentLog }: LocalSourceInit): FileSource {
  const names = [...new Set(options.fileserver_backend.map((name) => (name === 'git' ? 'gitfs' : name)))]
  const backends = names.map((name): Backend => {
    if (name === 'roots') return { name, source: new RootsSource({ options, thread }) }
    if (name === 'gitfs') return { name, source: gitSource(options, log) }
    const problem = `a minion without a master has no backend ${JSON.stringify(name)}; there are roots and gitfs (git)`
    throw new SaltError('CONFIG_INVALID', `fileserver_backend: ${problem}`)
  })
  const [only] = backends
  return backends.length === 1 && only !== undefined ? only.source : new FileServer(backends)
}

function gitSource(options: MinionOptions, log: Logger): GitfsSource {
  return new GitfsSource({ options, directory: join(options.cachedir, 'gitfs'), log, updatesWhenRead: true })
}
