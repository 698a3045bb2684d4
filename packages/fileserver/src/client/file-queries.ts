// SPDX-License-Identifier: Apache-2.0
import type { FileHash } from '../file-source.ts'
import type { PathPatterns } from './patterns.ts'

/** Where a file is looked for: the environment of a URL that names none. */
export interface FileQuery {
  readonly saltenv?: string | undefined
}

/** How a file is fetched. */
export interface FetchQuery extends FileQuery {
  /** Of other servers: hash of a copy that is good without asking; `sha256=…`, or the hash alone. */
  readonly sourceHash?: string | undefined
  /** Whether a server has to prove who it is; default true. */
  readonly verifySsl?: boolean | undefined
  /** Whether a web server is asked if it still has what was fetched; default false. */
  readonly useEtag?: boolean | undefined
}

/** Which part of a directory is meant. */
export interface DirectoryQuery extends FileQuery, PathPatterns {
  /** Whether directories that hold nothing are made, too. */
  readonly includeEmpty?: boolean | undefined
  /** Only these files, by their paths in the environment. */
  readonly only?: readonly string[] | undefined
}

/** A file of a directory of the server, with its hash. */
export interface DirectoryFile extends FileHash {
  /** Its path in the environment. */
  readonly path: string
}

/** What is known of a file. */
export interface FileStat {
  /** Bytes. */
  readonly size: number
  /** As `st_mode`: permission bits, and that it is a plain file. */
  readonly mode: number
  /** Seconds since 1970. */
  readonly mtime: number
}
