// SPDX-License-Identifier: Apache-2.0
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { brotliCompressSync } from 'node:zlib'
import type { WebOptions } from '@halite/core'
import { WebAccess } from '@halite/updater'
import { afterEach, describe, expect, test } from 'vitest'
import { downloadBytes } from '../src/download.ts'
import { checkStep } from '../src/web-access.ts'

const servers: Server[] = []

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

interface Host {
  readonly url: string
  readonly asked: { readonly path: string; readonly headers: IncomingMessage['headers'] }[]
}

async function host(answer: (response: ServerResponse, path: string) => void): Promise<Host> {
  const asked: Host['asked'] = []
  const server = createServer(({ url = '', headers }, response) => {
    asked.push({ path: url, headers })
    answer(response, url)
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked }
}

const found = (location: string) => (response: ServerResponse) =>
  response.writeHead(302, { location }).end('elsewhere')
const fetched = async (url: string, options?: Partial<WebOptions>) => {
  const access = new WebAccess(options as WebOptions | undefined)
  return (await downloadBytes(url, { maxBytes: 1000, access })).bytes.toString()
}
const withUser = (url: string) => url.replace('//', '//user:se%40cret@')

describe('a redirect', () => {
  test('is followed, to another host too', async () => {
    const other = await host((response) => response.end('found'))
    const { url } = await host(found(`${other.url}/there?x=1`))
    expect(await fetched(url)).toBe('found')
    expect(other.asked[0]?.path).toBe('/there?x=1')
  })

  test.each(['file:///etc/passwd', 'ftp://127.0.0.1/x', 'data:text/plain,x', 'javascript:1'])(
    'to %s is refused',
    async (location) => {
      const { url } = await host(found(location))
      await expect(fetched(url)).rejects.toThrow(`${location} is no http or https URL`)
    },
  )

  test('that never ends is left', async () => {
    const { url, asked } = await host(found('/'))
    await expect(fetched(url)).rejects.toThrow(/redirects more than 10 times/)
    expect(asked).toHaveLength(11)
  })

  test('from an encrypted connection leads to no other at any step', () => {
    expect(() => checkStep('https://a/', 'http://b/x')).toThrow(
      'https://a/ leads to http://b/x, which is not encrypted',
    )
    for (const [from, to] of [
      ['https://a/', 'https://b/'],
      ['http://a/', 'http://b/'],
      ['http://a/', 'https://b/'],
    ])
      checkStep(from ?? '', to ?? '')
  })
})

describe('user and password in a URL', () => {
  test('are sent to its host, and to no other', async () => {
    const other = await host((response) => response.end('found'))
    const { url, asked } = await host((response, path) => found(path === '/' ? '/next' : other.url)(response))
    expect(await fetched(withUser(url))).toBe('found')
    const sent = `Basic ${Buffer.from('user:se@cret').toString('base64')}`
    expect(asked.map(({ headers }) => headers.authorization)).toEqual([sent, sent])
    expect(other.asked.map(({ headers }) => headers.authorization)).toEqual([undefined])
  })

  test('stand in no error', async () => {
    const { url } = await host((response) => response.writeHead(403).end())
    const error = await fetched(`${withUser(url)}/x`).catch(String)
    expect(error).toContain(`${url}/x answered 403`)
    expect(error).not.toContain('cret')
    const gone = await fetched('http://user:secret@127.0.0.1:1/').catch(String)
    expect(gone).toContain('http://127.0.0.1:1/ cannot be fetched')
    expect(gone).not.toContain('secret')
  })
})

test('what a server labels as packed arrives as it was stored', async () => {
  const packed = brotliCompressSync('content')
  const { url, asked } = await host((response) => {
    response.writeHead(200, { 'content-encoding': 'br', 'content-length': packed.length }).end(packed)
  })
  const { bytes } = await downloadBytes(url, { maxBytes: 1000 })
  expect(bytes.equals(packed)).toBe(true)
  expect(asked[0]?.headers['accept-encoding']).toBe('identity')
})

test('the proxy of the minion is asked, unless the host needs none', async () => {
  const proxy = await host((response) => response.end('by the proxy'))
  const { url, asked } = await host((response) => response.end('directly'))
  const options = {
    proxy_host: '127.0.0.1',
    proxy_port: Number(new URL(proxy.url).port),
    proxy_username: 'me',
    proxy_password: 'pw',
    no_proxy: [],
    verify_ssl: true,
    ca_bundle: '',
  }
  expect(await fetched(`${url}/x`, options)).toBe('by the proxy')
  expect(proxy.asked[0]).toMatchObject({
    path: `${url}/x`,
    headers: { host: new URL(url).host, 'proxy-authorization': `Basic ${btoa('me:pw')}` },
  })
  expect(asked).toEqual([])
  expect(await fetched(url, { ...options, no_proxy: ['127.0.0.1'] })).toBe('directly')
})
