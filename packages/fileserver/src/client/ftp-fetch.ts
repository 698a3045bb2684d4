// SPDX-License-Identifier: Apache-2.0
import { Writable } from 'node:stream'
import { isSaltError, messageOf, SaltError, type WebOptions } from '@halite/core'
import { Client } from 'basic-ftp'
import type { ExternalUrl } from './external-url.ts'
import type { PartialFile } from './fetching-directory.ts'
import type { Progress } from './transfers.ts'

/** What is fetched, and into what. */
export interface FtpFetch {
  readonly from: ExternalUrl
  readonly into: PartialFile
  readonly options: WebOptions
  readonly progress: Progress
}

/** How long a server may send nothing. */
const idleMs = 60_000

/** Fetches a file by FTP. Rejects with `FETCH_FAILED`, which names the URL and what the server says. */
export async function fetchFtp({ from, into, options, progress }: FtpFetch): Promise<void> {
  const { http_connect_timeout, http_request_timeout } = options
  const client = new Client(Math.min(idleMs, Math.max(1, http_connect_timeout * 1000)))
  let isLate = false
  const timer = setTimeout(() => {
    isLate = true
    client.close()
  }, http_request_timeout * 1000)
  const target = new FileWriter(into, { limit: options.http_max_body, from, progress })
  try {
    await client.access({
      host: from.url.hostname,
      port: Number(from.url.port || 21),
      ...(from.username === '' ? {} : { user: from.username, password: from.password }),
    })
    await client.downloadTo(target, decodeURIComponent(from.url.pathname).replace(/^\/+/, ''))
  } catch (error) {
    const reason = target.problem ?? error
    if (isSaltError(reason) || target.problem !== undefined) throw reason
    throw new SaltError(
      'FETCH_FAILED',
      `${from.shown} cannot be fetched: ${isLate ? `it takes longer than http_request_timeout (${http_request_timeout} s)` : messageOf(error)}`,
      { cause: error },
    )
  } finally {
    clearTimeout(timer)
    client.close()
  }
}

/** Writes what arrives into an open file. */
class FileWriter extends Writable {
  /** What went wrong here, rather than on the way. */
  problem: unknown
  readonly #into: PartialFile
  readonly #init: { readonly limit: number; readonly from: ExternalUrl; readonly progress: Progress }
  #done = 0

  constructor(
    into: PartialFile,
    init: { readonly limit: number; readonly from: ExternalUrl; readonly progress: Progress },
  ) {
    super()
    this.#into = into
    this.#init = init
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#store(chunk).then(
      () => done(),
      (error: unknown) => {
        this.problem = error
        done(error instanceof Error ? error : new Error(String(error)))
      },
    )
  }

  async #store(chunk: Buffer): Promise<void> {
    const { limit, from, progress } = this.#init
    if (this.#done + chunk.length > limit) {
      throw new SaltError(
        'FETCH_FAILED',
        `${from.shown} cannot be fetched: it has more than http_max_body (${limit}) bytes`,
      )
    }
    await this.#into.handle.writeFile(chunk)
    this.#done += chunk.length
    progress.at(this.#done)
  }
}
