// SPDX-License-Identifier: Apache-2.0
import { setTimeout as delay } from 'node:timers/promises'
import { basicToken, isSaltError, proxyFor, trustOf, type WebOptions } from '@halite/core'
import { Agent, type Dispatcher, ProxyAgent, request } from 'undici'
import { type ExternalUrl, parseExternal } from './external-url.ts'
import type { PartialFile } from './fetching-directory.ts'
import type { Progress } from './transfers.ts'
import { answerText, failed, idleMs, isOfDisk, reasonOf, tooLarge } from './web-errors.ts'
import { writeAll } from './write-all.ts'

/** What is fetched, and into what. */
export interface WebFetch {
  readonly from: ExternalUrl
  readonly into: PartialFile
  readonly options: WebOptions
  /** Whether the server has to prove who it is. */
  readonly verifySsl: boolean
  /** ETag of a copy that is there: what still has it is not sent again. */
  readonly etag?: string | undefined
  readonly progress: Progress
}

/** What came of it. */
export interface WebResult {
  /** The copy is still what the server has; nothing was written. */
  readonly isSame: boolean
  readonly etag: string | undefined
}

type Answer = Dispatcher.ResponseData

const maxRedirects = 10

/** How often in a row a transfer that broke goes on where it stopped, and brings nothing. */
const maxResumes = 5

/** Before a transfer that brought nothing goes on. */
const pauseMs = 100

/**
 * Fetches what a URL of the web names. Rejects with `FETCH_FAILED`, which names the URL and what came of it, with the system's
 * error when it cannot be written, and with `CONFIG_INVALID`.
 */
export async function fetchWeb(fetch: WebFetch): Promise<WebResult> {
  const { options, from } = fetch
  const limit = AbortSignal.timeout(Math.max(1, options.http_request_timeout * 1000))
  const transfer = new WebTransfer(fetch, limit)
  try {
    return await transfer.run()
  } catch (error) {
    if (isSaltError(error) || isOfDisk(error)) throw error
    if (limit.aborted)
      throw failed(
        from.shown,
        `it takes longer than http_request_timeout (${options.http_request_timeout} s)`,
        error,
      )
    throw failed(from.shown, reasonOf(error, { options, total: transfer.total }), error)
  }
}

class WebTransfer {
  readonly #fetch: WebFetch
  readonly #limit: AbortSignal
  /** Bytes that are written. */
  #done = 0
  /** Bytes of the whole, where the server has announced them. */
  #total: number | undefined
  /** What says that the server still has the same, when a transfer goes on. */
  #validator: string | undefined

  constructor(fetch: WebFetch, limit: AbortSignal) {
    this.#fetch = fetch
    this.#limit = limit
  }

  get total(): number | undefined {
    return this.#total
  }

