// SPDX-License-Identifier: Apache-2.0
import {
  basicToken,
  proxyFor,
  SaltError,
  trustOf,
  type WebOptions,
  type Proxy as WebProxy,
} from '@halite/core'
import { Agent, type Dispatcher, ProxyAgent, request } from 'undici'

/** How often an answer may point elsewhere. */
const mostRedirects = 10
const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])
/** Without TCP's probes: each download has limits of its own, and Wine cannot ask for them before it is connected. */
const keepAlive = false

/** What a server answered in the end, as it was sent. */
export interface WebAnswer {
  /** Where it came from. */
  readonly url: string
  readonly status: number
  /** The length that the server announced. */
  readonly size: number | undefined
  readonly body: AsyncIterable<Uint8Array>
}

/** How web servers are reached: directly, or as the options of a minion say. Connections are kept for the next request. */
export class WebAccess {
  readonly #options: WebOptions | undefined
  #direct: Dispatcher | undefined
  #tunnel: Dispatcher | undefined

  /** Throws nothing; what is wrong with `options` is said when they are used. */
  constructor(options?: WebOptions) {
    this.#options = options
  }

  /**
   * Asks for `url`, and for what the answers point to. User and password in it are for its host alone. Rejects with
   * `UPDATE_UNREACHABLE` when an answer leads to what is not the web, or from an encrypted connection to one that is not; with
   * `CONFIG_INVALID`, and with the error of the connection.
   */
  async get(url: string, signal: AbortSignal): Promise<WebAnswer> {
    let at = webUrl(url)
    for (let hops = 0; hops <= mostRedirects; hops += 1) {
      const { statusCode, headers, body } = await this.#ask(at, signal)
      // It may break before somebody reads it, who is told then.
      body.on('error', () => undefined)
      const location = [headers['location']].flat()[0]
      if (!redirects.has(statusCode) || location === undefined) {
        const size = Number(headers['content-length'] ?? Number.NaN)
        return { url: at.href, status: statusCode, size: Number.isNaN(size) ? undefined : size, body }
      }
      await body.dump()
      at = redirected(at, location)
    }
    throw new SaltError('UPDATE_UNREACHABLE', `${shownUrl(url)} redirects more than ${mostRedirects} times`)
  }

  #ask(at: URL, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
    const proxy = this.#options && proxyFor(at.hostname, this.#options)
    // What is compared with a hash must arrive as it was stored.
    const headers: Record<string, string> = { host: at.host, 'accept-encoding': 'identity' }
    if (at.username !== '') headers['authorization'] = authorization(at)
    const path = `${at.pathname}${at.search}`
    if (proxy !== undefined && at.protocol === 'http:') return this.#askProxy(proxy, { at, headers, signal })
    const dispatcher = proxy === undefined ? this.#directly() : this.#through(proxy)
    return request(`${at.origin}${path}`, { dispatcher, headers, signal })
  }

  /** A proxy is asked for the whole URL; tunnels are for what is encrypted. */
  #askProxy(
    proxy: WebProxy,
    { at, headers, signal }: { at: URL; headers: Record<string, string>; signal: AbortSignal },
  ): Promise<Dispatcher.ResponseData> {
    const whole = new URL(at)
    whole.username = ''
    whole.password = ''
    const token = proxy.token === undefined ? {} : { 'proxy-authorization': proxy.token }
    return this.#directly().request({
      origin: new URL(proxy.url).origin,
      path: whole.href,
      method: 'GET',
      headers: { ...headers, ...token },
      signal,
    })
  }

  #directly(): Dispatcher {
    this.#direct ??= new Agent({ connect: { ...this.#trust(), keepAlive } })
    return this.#direct
  }

  #through({ url: uri, token }: WebProxy): Dispatcher {
    const tls = { requestTls: { ...this.#trust(), keepAlive }, proxyTls: { keepAlive } }
    this.#tunnel ??= new ProxyAgent({ uri, ...tls, ...(token === undefined ? {} : { token }) })
    return this.#tunnel
  }

  #trust(): object {
    return this.#options === undefined ? {} : trustOf(this.#options, true)
  }
}

/** A URL without its password, for people. */
export function shownUrl(url: string): string {
  return url.replace(/^(https?:\/\/)[^/?#]*@/i, '$1')
}

/** Throws `UPDATE_UNREACHABLE` when `to` is not the web, or not encrypted although `from`, which led to it, is. */
export function checkStep(from: string, to: string): void {
  const { protocol } = webUrl(to)
  if (protocol === 'https:' || !from.startsWith('https:')) return
  throw new SaltError(
    'UPDATE_UNREACHABLE',
    `${shownUrl(from)} leads to ${shownUrl(to)}, which is not encrypted`,
  )
}

function webUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url
  throw new SaltError('UPDATE_UNREACHABLE', `${shownUrl(text)} is no http or https URL`)
}

function redirected(at: URL, location: string): URL {
  if (!URL.canParse(location, at.href))
    throw new SaltError('UPDATE_UNREACHABLE', `${shownUrl(at.href)} redirects to what is no URL`)
  const next = new URL(location, at)
  checkStep(at.href, next.href)
  if (next.origin === at.origin && next.username === '') {
    next.username = at.username
    next.password = at.password
  }
  return next
}

function authorization({ username, password }: URL): string {
  return basicToken(decodeURIComponent(username), decodeURIComponent(password))
}
