// SPDX-License-Identifier: Apache-2.0
import { SaltError, schema } from '@halite/core'
import { type Asked, asked } from './service.ts'

/** Where a file is looked for. */
export interface FileQuery {
  /** Environment; default that of the minion. What a URL names itself (`?saltenv=dev`) comes first. */
  readonly saltenv?: string | undefined
}

/** The hash of a file. */
export interface FileHash {
  readonly hash_type: string
  readonly hsum: string
}

/** Files that a minion is given: `salt://` and what else has a URL. They are reached through a local copy. */
export interface FilesContext {
  /**
   * The path of a local copy, up to date and verified; undefined when there is no such file. Rejects when it cannot be
   * fetched. The copy may be replaced by a newer one; whoever needs it for long copies it.
   */
  cachePath(url: string, query?: FileQuery): Promise<string | undefined>
  /** Paths of files of an environment that begin with `prefix`, sorted. */
  list(prefix: string, query?: FileQuery): Promise<readonly string[]>
  /** Undefined when there is no such file. */
  hash(url: string, query?: FileQuery): Promise<FileHash | undefined>
}

const { optional, record, text } = schema
const url = text(8192)
const query = optional(record({ saltenv: optional(text(255)) }))

/** The service `files`. */
export const filesService: Asked<FilesContext> = asked<FilesContext>(
  { cachePath: [url, query], list: [url, query], hash: [url, query] },
  () => noFiles,
)

/** Where no file server can be reached. */
export const noFiles: FilesContext = { cachePath: unreachable, list: unreachable, hash: unreachable }

async function unreachable(wanted: string): Promise<never> {
  throw new SaltError('COMMAND_FAILED', `${wanted} cannot be fetched: there is no file server here`, {
    hint: 'Give the path of a file on the minion.',
  })
}
