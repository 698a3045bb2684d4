// SPDX-License-Identifier: Apache-2.0
import { randomUUID } from 'node:crypto'
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { parseSaltenv, parseSaltUrl, SaltError, type Saltenv, safeJoin, systemCodeOf } from '@halite/core'
import type { FileHash, FileName, FileSource, HashedFile, WaitOptions } from './file-source.ts'
import { type HashType, hashFile, startHash } from './hash-file.ts'
import { pieces } from './pieces.ts'

export interface FileClientOptions {
  readonly source: FileSource
  /** The minion's `cachedir`; copies lie in `files/<saltenv>/` below it. */
  readonly cachedir: string
  /** Environment of a URL that names none; empty for `base`. */
  readonly saltenv: string
}

/** Where a file is looked for: the environment of a URL that names none. */
export interface FileQuery extends WaitOptions {
  readonly saltenv?: string | undefined
}

/** Files of a source by their URL, through copies on the disk that are verified before they are used. */
export class FileClient {
  readonly #options: FileClientOptions

  constructor(options: FileClientOptions) {
    this.#options = options
  }

  /** The path of a copy that is up to date; undefined when there is no such file. */
  async cachePath(url: string, query: FileQuery = {}): Promise<string | undefined> {
    const { source } = this.#options
    const file = await source.findHashed(this.#nameOf(url, query), query)
    if (file === undefined) return undefined
    if (file.localPath !== undefined) return file.localPath
    const path = safeJoin(join(this.#options.cachedir, 'files', file.saltenv), file.path)
    if (!(await isCopyOf(path, file))) await this.#fetch(file, path, query)
    return path
  }

  /** Paths of files of an environment that begin with `prefix`, sorted. */
  list(prefix: string, query: FileQuery = {}): Promise<readonly string[]> {
    return this.#options.source.list(this.#saltenvOf(query.saltenv), 'files', {
      prefix,
      signal: query.signal,
    })
  }

  /** The hash of a file; undefined when there is none. */
  async hash(url: string, query: FileQuery = {}): Promise<FileHash | undefined> {
    const file = await this.#options.source.findHashed(this.#nameOf(url, query), query)
    return file && { hash_type: file.hash_type, hsum: file.hsum }
  }

  #nameOf(url: string, query: FileQuery): FileName {
    const { path, saltenv } = parseSaltUrl(url)
    return { path, saltenv: saltenv ?? this.#saltenvOf(query.saltenv) }
  }

  #saltenvOf(wanted: string | undefined): Saltenv {
    return parseSaltenv(wanted || this.#options.saltenv || 'base')
  }

  /** Written beside its place and renamed when its hash is right. */
  async #fetch(file: HashedFile, path: string, { signal }: FileQuery): Promise<void> {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    const beside = join(dirname(path), `.${randomUUID()}.part`)
    try {
      const hsum = await this.#download(file, beside, signal)
      if (hsum !== file.hsum) {
        throw new SaltError('FILE_CHANGED', `salt://${file.path} of ${file.saltenv} does not have its hash`)
      }
      await rename(beside, path)
    } catch (error) {
      await rm(beside, { force: true })
      throw error
    }
  }

  async #download(file: HashedFile, path: string, signal: AbortSignal | undefined): Promise<string> {
    const hash = startHash(file.hash_type as HashType)
    const handle = await open(path, 'wx', 0o600)
    try {
      for await (const piece of pieces(this.#options.source, file, { signal })) {
        hash.update(piece)
        await handle.writeFile(piece)
      }
      return hash.digest('hex')
    } finally {
      await handle.close()
    }
  }
}

async function isCopyOf(path: string, { hash_type, hsum }: FileHash): Promise<boolean> {
  try {
    return (await hashFile(path, hash_type as HashType)) === hsum
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return false
    throw error
  }
}
