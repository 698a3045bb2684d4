// SPDX-License-Identifier: Apache-2.0
import { existsSync, statSync } from 'node:fs'
import { mkdir, readdir } from 'node:fs/promises'
import { isAbsolute, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  type Clock,
  isSaltUrl,
  parseSaltenv,
  parseSaltPath,
  parseSaltUrl,
  SaltError,
  type Saltenv,
  show,
  systemClock,
  systemCodeOf,
  type WebOptions,
} from '@halite/core'
import type { FileHash, FileName, FileSource, HashedFile } from '../file-source.ts'
import type { HashType } from '../hash-file.ts'
import { CachePlaces } from './cache-places.ts'
import { ExternalFiles } from './external-files.ts'
import { isExternal, parseExternal, withoutCredentials } from './external-url.ts'
import { FetchingDirectory } from './fetching-directory.ts'
import { Hasher } from './hasher.ts'
import { PatientSource } from './patient-source.ts'
import { type PathPatterns, pathTest } from './patterns.ts'
import { type AskMaster, pushFile } from './push-file.ts'
import { copyInto, type FetchedFile, placed, SaltFiles } from './salt-files.ts'
import { type Transfer, Transfers } from './transfers.ts'
import { VerifiedCopies } from './verified-copies.ts'

export interface FileClientInit {
  readonly source: FileSource
  /** The minion's `cachedir`. */
  readonly cachedir: string
  /** Environment of a URL that names none; empty for `base`. */
  readonly saltenv: string
  /** The option `hash_type`: what files of this machine are hashed by. */
  readonly hashType: HashType
  /** How the web is reached. */
  readonly web: WebOptions
  /** Sends one request to the master; without one nothing is pushed. */
  readonly ask?: AskMaster | undefined
  /** How long a master that does not answer is waited for. */
  readonly patienceMs: number
  /** The entry of the thread that hashes; without one that is done in this thread. */
  readonly hasher?: string | URL | undefined
  /** Default: the machine's. */
  readonly clock?: Clock
}

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

/** Bits of `st_mode` that say a plain file. */
const plainFile = 0o100000

/**
 * Files by URL, through copies on the disk that are verified before they are used: the one client of a minion, with a master
 * and without. What cannot be fetched rejects; what is not there is undefined, or empty.
 */
export class FileClient {
  readonly #init: FileClientInit
  readonly #source: FileSource
  readonly #places: CachePlaces
  readonly #fetching: FetchingDirectory
  readonly #hasher: Hasher
  readonly #transfers = new Transfers()
  readonly #salt: SaltFiles
  readonly #external: ExternalFiles

  constructor(init: FileClientInit) {
    const { source, cachedir, patienceMs, hasher, clock = systemClock } = init
    this.#init = init
    this.#source = new PatientSource(source, { clock, patienceMs })
    this.#places = new CachePlaces(cachedir)
    this.#fetching = new FetchingDirectory(this.#places.fetching)
    this.#hasher = new Hasher(hasher)
    const parts = {
      places: this.#places,
      fetching: this.#fetching,
      hasher: this.#hasher,
      transfers: this.#transfers,
    }
    this.#salt = new SaltFiles({ ...parts, source: this.#source, copies: new VerifiedCopies(this.#hasher) })
    this.#external = new ExternalFiles({ ...parts, options: init.web })
  }

  /** The path of a copy that is up to date; undefined when there is no such file. */
  async cacheFile(url: string, query: FetchQuery = {}): Promise<string | undefined> {
    if (isExternal(url)) return this.#external.cachedCopy(url, { ...query, saltenv: this.#saltenvOf(query) })
    const path = localPathOf(url)
    if (path !== undefined) return existsSync(path) ? path : undefined
    return this.#salt.cachedCopy(this.#nameOf(url, query))
  }

  /** A file for the caller alone; undefined when there is no such file. */
  async getFile(url: string, query: FetchQuery = {}): Promise<FetchedFile | undefined> {
    if (isExternal(url)) return this.#external.privateCopy(url, { ...query, saltenv: this.#saltenvOf(query) })
    const path = localPathOf(url)
    if (path !== undefined) return existsSync(path) ? { path, own: false } : undefined
    return this.#salt.privateCopy(this.#nameOf(url, query))
  }

