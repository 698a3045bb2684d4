// SPDX-License-Identifier: Apache-2.0
import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { messageOf, SaltError } from '@halite/core'
import { shownUrl, WebAccess } from './web-access.ts'

/** How a web server is reached, and how patient a download is. */
export interface DownloadSettings {
  /** Default: directly. */
  readonly access?: WebAccess
  /** Until the answer begins, and between two pieces of it. Default 30 s. */
  readonly idleMs?: number
  /** A download may take this long, and longer only as fast as the next says. Default 60 s. */
  readonly graceMs?: number
  /** Default 4096. */
  readonly minBytesPerSecond?: number
  /** Ends everything that is fetched with these settings; its reason is the error. */
  readonly ending?: AbortSignal | undefined
}

/**
 * Ends all that is fetched after `ms`, however steady the servers are, with an error that says so; 0 for never. Counts from
 * now, by a clock that nobody sets, and keeps no process alive.
 */
export function fetchLimit(ms: number): AbortSignal | undefined {
  if (ms <= 0) return undefined
  const abort = new AbortController()
  const error = new SaltError('UPDATE_UNREACHABLE', `the release was not fetched within ${ms / 1000} s`)
  // A longer timer would end at once.
  setTimeout(() => abort.abort(error), Math.min(ms, longestTimerMs)).unref()
  return abort.signal
}

const longestTimerMs = 2 ** 31 - 1

export interface DownloadOptions extends DownloadSettings {
  /** More bytes than these are refused. */
  readonly maxBytes: number
  readonly signal?: AbortSignal | undefined
  /** Called with the bytes received so far, and the length that the server named. */
  readonly onBytes?: (received: number, size: number | undefined) => void
}

/** What was asked for, as it comes. */
export interface Answer {
  /** Where it came from in the end. */
  readonly url: string
  readonly body: AsyncIterable<Uint8Array>
}

/**
 * Asks for `url` over HTTP or HTTPS and gives the answer piece by piece, within the limits. Rejects with
 * `UPDATE_UNREACHABLE` when the server cannot be reached, answers with an error or too slowly; with `UPDATE_INVALID` when it
 * sends too much.
 */
export async function download(url: string, options: DownloadOptions): Promise<Answer> {
  const { access = new WebAccess() } = options
  const limit = new Limit(shownUrl(url), options)
  try {
    const answer = await limit.within(access.get(url, limit.signal))
    if (answer.status < 200 || answer.status > 299)
      throw new SaltError('UPDATE_UNREACHABLE', `${shownUrl(url)} answered ${answer.status}`, {
        data: { status: answer.status },
      })
    return { url: answer.url, body: limit.pieces(answer.body, answer.size) }
  } catch (error) {
    const explained = limit.explain(error)
    limit.end()
    throw explained
  }
}

/** The whole answer. Rejects as `download` does. */
export async function downloadBytes(
  url: string,
  options: DownloadOptions,
): Promise<{ url: string; bytes: Buffer }> {
  const answer = await download(url, options)
  const pieces: Uint8Array[] = []
  for await (const piece of answer.body) pieces.push(piece)
  return { url: answer.url, bytes: Buffer.concat(pieces) }
}

/** Writes the answer to a new file. Rejects as `download` does, and with the system's error. */
export async function downloadFile(url: string, path: string, options: DownloadOptions): Promise<void> {
  const { body } = await download(url, options)
  await pipeline(Readable.from(body), createWriteStream(path, { flags: 'wx', mode: 0o600 }))
}

class Limit {
  readonly #url: string
  readonly #options: DownloadOptions
  readonly #abort = new AbortController()
  readonly #began = performance.now()
  #timer: NodeJS.Timeout | undefined

  constructor(url: string, options: DownloadOptions) {
    this.#url = url
    this.#options = options
  }

  get signal(): AbortSignal {
    const { signal, ending } = this.#options
    return AbortSignal.any([this.#abort.signal, signal, ending].filter((one) => one !== undefined))
  }

  async within<T>(work: Promise<T>): Promise<T> {
    this.#wait()
    try {
      return await work
    } finally {
      clearTimeout(this.#timer)
    }
  }

  async *pieces(body: AsyncIterable<Uint8Array>, size: number | undefined): AsyncGenerator<Uint8Array> {
    const { maxBytes, onBytes } = this.#options
    let received = 0
    try {
      if (size !== undefined && size > maxBytes) throw this.#tooMuch()
      this.#wait()
      for await (const piece of body) {
        received += piece.length
        if (received > maxBytes) throw this.#tooMuch()
        onBytes?.(received, size)
        yield piece
        this.#checkPace(received)
        this.#wait()
      }
      if (size !== undefined && received < size)
        throw new SaltError('UPDATE_UNREACHABLE', `${this.#url} broke off after ${received} of ${size} bytes`)
    } catch (error) {
      throw this.explain(error)
    } finally {
      clearTimeout(this.#timer)
      this.end()
    }
  }

  /** Nothing more of the answer is wanted. */
  end(): void {
    this.#abort.abort()
  }

  explain(error: unknown): unknown {
    if (error instanceof SaltError) return error
    const reasons = [this.#abort.signal, this.#options.ending].map((signal) => signal?.reason)
    const ended = reasons.find((reason) => reason instanceof SaltError)
    if (ended !== undefined) return ended
    const cause = error instanceof Error && error.cause !== undefined ? error.cause : error
    return new SaltError('UPDATE_UNREACHABLE', `${this.#url} cannot be fetched: ${messageOf(cause)}`, {
      cause: error,
    })
  }

  #wait(): void {
    clearTimeout(this.#timer)
    const { idleMs = 30_000 } = this.#options
    this.#timer = setTimeout(
      () => this.#abort.abort(this.#tooSlow(`sent nothing for ${idleMs / 1000} s`)),
      idleMs,
    )
  }

  #checkPace(received: number): void {
    const { graceMs = 60_000, minBytesPerSecond = 4096 } = this.#options
    const tookMs = performance.now() - this.#began
    if (tookMs > graceMs + (received / minBytesPerSecond) * 1000)
      throw this.#tooSlow(`sent ${received} bytes in ${Math.round(tookMs / 1000)} s`)
  }

  #tooSlow(what: string): SaltError {
    return new SaltError('UPDATE_UNREACHABLE', `${this.#url} ${what}`)
  }

  #tooMuch(): SaltError {
    return new SaltError('UPDATE_INVALID', `${this.#url} is larger than ${this.#options.maxBytes} bytes`)
  }
}
