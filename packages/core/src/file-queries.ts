// SPDX-License-Identifier: Apache-2.0

/** Where a file is looked for. */
export interface FileQuery {
  /** Environment; default that of the minion. What a URL names itself (`?saltenv=dev`) comes first. */
  readonly saltenv?: string | undefined
}

/** How a file is fetched. */
export interface FetchQuery extends FileQuery {
  /** Of other servers than the file server: hash of a copy that is good without asking; `sha256=…`, or the hash alone. */
  readonly sourceHash?: string | undefined
  /** Whether a server has to prove who it is; default true. */
  readonly verifySsl?: boolean | undefined
  /** Whether a web server is asked if it still has what was fetched; default false. */
  readonly useEtag?: boolean | undefined
}

/** Which paths are meant: shell patterns, or regular expressions with `E@` in front. */
export interface PathPatterns {
  /** Without one every path is meant. */
  readonly includePat?: string | undefined
  /** Taken away from those. */
  readonly excludePat?: string | undefined
}

/** Which part of a directory is meant. */
export interface DirectoryQuery extends FileQuery, PathPatterns {
  /** Whether directories that hold nothing are made, too. */
  readonly includeEmpty?: boolean | undefined
  /** Only these files, by their paths in the environment. */
  readonly only?: readonly string[] | undefined
}

/** The hash of a whole file. */
export interface FileHash {
  /** The algorithm, by its name in the option `hash_type`. */
  readonly hash_type: string
  /** Lower-case hex. */
  readonly hsum: string
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

/** A file that was fetched for one caller. */
export interface FetchedFile {
  readonly path: string
  /** Whether it belongs to the caller, who moves or removes it; else it is to be copied. */
  readonly own: boolean
}

/** A transfer under way. */
export interface Transfer {
  /** What is fetched, without credentials. */
  readonly url: string
  /** Bytes that have arrived. */
  readonly done: number
  /** Bytes of the whole; absent while nobody has said. */
  readonly total?: number
}