  /** The paths of copies of all files of a directory, sorted; of the whole environment for `salt://`. */
  async cacheDir(url: string, query: DirectoryQuery = {}): Promise<readonly string[]> {
    const { prefix, saltenv } = this.#directoryOf(url, query)
    const copies = await this.#salt.cachedTree(await this.#treeOf(url, query))
    if (query.includeEmpty !== true) return copies
    const empty = await this.#source.list(saltenv, 'empty_dirs', { prefix })
    const made = empty.map((path) => this.#places.salt(saltenv, parseSaltPath(path)))
    await Promise.all(made.map((path) => mkdir(path, { recursive: true, mode: 0o700 })))
    return [...copies, ...made]
  }

  /** The hash of a file of the server, or with an absolute path of this machine; undefined when there is none. */
  async hashFile(url: string, query: FileQuery = {}): Promise<FileHash | undefined> {
    const path = localPathOf(url)
    if (path !== undefined) return this.#hashOf(path)
    const file = await this.#source.findHashed(this.#nameOf(url, query))
    return file && { hash_type: file.hash_type, hsum: file.hsum }
  }

  /** All files of a directory of the server with their hashes, sorted by path; nothing is fetched. */
  async hashDir(url: string, query: DirectoryQuery = {}): Promise<readonly DirectoryFile[]> {
    const files = await this.#treeOf(url, query)
    return files.map(({ path, hash_type, hsum }) => ({ path, hash_type, hsum }))
  }

  /** Size, mode and time of a file of the server, or with an absolute path of this machine; undefined when there is none. */
  async statFile(url: string, query: FileQuery = {}): Promise<FileStat | undefined> {
    const path = localPathOf(url)
    if (path !== undefined) return statOf(path)
    const file = await this.#source.find(this.#nameOf(url, query))
    return file && { size: file.size, mode: plainFile | file.mode, mtime: file.mtime }
  }

  /** Paths of files of an environment that begin with `prefix`, sorted. */
  listFiles(prefix = '', query: FileQuery = {}): Promise<readonly string[]> {
    return this.#source.list(this.#saltenvOf(query), 'files', { prefix })
  }

  /** All directories, in the same way. */
  listDirs(prefix = '', query: FileQuery = {}): Promise<readonly string[]> {
    return this.#source.list(this.#saltenvOf(query), 'dirs', { prefix })
  }

  /** Directories that hold nothing. */
  listEmptyDirs(prefix = '', query: FileQuery = {}): Promise<readonly string[]> {
    return this.#source.list(this.#saltenvOf(query), 'empty_dirs', { prefix })
  }

  /** Links: path → what it points at. */
  listSymlinks(prefix = '', query: FileQuery = {}): Promise<Readonly<Record<string, string>>> {
    return this.#source.symlinks(this.#saltenvOf(query), { prefix })
  }

  /** The environments of the server, sorted. */
  envs(): Promise<readonly string[]> {
    return this.#source.envs()
  }

  /** Where the copy of a URL lies, or would; a path stands for itself. */
  async cacheDest(url: string, query: FileQuery = {}): Promise<string> {
    if (isSaltUrl(url)) {
      const { path, saltenv } = this.#nameOf(url, query)
      return this.#places.salt(saltenv, path)
    }
    return isExternal(url) ? this.#places.external(this.#saltenvOf(query), url) : url
  }

  /** The path of the copy there is, however old; undefined when there is none. Nobody is asked. */
  async isCached(url: string, query: FileQuery = {}): Promise<string | undefined> {
    if (isExternal(url)) {
      const path = this.#places.external(this.#saltenvOf(query), url)
      return existsSync(path) ? path : undefined
    }
    const { path, saltenv } = this.#nameOf(isSaltUrl(url) ? url : url.replace(/^\/+/, ''), query)
    return [this.#places.salt(saltenv, path), this.#places.local(path)].find((each) => existsSync(each))
  }

  /** Copies a file of this machine into the cache; resolves to the path of the copy, undefined when there is none. */
  async localFile(path: string): Promise<string | undefined> {
    if (!existsSync(path)) return undefined
    const place = this.#places.local(path)
    await this.#fetching
      .put(place, (partial) => copyInto(path, partial))
      .catch((error: unknown) => {
        throw placed(error, path, place)
      })
    return place
  }

  /** The paths of all copies of files of an environment, and of files of this machine, sorted. */
  async listCached(query: FileQuery = {}): Promise<readonly string[]> {
    const directories = [this.#places.environment(this.#saltenvOf(query)), this.#places.localFiles]
    return (await Promise.all(directories.map(filesBelow))).flat().sort()
  }

  /** Sends a file of this machine to the master, to be kept under these parts of a path. Rejects with the master's error. */
  async pushFile(path: string, name: readonly string[]): Promise<void> {
    const { ask } = this.#init
    if (ask === undefined)
      throw new SaltError('COMMAND_FAILED', `${path} cannot be sent: there is no master here`)
    await pushFile(path, name, { ask, transfers: this.#transfers })
  }

  /** The transfers under way. */
  async transfers(): Promise<readonly Transfer[]> {
    return this.#transfers.list()
  }

  /** Removes what was left of transfers of processes that ended; for the process that holds `cachedir`. */
  async clearPartial(): Promise<void> {
    await this.#fetching.clear()
  }

  /** Ends what it runs beside; files under way are dropped. */
  async close(): Promise<void> {
    await this.#hasher.close()
  }

  #nameOf(url: string, query: FileQuery): FileName {
    refuseOtherSchemes(url)
    const { path, saltenv } = parseSaltUrl(url)
    return { path, saltenv: saltenv ?? this.#saltenvOf(query) }
  }

  #directoryOf(url: string, query: FileQuery): { readonly prefix: string; readonly saltenv: Saltenv } {
    refuseOtherSchemes(url)
    const path = url.replace(/^salt:\/\//, '').replace(/\/+$/, '')
    if (path === '') return { prefix: '', saltenv: this.#saltenvOf(query) }
    const name = this.#nameOf(url, query)
    return { prefix: `${name.path}/`, saltenv: name.saltenv }
  }

  async #treeOf(url: string, query: DirectoryQuery): Promise<readonly HashedFile[]> {
    const { prefix, saltenv } = this.#directoryOf(url, query)
    const isMeant = pathTest(query)
    const only = query.only && new Set(query.only)
    const files = await this.#source.tree(saltenv, { prefix })
    return files.filter(({ path }) => isMeant(path) && (only === undefined || only.has(path)))
  }

  #saltenvOf({ saltenv }: FileQuery): Saltenv {
    return parseSaltenv(saltenv || this.#init.saltenv || 'base')
  }

  async #hashOf(path: string): Promise<FileHash | undefined> {
    if (statOf(path) === undefined) return undefined
    const { hashType } = this.#init
    return { hash_type: hashType, hsum: await this.#hasher.hashFile(path, hashType) }
  }
}

/** The path of a URL that names a file of this machine. Throws `PATH_UNSAFE`. */
function localPathOf(url: string): string | undefined {
  if (isAbsolute(url)) return url
  if (!url.startsWith('file://')) return undefined
  try {
    return fileURLToPath(url)
  } catch (cause) {
    throw new SaltError('PATH_UNSAFE', `URL ${show(url)} names no file of this machine`, { cause })
  }
}

/** For what only the file server has: lists, hashes. */
function refuseOtherSchemes(url: string): void {
  if (!isExternal(url)) return
  parseExternal(url)
  throw new SaltError('FETCH_FAILED', `${withoutCredentials(url)} is not of the file server`, {
    hint: 'Fetch it with cp.cache_file or cp.get_url.',
  })
}

function statOf(path: string): FileStat | undefined {
  const stats = statSync(path, { throwIfNoEntry: false })
  if (stats === undefined || !stats.isFile()) return undefined
  return { size: stats.size, mode: stats.mode, mtime: stats.mtimeMs / 1000 }
}

async function filesBelow(directory: string): Promise<string[]> {
  try {
    const entries = await readdir(directory, { withFileTypes: true, recursive: true })
    return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return []
    throw error
  }
}
