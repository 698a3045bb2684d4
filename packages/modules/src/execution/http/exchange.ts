// SPDX-License-Identifier: Apache-2.0
import { promisify } from 'node:util'
import { brotliDecompress, gunzip, inflate, inflateRaw } from 'node:zlib'
import { proxyFor, SaltError, trustOf, type WebOptions } from '@halite/core'
import { Agent, type Dispatcher, ProxyAgent, request } from 'undici'
import type { WebRequest } from './request.ts'

/** How a server is reached, and how long it may take. */
export interface Reach {
  readonly options: WebOptions
  readonly verifySsl: boolean
  /** Certificate of our own, and its key. */
  readonly identity?: { readonly cert: Buffer; readonly key: Buffer } | undefined
  readonly signal: AbortSignal
}

/** What a server answered. */
export interface Answer {
  readonly status: number
  /** By name, in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** Without its content encoding. */
  readonly body: Buffer
}

const maxRedirects = 5
const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])

/**
 * Sends a request, follows where the answers point to, and gives the last answer. Rejects when there is none, with the error
 * of the system or of the library, and with `FETCH_FAILED` for one that is too large.
 */
export async function exchange(first: WebRequest, reach: Reach): Promise<Answer> {
  let next = first
  for (let hops = 0; ; hops += 1) {
    const dispatcher = dispatcherFor(next.url, reach)
    try {
      const answer = await ask(next, dispatcher, reach)
      const location = textOf(answer.headers['location'])
      if (!redirects.has(answer.statusCode) || location === '' || hops === maxRedirects) {
        return await readWhole(answer, reach.options.http_max_body)
      }
      await answer.body.dump()
      next = redirected(next, answer.statusCode, location)
    } finally {
      await dispatcher.destroy()
    }
  }
}

function dispatcherFor({ hostname, protocol }: URL, { options, verifySsl, identity }: Reach): Dispatcher {
  const proxy = proxyFor(hostname, options)
  const trust = { ...trustOf(options, verifySsl), ...identity }
  const connectTimeout = options.http_connect_timeout * 1000
  const timeouts = { connectTimeout, headersTimeout: 0, bodyTimeout: 0 }
  // No probes of TCP: each exchange has a time limit of its own, and Wine cannot ask for them before it is connected.
  const connect = { ...trust, keepAlive: false }
  if (proxy === undefined || protocol === 'http:') {
    return new Agent({ ...timeouts, connect: { ...connect, timeout: connectTimeout } })
  }
  const token = proxy.token === undefined ? {} : { token: proxy.token }
  return new ProxyAgent({
    uri: proxy.url,
    requestTls: connect,
    proxyTls: { keepAlive: false },
    ...timeouts,
    ...token,
  })
}

/** A proxy is asked for the whole URL of what is not sealed. */
function ask({ url, method, headers, body }: WebRequest, dispatcher: Dispatcher, { options, signal }: Reach) {
  const proxy = url.protocol === 'http:' ? proxyFor(url.hostname, options) : undefined
  const sent = { method: method as Dispatcher.HttpMethod, body: body ?? null, signal, dispatcher }
  if (proxy === undefined) return request(url, { ...sent, headers })
  const token = proxy.token === undefined ? {} : { 'proxy-authorization': proxy.token }
  return dispatcher.request({
    ...sent,
    origin: new URL(proxy.url).origin,
    path: url.href,
    headers: { ...headers, host: url.host, ...token },
  })
}

/** What is asked next. User and password are for the host they were given for. */
function redirected(from: WebRequest, status: number, location: string): WebRequest {
  if (!URL.canParse(location, from.url.href)) {
    throw new SaltError('FETCH_FAILED', `${from.url.host} redirects to what is no URL: ${location}`)
  }
  const url = new URL(location, from.url)
  if (!['http:', 'https:'].includes(url.protocol)) {
    throw new SaltError('FETCH_FAILED', `${from.url.host} redirects to ${url.protocol}//`)
  }
  url.username = ''
  url.password = ''
  const { authorization, cookie, ...others } = from.headers
  const isSame = url.origin === from.url.origin
  const headers = isSame ? from.headers : others
  const becomesGet = status === 303 ? from.method !== 'HEAD' : status < 303 && from.method === 'POST'
  return becomesGet
    ? { url, method: 'GET', headers: withoutBody(headers), body: undefined }
    : { ...from, url, headers }
}

function withoutBody(headers: WebRequest['headers']): WebRequest['headers'] {
  const { 'content-type': _type, 'content-length': _length, ...others } = headers
  return others
}

async function readWhole(
  { statusCode, headers, body }: Dispatcher.ResponseData,
  limit: number,
): Promise<Answer> {
  const pieces: Buffer[] = []
  let size = 0
  for await (const piece of body as AsyncIterable<Buffer>) {
    size += piece.length
    if (size > limit) throw tooLarge(limit)
    pieces.push(piece)
  }
  const texts = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), textOf(value)] as const)
  const all: Record<string, string> = Object.fromEntries(texts)
  const whole = await expanded(Buffer.concat(pieces), all['content-encoding'] ?? '', limit)
  return { status: statusCode, headers: all, body: whole }
}

/** The body without its encoding, within the same limit. */
async function expanded(body: Buffer, coding: string, limit: number): Promise<Buffer> {
  if (body.length === 0) return body
  const maxOutputLength = Math.min(limit, 2 ** 31)
  if (coding === 'gzip' || coding === 'x-gzip') return promisify(gunzip)(body, { maxOutputLength })
  if (coding === 'br') return promisify(brotliDecompress)(body, { maxOutputLength })
  if (coding !== 'deflate') return body
  // Servers disagree on what the word means.
  const isWrapped = ((body[0] ?? 0) & 0x0f) === 8
  return promisify(isWrapped ? inflate : inflateRaw)(body, { maxOutputLength })
}

function textOf(value: string | string[] | undefined): string {
  return Array.isArray(value) ? value.join(',') : (value ?? '')
}

function tooLarge(limit: number): SaltError {
  return new SaltError('FETCH_FAILED', `the answer has more than http_max_body (${limit}) bytes`)
}
