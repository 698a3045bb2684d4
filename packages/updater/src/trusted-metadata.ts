// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { messageOf, SaltError, safeJoin } from '@halite/core'
import { type Fetcher, Updater } from 'tuf-js'
import { DownloadHTTPError, ExpiredMetadataError } from 'tuf-js/dist/error.js'
import { sha256 } from './digest.ts'
import { type DownloadSettings, downloadBytes, downloadFile } from './download.ts'
import { readIfThere, writeDurably } from './durable-file.ts'
import { shownUrl } from './web-access.ts'

/** No metadata file and no manifest is larger. */
const maxMetadataBytes = 5_000_000
const maxTargetBytes = 2 ** 30

/** What a download in its directory begins with. */
const downloadPrefix = 'target-'

/** Where a repository is, and what is known of it here. */
export interface TrustedMetadataInit {
  readonly url: string
  readonly trust: { readonly root: string; readonly directory: string }
  readonly settings?: DownloadSettings
}

/** The metadata of a signed repository (TUF), and its targets, checked against it. */
export class TrustedMetadata {
  readonly #base: string
  readonly #init: TrustedMetadataInit
  readonly #fetcher: LimitedFetcher
  #directory = ''
  #updater: Updater | undefined

  constructor(init: TrustedMetadataInit) {
    this.#init = init
    this.#base = init.url.replace(/\/+$/, '')
    this.#fetcher = new LimitedFetcher(init.settings ?? {})
  }

  /** The URL of a file below the targets. */
  urlOf(path: string): string {
    return `${this.#base}/targets/${path}`
  }

  /**
   * Walks the chain of roots, then reads timestamp, snapshot and targets. Rejects with `UPDATE_UNTRUSTED` when a signature
   * lacks, something is expired, or older than what was seen before; with `UPDATE_UNREACHABLE`.
   */
  async refresh(): Promise<void> {
    const directory = this.#prepare()
    await this.#guarded(async () => {
      this.#updater = new Updater({
        metadataDir: directory,
        metadataBaseUrl: `${this.#base}/metadata`,
        targetDir: join(directory, 'targets'),
        targetBaseUrl: `${this.#base}/targets`,
        fetcher: this.#fetcher,
        config: {
          rootMaxLength: maxMetadataBytes,
          targetsMaxLength: maxMetadataBytes,
        },
      })
      await this.#updater.refresh()
    })
  }

  /** The bytes of a small target. Rejects as `refresh` does. */
  async target(path: string): Promise<Buffer> {
    const file = safeJoin(join(this.#directory, 'targets'), path)
    await this.targetFile(path, file)
    const bytes = readFileSync(file)
    rmSync(file)
    return bytes
  }

  /** Puts a target into `file`, unless `signal` ends that. Rejects as `refresh` does, and with `UPDATE_NOT_FOUND`. */
  async targetFile(path: string, file: string, signal?: AbortSignal): Promise<void> {
    this.#fetcher.signal = signal
    await this.#guarded(async () => {
      const info = await this.#updater?.getTargetInfo(path)
      if (info === undefined)
        throw new SaltError(
          'UPDATE_NOT_FOUND',
          `the repository ${shownUrl(this.#base)} has no target ${path}`,
        )
      if (info.length > maxTargetBytes) throw new Error(`target ${path} has ${info.length} bytes`)
      await this.#updater?.downloadTarget(info, file)
    })
  }

  /**
   * The directory of what is known of the repository: one for each trusted root, so that another root, put there by hand, is the
   * one that counts. A damaged working copy of it is made again from the root that came with the program.
   */
  #prepare(): string {
    const { root, directory: all } = this.#init.trust
    const text = readIfThere(root)
    if (text === undefined || !isJson(text))
      throw new SaltError('UPDATE_UNTRUSTED', `there is no trusted root in ${root}`, {
        hint: 'Put the root.json of the repository there, or set update_verify to False to do without signatures.',
      })
    const directory = join(all, sha256().update(text).digest('hex').slice(0, 16))
    mkdirSync(join(directory, 'targets'), { recursive: true, mode: 0o700 })
    clearDownloads(directory)
    const copy = join(directory, 'root.json')
    if (!isJson(readIfThere(copy))) writeDurably(copy, text)
    this.#directory = directory
    this.#fetcher.work = directory
    return directory
  }

  /** Only a clock can say whether somebody keeps news from us: that of this machine, which may be wrong. */
  #expired(cause: ExpiredMetadataError): SaltError {
    const now = new Date().toISOString().replace(/\.\d+Z$/, 'Z')
    const what = `the repository ${shownUrl(this.#base)} is not trusted: ${messageOf(cause)}; it is ${now} here`
    return new SaltError('UPDATE_UNTRUSTED', what, {
      cause,
      hint: 'If that is not the time, set the clock; else its publisher has to run `halite-repo publish` again.',
    })
  }

  /** Of what was thrown within, whatever it is, the first of ours says what happened. */
  async #guarded(work: () => Promise<void>): Promise<void> {
    this.#fetcher.fault = undefined
    try {
      await work()
    } catch (error) {
      if (error instanceof SaltError) throw error
      if (this.#fetcher.fault !== undefined) throw this.#fetcher.fault
      if (error instanceof ExpiredMetadataError) throw this.#expired(error)
      throw new SaltError(
        'UPDATE_UNTRUSTED',
        `the repository ${shownUrl(this.#base)} is not trusted: ${messageOf(error)}`,
        { cause: error },
      )
    }
  }
}

/** What tuf-js fetches with: our limits, and the fault it hides. */
class LimitedFetcher implements Fetcher {
  readonly #settings: DownloadSettings
  /** Where files are fetched to. */
  work = ''
  fault: SaltError | undefined
  /** Ends the fetch under way. */
  signal: AbortSignal | undefined

  constructor(settings: DownloadSettings) {
    this.#settings = settings
  }

  downloadFile<T>(url: string, maxLength: number, handler: (file: string) => Promise<T>): Promise<T> {
    return this.#noted(url, async () => {
      const folder = mkdtempSync(join(this.work, downloadPrefix))
      try {
        const file = join(folder, 'file')
        await downloadFile(url, file, { ...this.#settings, maxBytes: maxLength, signal: this.signal })
        return await handler(file)
      } finally {
        rmSync(folder, { recursive: true, force: true })
      }
    })
  }

  downloadBytes(url: string, maxLength: number): Promise<Buffer> {
    return this.#noted(
      url,
      async () =>
        (await downloadBytes(url, { ...this.#settings, maxBytes: maxLength, signal: this.signal })).bytes,
    )
  }

  /** A file that is not there is an answer: the chain of roots ends with one. */
  async #noted<T>(url: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      const status = error instanceof SaltError ? error.data?.['status'] : undefined
      if ((status === 403 || status === 404) && /\.root\.json$/.test(url))
        throw new DownloadHTTPError(messageOf(error), status)
      if (error instanceof SaltError) this.fault ??= error
      throw error
    }
  }
}

/** What a process that was killed was about to fetch or write. Whoever refreshes holds the lock of the application. */
function clearDownloads(directory: string): void {
  for (const name of readdirSync(directory))
    if (name.startsWith(downloadPrefix) || name.endsWith('.tmp'))
      rmSync(join(directory, name), { recursive: true, force: true })
}

function isJson(text: string | undefined): boolean {
  try {
    const value: unknown = JSON.parse(text ?? '')
    return typeof value === 'object' && value !== null
  } catch {
    return false
  }
}
