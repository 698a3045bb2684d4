// SPDX-License-Identifier: Apache-2.0
import { copyFile } from 'node:fs/promises'
import {
  diskReason,
  type FetchedFile,
  isSaltError,
  SaltError,
  type Saltenv,
  type SaltPath,
  systemCodeOf,
} from '@halite/core'
import type { FileName, FileSource, HashedFile } from '../file-source.ts'
import { type HashType, hashBytes } from '../hash-file.ts'
import { pieces } from '../pieces.ts'
import type { CachePlaces } from './cache-places.ts'
import type { FetchingDirectory, PartialFile } from './fetching-directory.ts'
import type { Hasher } from './hasher.ts'
import type { Transfers } from './transfers.ts'
import type { VerifiedCopies } from './verified-copies.ts'

/** What the files of `salt://` are made of. */
export interface SaltFilesInit {
  readonly source: FileSource
  readonly places: CachePlaces
  readonly fetching: FetchingDirectory
  readonly hasher: Hasher
  readonly copies: VerifiedCopies
  readonly transfers: Transfers
}

/** Bytes that are hashed as they arrive, without another thread. */
const smallBytes = 512 * 1024
/** How often a file that changes while it is fetched is fetched again. */
const maxTries = 4
/** Files of a tree that are fetched at a time. */
const atOnce = 32
/** Files of a tree that are looked at in one turn of the loop. */
const looksInATurn = 256

/** Files of `salt://` and their copies in the cache: each copy is whole, and has the hash that its server says. */
export class SaltFiles {
  readonly #init: SaltFilesInit
  /** Fetches under way, by place and hash: who wants the same waits for them. */
  readonly #running = new Map<string, Promise<void>>()

  constructor(init: SaltFilesInit) {
    this.#init = init
  }

  /** The path of a copy that is up to date; undefined when there is no such file. */
  cachedCopy(name: FileName): Promise<string | undefined> {
    return this.#unlessChanged(name, (file) => this.#copyOf(file))
  }

  /** A file of its own for the caller; undefined when there is no such file. */
  privateCopy(name: FileName): Promise<FetchedFile | undefined> {
    const { fetching, places, copies } = this.#init
    return this.#unlessChanged(name, async (file) => {
      if (file.localPath !== undefined) return { path: file.localPath, own: false }
      const place = places.salt(file.saltenv, file.path)
      if (copies.see(place, file) === true) return { path: place, own: false }
      try {
        return { path: await fetching.write((partial) => this.#fill(file, partial)), own: true }
      } catch (error) {
        throw placed(error, urlOf(file), places.fetching)
      }
    })
  }

  /** The paths of copies of all these files, in their order. */
  async cachedTree(files: readonly HashedFile[]): Promise<string[]> {
    const copies: string[] = []
    const missing: number[] = []
    const places = new Map<Saltenv, (path: SaltPath) => string>()
    for (const [index, file] of files.entries()) {
      if (index % looksInATurn === looksInATurn - 1) await new Promise((resolve) => setImmediate(resolve))
      const placeOf = places.get(file.saltenv) ?? this.#init.places.saltMany(file.saltenv)
      places.set(file.saltenv, placeOf)
      const place = file.localPath ?? placeOf(file.path)
      copies.push(place)
      if (file.localPath === undefined && this.#init.copies.see(place, file) !== true) missing.push(index)
    }
    await eachOf(missing, async (index) => {
      const file = files[index]
      if (file !== undefined) copies[index] = (await this.#copyOrNewer(file)) ?? ''
    })
    return copies.filter((path) => path !== '')
  }

  /** A file of a tree may have changed, or gone, since the tree was listed. */
  async #copyOrNewer(file: HashedFile): Promise<string | undefined> {
    try {
      return await this.#copyOf(file)
    } catch (error) {
      if (!isSaltError(error, 'FILE_CHANGED')) throw error
      return this.cachedCopy(file)
    }
  }

  async #unlessChanged<T>(name: FileName, use: (file: HashedFile) => Promise<T>): Promise<T | undefined> {
    for (let tries = 1; ; tries += 1) {
      const file = await this.#init.source.findHashed(name)
      if (file === undefined) return undefined
      try {
        return await use(file)
      } catch (error) {
        if (tries === maxTries || !isSaltError(error, 'FILE_CHANGED')) throw error
      }
    }
  }

