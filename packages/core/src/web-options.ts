// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs'
import { messageOf, SaltError } from './errors.ts'
import type { MinionOptions } from './options/rows.ts'

/** The options of a minion that say how the web is reached. */
export type WebOptions = Pick<
  MinionOptions,
  | 'http_connect_timeout'
  | 'http_request_timeout'
  | 'http_max_body'
  | 'proxy_host'
  | 'proxy_port'
  | 'proxy_username'
  | 'proxy_password'
  | 'no_proxy'
  | 'verify_ssl'
  | 'ca_bundle'
  | 'user_agent'
>

/** A proxy, as a URL, and what it is told of who asks. */
export interface Proxy {
  readonly url: string
  /** Value of the header `proxy-authorization`. */
  readonly token?: string
}

/** The proxy by which a host is reached; undefined for none. Throws `CONFIG_INVALID` when its port is missing. */
export function proxyFor(hostname: string, options: WebOptions): Proxy | undefined {
  const { proxy_host, proxy_port, proxy_username, proxy_password, no_proxy } = options
  if (proxy_host === '' || no_proxy.some((name) => isWithin(hostname, name))) return undefined
  if (proxy_port === 0)
    throw new SaltError('CONFIG_INVALID', `proxy_host is ${proxy_host}, and proxy_port is not set`)
  const url = `http://${proxy_host}:${proxy_port}`
  if (proxy_username === '') return { url }
  return { url, token: basicToken(proxy_username, proxy_password) }
}

/** What servers have to prove. Throws `CONFIG_INVALID` when `ca_bundle` cannot be read. */
export function trustOf(
  { verify_ssl, ca_bundle }: WebOptions,
  verifySsl: boolean,
): { readonly rejectUnauthorized: boolean; readonly ca?: Buffer } {
  if (!verify_ssl || !verifySsl) return { rejectUnauthorized: false }
  if (ca_bundle === '') return { rejectUnauthorized: true }
  try {
    return { rejectUnauthorized: true, ca: readFileSync(ca_bundle) }
  } catch (cause) {
    throw new SaltError('CONFIG_INVALID', `ca_bundle ${ca_bundle} cannot be read: ${messageOf(cause)}`, {
      cause,
    })
  }
}

/** The value of a header that names a user with a password. */
export function basicToken(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
}

/** A name stands for itself and for what lies below it; `*` for all. */
function isWithin(hostname: string, name: string): boolean {
  if (name === '*') return true
  const domain = name.replace(/^\*?\./, '')
  return hostname === domain || hostname.endsWith(`.${domain}`)
}
