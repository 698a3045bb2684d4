// SPDX-License-Identifier: Apache-2.0
import { existsSync, readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import {
  type FetchedFile,
  type FetchQuery,
  SaltError,
  type Saltenv,
  systemCodeOf,
  type WebOptions,
  writeFileAtomicAsync,
} from '@halite/core'
import type { HashType } from '../hash-file.ts'
import type { CachePlaces } from './cache-places.ts'
import { type ExternalUrl, parseExternal } from './external-url.ts'
import type { FetchingDirectory, PartialFile } from './fetching-directory.ts'
import type { Hasher } from './hasher.ts'
import { placed } from './salt-files.ts'
import type { Progress, Transfers } from './transfers.ts'
import type { WebResult } from './web-fetch.ts'

/** What the files of other servers are made of. */
export interface ExternalFilesInit {
  readonly places: CachePlaces
  readonly fetching: FetchingDirectory
  readonly hasher: Hasher
  readonly transfers: Transfers
  readonly options: WebOptions
}

/** How something is fetched. */
export interface ExternalQuery extends FetchQuery {
  readonly saltenv: Saltenv
}

const hashTypes: Readonly<Record<number, HashType>> = {
  32: 'md5',
  40: 'sha1',
  56: 'sha224',
  64: 'sha256',
  96: 'sha384',
  128: 'sha512',
}

/** Files of web and FTP servers, and their copies in the cache. */
export class ExternalFiles {
  readonly #init: ExternalFilesInit
  readonly #running = new Map<string, Promise<string>>()

  constructor(init: ExternalFilesInit) {
    this.#init = init
  }

  /** The path of a copy as the server has it now, or of one that has the hash. Rejects with `FETCH_FAILED`. */
  cachedCopy(text: string, query: ExternalQuery): Promise<string> {
    const url = parseExternal(text)
    const place = this.#init.places.external(query.saltenv, text)
    const key = JSON.stringify([
      place,
      query.sourceHash,
      query.verifySsl,
      query.useEtag,
      url.username,
      url.password,
    ])
    const running = this.#running.get(key)
    if (running !== undefined) return running
    const started = this.#copy(url, place, query).finally(() => this.#running.delete(key))
    this.#running.set(key, started)
    return started
  }

  /** A file of its own for the caller. Rejects with `FETCH_FAILED`. */
  async privateCopy(text: string, query: ExternalQuery): Promise<FetchedFile> {
    const url = parseExternal(text)
    const { fetching, places } = this.#init
    const fill = async (partial: PartialFile) => void (await this.#fetch(url, { into: partial, query }))
    try {
      return { path: await fetching.write(fill), own: true }
    } catch (error) {
      throw placed(error, url.shown, places.fetching)
    }
  }

  async #copy(url: ExternalUrl, place: string, query: ExternalQuery): Promise<string> {
    const { hasher, fetching } = this.#init
    if (query.sourceHash !== undefined && (await hasHash(hasher, place, query.sourceHash))) return place
    const etagPath = `${place}.etag`
    const etag = query.useEtag === true && existsSync(place) ? textAt(etagPath) : undefined
    try {
      const result = await this.#intoPlace(place, (into) => this.#fetch(url, { into, query, etag }), fetching)
      if (result.isSame) return place
      if (result.etag === undefined) await rm(etagPath, { force: true })
      else await writeFileAtomicAsync(etagPath, result.etag, { mode: 0o600, durable: false })
      return place
    } catch (error) {
      throw placed(error, url.shown, place)
    }
  }

  /** Puts what was fetched at its place; nothing when the copy that is there is still good. */
  async #intoPlace(
    place: string,
    fetch: (into: PartialFile) => Promise<WebResult>,
    fetching: FetchingDirectory,
  ): Promise<WebResult> {
    let result: WebResult = { isSame: true, etag: undefined }
    try {
      await fetching.put(place, async (into) => {
        result = await fetch(into)
        if (result.isSame) throw unchanged
      })
    } catch (error) {
      if (error !== unchanged) throw error
    }
    return result
  }

  async #fetch(
    from: ExternalUrl,
    { into, query, etag }: { into: PartialFile; query: ExternalQuery; etag?: string | undefined },
  ): Promise<WebResult> {
    const { options, transfers } = this.#init
    const progress: Progress = transfers.begin(from.shown)
    try {
      // What speaks to the web takes time to load, and most minions never do.
      if (from.scheme === 'ftp') {
        const { fetchFtp } = await import('./ftp-fetch.ts')
        await fetchFtp({ from, into, options, progress })
        return { isSame: false, etag: undefined }
      }
      const { fetchWeb } = await import('./web-fetch.ts')
      return await fetchWeb({ from, into, options, etag, progress, verifySsl: query.verifySsl ?? true })
    } finally {
      progress.end()
    }
  }
}

/** Ends the writing of a file that is not wanted. */
const unchanged = new Error('the copy is still what the server has')

async function hasHash(hasher: Hasher, path: string, sourceHash: string): Promise<boolean> {
  const wanted = sourceHash
    .slice(sourceHash.lastIndexOf('=') + 1)
    .trim()
    .toLowerCase()
  const type = hashTypes[wanted.length]
  if (type === undefined || !/^[0-9a-f]+$/.test(wanted)) {
    throw new SaltError('ARGUMENTS_INVALID', `source_hash '${sourceHash}' is no hash`, {
      hint: 'Give it in hex, as sha256sum prints it.',
    })
  }
  try {
    return (await hasher.hashFile(path, type)) === wanted
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return false
    throw error
  }
}

function textAt(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim() || undefined
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return undefined
    throw error
  }
}
