// SPDX-License-Identifier: Apache-2.0
import {
  type DirectoryFile,
  type DirectoryQuery,
  type FetchedFile,
  type FetchQuery,
  type FileHash,
  type FileQuery,
  type FileStat,
  SaltError,
  schema,
  type Transfer,
} from '@halite/core'
import { type Asked, asked } from './service.ts'

/**
 * Files that a minion is given: `salt://` and what else has a URL; an absolute path stands for a file of this machine. They are
 * reached through local copies. Everything rejects when the file cannot be fetched, and is undefined when there is no such file.
 */
export interface FilesContext {
  /**
   * The path of a local copy, up to date and verified. The copy may be replaced by a newer one; whoever needs it for long
   * copies it.
   */
  cacheFile(url: string, query?: FetchQuery): Promise<string | undefined>
  /** A file for the caller alone, to be put somewhere. */
  getFile(url: string, query?: FetchQuery): Promise<FetchedFile | undefined>
  /** The paths of copies of all files of a directory of the server, and of those below it. */
  cacheDir(url: string, query?: DirectoryQuery): Promise<readonly string[]>
  hashFile(url: string, query?: FileQuery): Promise<FileHash | undefined>
  /** All files of a directory of the server with their hashes, sorted; nothing is fetched. */
  hashDir(url: string, query?: DirectoryQuery): Promise<readonly DirectoryFile[]>
  statFile(url: string, query?: FileQuery): Promise<FileStat | undefined>
  /** Paths of files of an environment that begin with `prefix`, sorted. */
  listFiles(prefix?: string, query?: FileQuery): Promise<readonly string[]>
  /** All directories, in the same way. */
  listDirs(prefix?: string, query?: FileQuery): Promise<readonly string[]>
  /** Directories that hold nothing. */
  listEmptyDirs(prefix?: string, query?: FileQuery): Promise<readonly string[]>
  /** Links: path → what it points at. */
  listSymlinks(prefix?: string, query?: FileQuery): Promise<Readonly<Record<string, string>>>
  /** The environments there are, sorted. */
  envs(): Promise<readonly string[]>
  /** Where the copy of a URL lies, or would. */
  cacheDest(url: string, query?: FileQuery): Promise<string>
  /** The path of the copy there is, however old. Nobody is asked. */
  isCached(url: string, query?: FileQuery): Promise<string | undefined>
  /** Copies a file of this machine into the cache; the path of the copy. */
  localFile(path: string): Promise<string | undefined>
  /** The paths of all copies, of an environment and of files of this machine. */
  listCached(query?: FileQuery): Promise<readonly string[]>
  /** Sends a file of this machine to the master, to be kept under these parts of a path. Rejects with the master's error. */
  pushFile(path: string, name: readonly string[]): Promise<void>
  /** The transfers under way, of all jobs. */
  transfers(): Promise<readonly Transfer[]>
}

const { boolean, listOf, optional, record, text } = schema
const url = text(8192)
const prefix = optional(text(4096))
const saltenv = optional(text(255))
const query = optional(record({ saltenv }))
const fetchQuery = optional(
  record({
    saltenv,
    sourceHash: optional(text(256)),
    verifySsl: optional(boolean),
    useEtag: optional(boolean),
  }),
)
const pattern = optional(text(4096))
const mostPaths = 100_000
const directoryQuery = optional(
  record({
    saltenv,
    includePat: pattern,
    excludePat: pattern,
    includeEmpty: optional(boolean),
    only: optional(listOf(text(4096), mostPaths)),
  }),
)

const asks = {
  cacheFile: [url, fetchQuery],
  getFile: [url, fetchQuery],
  cacheDir: [url, directoryQuery],
  hashFile: [url, query],
  hashDir: [url, directoryQuery],
  statFile: [url, query],
  listFiles: [prefix, query],
  listDirs: [prefix, query],
  listEmptyDirs: [prefix, query],
  listSymlinks: [prefix, query],
  envs: [],
  cacheDest: [url, query],
  isCached: [url, query],
  localFile: [url],
  listCached: [query],
  pushFile: [url, listOf(text(4096), 256)],
  transfers: [],
} as const

/** The service `files`. */
export const filesService: Asked<FilesContext> = asked<FilesContext>(asks, () => noFiles)

/** Files whose client is opened with the first call: most functions touch none, and its code takes time to load. */
export function lateFiles(open: () => Promise<FilesContext>): FilesContext {
  let opened: Promise<FilesContext> | undefined
  const late =
    (name: keyof FilesContext) =>
    async (...args: never[]) => {
      opened ??= open()
      const files = await opened
      // The types of its methods are those that the caller sees.
      return (files[name] as (...args: never[]) => unknown).apply(files, args)
    }
  return withMethods(late)
}

/** Where no file server can be reached. */
export const noFiles: FilesContext = withMethods(() => unreachable)

function withMethods(
  make: (name: keyof FilesContext) => (...args: never[]) => Promise<unknown>,
): FilesContext {
  const names = Object.keys(asks) as (keyof FilesContext)[]
  // Every method of the service has a row above.
  return Object.fromEntries(names.map((name) => [name, make(name)])) as unknown as FilesContext
}

async function unreachable(wanted?: unknown): Promise<never> {
  const what = typeof wanted === 'string' && wanted !== '' ? wanted : 'this'
  throw new SaltError('COMMAND_FAILED', `${what} cannot be fetched: there is no file server here`, {
    hint: 'Give the path of a file on the minion.',
  })
}