  async run(): Promise<WebResult> {
    for (let vain = 0; ; ) {
      const before = this.#done
      try {
        return await this.#once()
      } catch (error) {
        const isBroken = !isSaltError(error) && !isOfDisk(error) && !this.#limit.aborted
        vain = this.#done === before ? vain + 1 : 0
        if (!isBroken || this.#validator === undefined || vain > maxResumes) throw error
        if (vain > 0) await delay(pauseMs * vain, undefined, { signal: this.#limit })
      }
    }
  }

  async #once(): Promise<WebResult> {
    const dispatchers: Dispatcher[] = []
    try {
      const answer = await this.#follow(dispatchers)
      const etag = headerOf(answer, 'etag')
      if (answer.statusCode === 304 && this.#fetch.etag !== undefined) {
        await answer.body.dump()
        return { isSame: true, etag: this.#fetch.etag }
      }
      await this.#begin(answer)
      this.#validator = etag?.startsWith('W/') ? undefined : (etag ?? headerOf(answer, 'last-modified'))
      await this.#receive(answer)
      return { isSame: false, etag }
    } finally {
      await Promise.all(dispatchers.map((each) => each.destroy()))
    }
  }

  /** Asks, and asks where the answer points to. */
  async #follow(dispatchers: Dispatcher[]): Promise<Answer> {
    let at = this.#fetch.from
    for (let hops = 0; hops <= maxRedirects; hops += 1) {
      const answer = await this.#ask(at, dispatchers)
      // It may break before somebody reads it, who then is told.
      answer.body.on('error', () => undefined)
      const location = headerOf(answer, 'location')
      if (![301, 302, 303, 307, 308].includes(answer.statusCode) || location === undefined) return answer
      await answer.body.dump()
      at = redirected(at, location, this.#fetch.from.shown)
    }
    throw failed(this.#fetch.from.shown, `the server redirects more than ${maxRedirects} times`)
  }

  #ask(at: ExternalUrl, dispatchers: Dispatcher[]): Promise<Answer> {
    const { options, verifySsl } = this.#fetch
    const proxy = proxyFor(at.url.hostname, options)
    const trust = trustOf(options, verifySsl)
    const timeouts = {
      headersTimeout: idleMs,
      bodyTimeout: idleMs,
      connectTimeout: options.http_connect_timeout * 1000,
    }
    // No probes of TCP: a server that falls silent is left after `idleMs`, and Wine cannot ask for them before it is connected.
    const isTunnelled = proxy !== undefined && at.scheme === 'https'
    const dispatcher = isTunnelled
      ? new ProxyAgent({
          uri: proxy.url,
          requestTls: { ...trust, keepAlive: false },
          proxyTls: { keepAlive: false },
          ...timeouts,
          ...(proxy.token && { token: proxy.token }),
        })
      : new Agent({ ...timeouts, connect: { ...trust, timeout: timeouts.connectTimeout, keepAlive: false } })
    dispatchers.push(dispatcher)
    const headers = this.#headers(at)
    const signal = this.#limit
    if (proxy === undefined || isTunnelled) return request(at.url, { dispatcher, headers, signal })
    // A proxy is asked for the whole URL; tunnels are for what is sealed.
    const { origin } = new URL(proxy.url)
    return dispatcher.request({
      origin,
      path: at.url.href,
      method: 'GET',
      headers: { ...headers, host: at.url.host, ...(proxy.token && { 'proxy-authorization': proxy.token }) },
      signal,
    })
  }

  #headers({ username, password }: ExternalUrl): Record<string, string> {
    const { options, etag } = this.#fetch
    const headers: Record<string, string> = {
      'user-agent': options.user_agent,
      accept: '*/*',
      'accept-encoding': 'identity',
    }
    if (username !== '') headers['authorization'] = basicToken(username, password)
    if (this.#done > 0 && this.#validator !== undefined) {
      headers['range'] = `bytes=${this.#done}-`
      headers['if-range'] = this.#validator
    } else if (etag !== undefined) headers['if-none-match'] = etag
    return headers
  }

  /** What the answer says before its content: that there is none, or where in the file it begins. */
  async #begin(answer: Answer): Promise<void> {
    const { from, into } = this.#fetch
    if (answer.statusCode === 206 && this.#done > 0) {
      const start = /^bytes (\d+)-/.exec(headerOf(answer, 'content-range') ?? '')?.[1]
      if (Number(start) === this.#done) return
      throw failed(from.shown, 'the server sends another part than it was asked for')
    }
    if (answer.statusCode !== 200) {
      await answer.body.dump().catch(() => undefined)
      throw failed(from.shown, answerText(answer.statusCode))
    }
    this.#done = 0
    await into.handle.truncate(0)
  }

  async #receive({ body, headers }: Answer): Promise<void> {
    const { into, from, options, progress } = this.#fetch
    const length = Number(headers['content-length'] ?? Number.NaN)
    const total = Number.isFinite(length) ? this.#done + length : undefined
    this.#total = total
    if (total !== undefined && total > options.http_max_body)
      throw tooLarge(from.shown, options.http_max_body)
    for await (const chunk of body as AsyncIterable<Buffer>) {
      if (this.#done + chunk.length > options.http_max_body) throw tooLarge(from.shown, options.http_max_body)
      await writeAll(into.handle, chunk, this.#done)
      this.#done += chunk.length
      progress.at(this.#done, total)
    }
    if (total !== undefined && this.#done < total)
      throw new Error(`the server sent ${this.#done} bytes of the ${total} that it announced`)
  }
}

/** Who is asked next. User and password are for the host they were given for. */
function redirected(at: ExternalUrl, location: string, shown: string): ExternalUrl {
  if (!URL.canParse(location, at.url.href)) throw failed(shown, 'the server redirects to what is no URL')
  const url = new URL(location, at.url)
  if (!/^https?:$/.test(url.protocol)) throw failed(shown, `the server redirects to ${url.protocol}//`)
  const next = parseExternal(url.href)
  if (next.username !== '' || next.url.origin !== at.url.origin) return next
  return { ...next, username: at.username, password: at.password }
}

function headerOf({ headers }: Answer, name: string): string | undefined {
  const value = headers[name]
  return Array.isArray(value) ? value[0] : value
}
