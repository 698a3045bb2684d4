// SPDX-License-Identifier: Apache-2.0
import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import {
  type Clock,
  type DirectoryFile,
  type DirectoryQuery,
  type FetchedFile,
  type FetchQuery,
  type FileHash,
  type FileQuery,
  type FileStat,
  isSaltUrl,
  parseSaltPath,
  SaltError,
  systemClock,
  type Transfer,
  type WebOptions,
} from '@halite/core'
import type { FileSource, HashedFile } from '../file-source.ts'
import type { HashType } from '../hash-file.ts'
import { CachePlaces } from './cache-places.ts'
import { ExternalFiles } from './external-files.ts'
import { isExternal } from './external-url.ts'
import { FetchingDirectory } from './fetching-directory.ts'
import { Hasher } from './hasher.ts'
import { filesBelow, localPathOf, statOf } from './local-files.ts'
import { PatientSource } from './patient-source.ts'
import { pathTest } from './patterns.ts'
import { type AskMaster, pushFile } from './push-file.ts'
import { copyInto, placed, SaltFiles } from './salt-files.ts'
import { Transfers } from './transfers.ts'
import { UrlNames } from './url-names.ts'
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

/** Bits of `st_mode` that say a plain file. */
const plainFile = 0o100000

/**
 * Files by URL, through copies on the disk that are verified before they are used: the one client of a minion, with a master
 * and without. What cannot be fetched rejects; what is not there is undefined, or empty.
 */
export class FileClient {
  readonly #init: FileClientInit
  readonly #source: FileSource
  readonly #names: UrlNames
  readonly #places: CachePlaces
  readonly #fetching: FetchingDirectory
  readonly #hasher: Hasher
  readonly #transfers = new Transfers()
  readonly #salt: SaltFiles
  readonly #external: ExternalFiles

  constructor(init: FileClientInit) {
    const { source, cachedir, patienceMs, hasher, clock = systemClock } = init
    this.#init = init
    this.#names = new UrlNames(init.saltenv)
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
    if (isExternal(url))
      return this.#external.cachedCopy(url, { ...query, saltenv: this.#names.saltenv(query) })
    const path = localPathOf(url)
    if (path !== undefined) return existsSync(path) ? path : undefined
    return this.#salt.cachedCopy(this.#names.file(url, query))
  }

  /** A file for the caller alone; undefined when there is no such file. */
  async getFile(url: string, query: FetchQuery = {}): Promise<FetchedFile | undefined> {
    if (isExternal(url))
      return this.#external.privateCopy(url, { ...query, saltenv: this.#names.saltenv(query) })
    const path = localPathOf(url)
    if (path !== undefined) return existsSync(path) ? { path, own: false } : undefined
    return this.#salt.privateCopy(this.#names.file(url, query))
  }

  /** The paths of copies of all files of a directory, sorted; of the whole environment for `salt://`. */
  async cacheDir(url: string, query: DirectoryQuery = {}): Promise<readonly string[]> {
    const { prefix, saltenv } = this.#names.directory(url, query)
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
    const file = await this.#source.findHashed(this.#names.file(url, query))
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
    const file = await this.#source.find(this.#names.file(url, query))
    return file && { size: file.size, mode: plainFile | file.mode, mtime: file.mtime }
  }

  /** Paths of files of an environment that begin with `prefix`, sorted. */
  listFiles(prefix = '', query: FileQuery = {}): Promise<readonly string[]> {
    return this.#source.list(this.#names.saltenv(query), 'files', { prefix })
  }

  /** All directories, in the same way. */
  listDirs(prefix = '', query: FileQuery = {}): Promise<readonly string[]> {
    return this.#source.list(this.#names.saltenv(query), 'dirs', { prefix })
  }

  /** Directories that hold nothing. */
  listEmptyDirs(prefix = '', query: FileQuery = {}): Promise<readonly string[]> {
    return this.#source.list(this.#names.saltenv(query), 'empty_dirs', { prefix })
  }

  /** Links: path → what it points at. */
  listSymlinks(prefix = '', query: FileQuery = {}): Promise<Readonly<Record<string, string>>> {
    return this.#source.symlinks(this.#names.saltenv(query), { prefix })
  }

  /** The environments of the server, sorted. */
  envs(): Promise<readonly string[]> {
    return this.#source.envs()
  }

  /** Where the copy of a URL lies, or would; a path stands for itself. */
  async cacheDest(url: string, query: FileQuery = {}): Promise<string> {
    if (isSaltUrl(url)) {
      const { path, saltenv } = this.#names.file(url, query)
      return this.#places.salt(saltenv, path)
    }
    return isExternal(url) ? this.#places.external(this.#names.saltenv(query), url) : url
  }

  /** The path of the copy there is, however old; undefined when there is none. Nobody is asked. */
  async isCached(url: string, query: FileQuery = {}): Promise<string | undefined> {
    if (isExternal(url)) {
      const path = this.#places.external(this.#names.saltenv(query), url)
      return existsSync(path) ? path : undefined
    }
    const { path, saltenv } = this.#names.file(
      isSaltUrl(url) ? url : `salt://${url.replace(/^\/+/, '')}`,
      query,
    )
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
    const directories = [this.#places.environment(this.#names.saltenv(query)), this.#places.localFiles]
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

  async #treeOf(url: string, query: DirectoryQuery): Promise<readonly HashedFile[]> {
    const { prefix, saltenv } = this.#names.directory(url, query)
    const isMeant = pathTest(query)
    const only = query.only && new Set(query.only)
    const files = await this.#source.tree(saltenv, { prefix })
    return files.filter(({ path }) => isMeant(path) && (only === undefined || only.has(path)))
  }

  async #hashOf(path: string): Promise<FileHash | undefined> {
    if (statOf(path) === undefined) return undefined
    const { hashType } = this.#init
    return { hash_type: hashType, hsum: await this.#hasher.hashFile(path, hashType) }
  }
}
