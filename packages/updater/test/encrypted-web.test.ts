// SPDX-License-Identifier: Apache-2.0
/** The web as it is used in the field: over TLS, to other hosts, and through a proxy that opens tunnels. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { WebOptions } from '@halite/core'
import { FrozenApp, SignedRepository, WebAccess } from '@halite/updater'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { serverIdentity } from '../../../test/integration/fixtures/server-identity.ts'
import { downloadBytes } from '../src/download.ts'
import { SignedApp } from './support/signed-app.ts'

type Answer = (response: ServerResponse, path: string) => void

interface Host {
  readonly url: string
  readonly asked: IncomingMessage['headers'][]
}

const servers: Server[] = []
const sockets = new Set<Socket>()
let work: string
let options: Partial<WebOptions>

beforeEach(() => {
  work = mkdtempSync(join(tmpdir(), 'halite-tls-'))
  const ca_bundle = join(work, 'ca.pem')
  writeFileSync(ca_bundle, serverIdentity.cert)
  const proxy = { proxy_host: '', proxy_port: 0, proxy_username: '', proxy_password: '', no_proxy: [] }
  options = { ...proxy, verify_ssl: true, ca_bundle }
})

afterEach(() => {
  for (const socket of sockets) socket.destroy()
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
  rmSync(work, { recursive: true })
})

async function listen(server: Server): Promise<number> {
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

async function host(protocol: 'http' | 'https', answer: Answer): Promise<Host> {
  const asked: Host['asked'] = []
  const handle = ({ url = '', headers }: IncomingMessage, response: ServerResponse) => {
    asked.push(headers)
    answer(response, url)
  }
  const server = protocol === 'http' ? createServer(handle) : createTlsServer(serverIdentity, handle)
  return { url: `${protocol}://localhost:${await listen(server)}`, asked }
}

const text =
  (content: string): Answer =>
  (response) =>
    response.end(content)
const redirect =
  (location: string): Answer =>
  (response) =>
    response.writeHead(302, { location }).end()
const withUser = (url: string) => url.replace('//', '//user:secret@')

async function fetched(url: string, more: Partial<WebOptions> = {}): Promise<string> {
  const access = new WebAccess({ ...options, ...more } as WebOptions)
  return (await downloadBytes(url, { maxBytes: 1000, access })).bytes.toString()
}

describe('over TLS', () => {
  test('a redirect to another host that is encrypted is followed, without user and password', async () => {
    const other = await host('https', text('found'))
    const first = await host('https', redirect(`${other.url}/x`))
    expect(await fetched(withUser(first.url))).toBe('found')
    expect(first.asked[0]?.authorization).toBe(`Basic ${btoa('user:secret')}`)
    expect(other.asked[0]?.authorization).toBeUndefined()
  })

  test('a redirect to one that is not encrypted is refused, and that host is not asked', async () => {
    const plain = await host('http', text('found'))
    const second = await host('https', redirect(`${plain.url}/x`))
    const first = await host('https', redirect(second.url))
    const error = await fetched(withUser(first.url)).catch(String)
    expect(error).toContain(`${second.url}/ leads to ${plain.url}/x, which is not encrypted`)
    expect(error).not.toContain('secret')
    expect(plain.asked).toEqual([])
  })

  test('a redirect from a host that is not encrypted is followed', async () => {
    const other = await host('https', text('found'))
    const { url } = await host('http', redirect(other.url))
    expect(await fetched(url)).toBe('found')
  })

  test('a server that proves nothing is not asked for anything', async () => {
    const { url, asked } = await host('https', text('found'))
    await expect(fetched(withUser(url), { ca_bundle: '' })).rejects.toThrow(
      /cannot be fetched: .*self-signed/,
    )
    expect(asked).toEqual([])
  })
})

describe('through a proxy that opens tunnels', () => {
  let tunnels: { readonly to: string; readonly token: string | undefined }[]
  let proxied: Partial<WebOptions>

  beforeEach(async () => {
    tunnels = []
    const proxy = createServer((_request, response) => response.writeHead(400).end())
    proxy.on('connect', ({ url: to = '', headers }: IncomingMessage, client: Socket) => {
      const token = headers['proxy-authorization']
      tunnels.push({ to, token })
      sockets.add(client)
      client.on('error', () => client.destroy())
      if (token !== `Basic ${btoa('me:pa ss')}`) {
        client.end('HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n')
        return
      }
      const server = connect(Number(to.split(':')[1]), '127.0.0.1', () => {
        client.write('HTTP/1.1 200 OK\r\n\r\n')
        server.pipe(client).pipe(server)
      })
      sockets.add(server)
      server.on('error', () => client.destroy())
    })
    const proxy_port = await listen(proxy)
    proxied = { proxy_host: '127.0.0.1', proxy_port, proxy_username: 'me', proxy_password: 'pa ss' }
  })

  test('each host gets a tunnel of its own, and the proxy alone gets its password', async () => {
    const other = await host('https', text('found'))
    const first = await host('https', redirect(other.url))
    expect(await fetched(withUser(first.url), proxied)).toBe('found')
    expect(tunnels.map(({ to }) => to)).toEqual([first, other].map(({ url }) => new URL(url).host))
    for (const { token } of tunnels) expect(token).toBe(`Basic ${btoa('me:pa ss')}`)
    const sent = [...first.asked, ...other.asked].map((headers) => headers['proxy-authorization'])
    expect(sent).toEqual([undefined, undefined])
  })

  test('a redirect out of the tunnel to what is not encrypted is refused', async () => {
    const plain = await host('http', text('found'))
    const first = await host('https', redirect(plain.url))
    await expect(fetched(first.url, proxied)).rejects.toThrow('which is not encrypted')
    expect(plain.asked).toEqual([])
  })

  test('one that refuses the password is named in the error, and no password is', async () => {
    const { url, asked } = await host('https', text('found'))
    const error = await fetched(url, { ...proxied, proxy_password: 'wrong' }).catch(String)
    expect(error).toMatch(/cannot be fetched: .*407/)
    expect(error).not.toContain('wrong')
    expect(asked).toEqual([])
  })

  test('it is not asked for hosts that need none', async () => {
    const { url } = await host('https', text('found'))
    expect(await fetched(url, { ...proxied, no_proxy: ['localhost'] })).toBe('found')
    expect(tunnels).toEqual([])
  })

  test('a release is fetched, whole and signed', async () => {
    const signed = await SignedApp.make({ rootKeys: 1 })
    try {
      const { url } = await host('https', (response, path) => signed.send(path, response))
      const trust = {
        root: join(signed.root, 'trust/root.json'),
        directory: join(signed.root, 'trust/metadata'),
      }
      const settings = { access: new WebAccess({ ...options, ...proxied } as WebOptions) }
      const finder = new SignedRepository({ url, trust, settings })
      expect(await new FrozenApp({ root: signed.root, finder }).autoUpdate()).toBe('1.1')
      expect(new Set(tunnels.map(({ to }) => to))).toEqual(new Set([new URL(url).host]))
    } finally {
      signed.close()
    }
  })
})