  async #copyOf(file: HashedFile): Promise<string> {
    if (file.localPath !== undefined) return file.localPath
    const { places, copies } = this.#init
    const place = places.salt(file.saltenv, file.path)
    await this.#once(`${place}\0${file.hsum}`, async () => {
      if (!(await copies.isCopy(place, file))) await this.#fetch(file, place)
    })
    return place
  }

  #once(key: string, run: () => Promise<void>): Promise<void> {
    const running = this.#running.get(key)
    if (running !== undefined) return running
    const started = run().finally(() => this.#running.delete(key))
    this.#running.set(key, started)
    return started
  }

  async #fetch(file: HashedFile, place: string): Promise<void> {
    const { fetching, copies } = this.#init
    try {
      await fetching.put(place, (partial) => this.#fill(file, partial))
    } catch (error) {
      throw placed(error, urlOf(file), place)
    }
    copies.add(place, file)
  }

  /** Writes the content of a file, and checks it. Rejects with `FILE_CHANGED` when it has another hash than was said. */
  async #fill(file: HashedFile, partial: PartialFile): Promise<void> {
    const isSmall = file.size <= smallBytes
    const hsum = await (isSmall ? this.#fillAtOnce(file, partial) : this.#fillInPieces(file, partial))
    if (hsum === file.hsum) return
    throw new SaltError('FILE_CHANGED', `${urlOf(file)} does not have the hash that its server names`)
  }

  async #fillAtOnce(file: HashedFile, { handle }: PartialFile): Promise<string> {
    const arrived: Uint8Array[] = []
    for await (const piece of pieces(this.#init.source, file)) arrived.push(piece)
    const bytes = arrived.length === 1 && arrived[0] !== undefined ? arrived[0] : Buffer.concat(arrived)
    await handle.writeFile(bytes)
    return hashBytes(bytes, file.hash_type as HashType)
  }

  async #fillInPieces(file: HashedFile, { handle }: PartialFile): Promise<string> {
    const { hasher, transfers, source } = this.#init
    const progress = transfers.begin(urlOf(file), file.size)
    const growing = hasher.write(handle, file.hash_type as HashType)
    try {
      let done = 0
      for await (const piece of pieces(source, file)) {
        done += piece.length
        await growing.write(piece)
        progress.at(done)
      }
      return await growing.digest()
    } catch (error) {
      await growing.drop()
      throw error
    } finally {
      progress.end()
    }
  }
}

/** What went wrong while something was put into the cache: names the URL and the place. */
export function placed(error: unknown, url: string, place: string): unknown {
  const reason = diskReason(error)
  if (isSaltError(error) || reason === undefined) return error
  return new SaltError('FILE_NOT_KEPT', `${url} cannot be kept as ${place}: ${reason}`, {
    cause: error,
    hint: hintOf(systemCodeOf(error)),
  })
}

function hintOf(code: string | undefined): string {
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return 'Make room on the disk of cachedir, or clear the cache with saltutil.clear_cache.'
  return 'Check the owner and mode of cachedir, and how its file system is mounted.'
}

/** A name for people. */
export function urlOf({ path, saltenv }: { readonly path: string; readonly saltenv: Saltenv }): string {
  return saltenv === 'base' ? `salt://${path}` : `salt://${path}?saltenv=${saltenv}`
}

/** Copies a file of this machine into a file of the caller's own. */
export async function copyInto(path: string, { path: to }: PartialFile): Promise<void> {
  await copyFile(path, to)
}

async function eachOf(items: readonly number[], run: (item: number) => Promise<void>): Promise<void> {
  const left = items.values()
  const worker = async () => {
    for (const item of left) await run(item)
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker))
}
