// SPDX-License-Identifier: Apache-2.0
import { createHash, randomBytes } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { type AddressInfo, createServer as createTcpServer } from 'node:net'
import { join } from 'node:path'
import type { WebOptions } from '@halite/core'
import { removeTemporaryDirectory, temporaryDirectory } from '@halite/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { FileClient } from '../../src/client/file-client.ts'
import { MemorySource } from '../../src/memory-source.ts'
import { webDefaults } from './web-options.ts'

type Answer = (request: IncomingMessage, response: ServerResponse) => void

describe('files of web servers', () => {
  let directory: string
  let server: Server
  let answer: Answer
  let asked: IncomingMessage[]
  let base: string

  beforeEach(async () => {
    directory = temporaryDirectory('halite-web')
    asked = []
    server = createServer((request, response) => {
      asked.push(request)
      answer(request, response)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    base = `http://127.0.0.1:${portOf(server)}`
  })
  afterEach(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
    removeTemporaryDirectory(directory)
  })

  const clientWith = (web: Partial<WebOptions> = {}) =>
    new FileClient({
      source: new MemorySource(),
      cachedir: directory,
      saltenv: '',
      hashType: 'sha256',
      patienceMs: 0,
      web: { ...webDefaults, ...web },
    })
  const host = () => `127.0.0.1${portOf(server)}`
  const placeOf = (path: string) => join(directory, 'extrn_files/base', host(), path)
  const partials = () => readdirSync(join(directory, 'fetching'))
  /** It fails with these words, leaves no partial file and no copy. */
  const refused = async (url: string, words: RegExp, web: Partial<WebOptions> = {}) => {
    await expect(clientWith(web).cacheFile(url)).rejects.toMatchObject({
      code: 'FETCH_FAILED',
      message: expect.stringMatching(words),
    })
    expect(partials()).toEqual([])
    expect(existsSync(placeOf('f'))).toBe(false)
  }

  test('lie at the place of Salt', async () => {
    answer = (_request, response) => response.end('text')
    expect(await clientWith().cacheFile(`${base}/a/f?x=1`)).toBe(placeOf('a/f-x=1'))
    expect(readFileSync(placeOf('a/f-x=1'), 'utf8')).toBe('text')
  })

  test('are fetched for the caller alone, and not kept', async () => {
    answer = (_request, response) => response.end('text')
    const got = await clientWith().getFile(`${base}/f`)
    expect(got?.own).toBe(true)
    expect(readFileSync(got?.path ?? '', 'utf8')).toBe('text')
    expect(existsSync(placeOf('f'))).toBe(false)
  })

  test('are not sent again while the server still has the ETag', async () => {
    answer = ({ headers }, response) => {
      response.setHeader('etag', '"one"')
      if (headers['if-none-match'] === '"one"') response.writeHead(304).end()
      else response.end('text')
    }
    const client = clientWith()
    await client.cacheFile(`${base}/f`, { useEtag: true })
    await client.cacheFile(`${base}/f`, { useEtag: true })
    await client.cacheFile(`${base}/f`)
    expect(asked.map(({ headers }) => headers['if-none-match'])).toEqual([undefined, '"one"', undefined])
    expect(readFileSync(placeOf('f'), 'utf8')).toBe('text')
    expect(partials()).toEqual([])
  })

  test('are not asked for when a copy has the hash', async () => {
    answer = (_request, response) => response.end('text')
    const client = clientWith()
    const hash = createHash('sha256').update('text').digest('hex')
    await client.cacheFile(`${base}/f`, { sourceHash: hash })
    await client.cacheFile(`${base}/f`, { sourceHash: `sha256=${hash}` })
    expect(asked).toHaveLength(1)
    await expect(client.cacheFile(`${base}/f`, { sourceHash: 'zz' })).rejects.toMatchObject({
      code: 'ARGUMENTS_INVALID',
    })
  })

  test('are fetched once for several at a time', async () => {
    answer = (_request, response) => void setTimeout(() => response.end('text'), 50)
    const client = clientWith()
    await Promise.all([1, 2, 3].map(() => client.cacheFile(`${base}/f`)))
    expect(asked).toHaveLength(1)
  })

  test('are asked for with user and password, which nobody else is told', async () => {
    answer = ({ url }, response) => {
      if (url === '/f') response.end('text')
      else response.writeHead(302, { location: `${base.replace('127.0.0.1', 'localhost')}/f` }).end()
    }
    await clientWith().cacheFile(`${base.replace('//', '//us%20er:word@')}/f`)
    expect(asked[0]?.headers['authorization']).toBe(`Basic ${btoa('us er:word')}`)
    await clientWith().cacheFile(`${base.replace('//', '//user:word@')}/elsewhere`)
    expect(asked.map(({ headers }) => headers['authorization'] !== undefined)).toEqual([true, true, false])
    const error = await clientWith({ http_max_body: 1 })
      .cacheFile(`${base.replace('//', '//user:word@')}/f`)
      .catch(String)
    expect(error).toContain('/f')
    expect(error).not.toContain('word')
  })

  test('go on where a connection broke', async () => {
    const content = randomBytes(300_000)
    const cuts = [30_000, 60_000, 150_000, 270_000]
    answer = ({ headers }, response) => {
      const start = Number(/^bytes=(\d+)-$/.exec(headers['range'] ?? '')?.[1] ?? 0)
      response.setHeader('etag', '"one"')
      if (start > 0)
        response.writeHead(206, {
          'content-range': `bytes ${start}-299999/300000`,
          'content-length': 300_000 - start,
        })
      else response.writeHead(200, { 'content-length': 300_000 })
      const cut = cuts.shift()
      if (cut === undefined) response.end(content.subarray(start))
      else response.write(content.subarray(start, cut), () => setTimeout(() => response.destroy(), 20))
    }
    const path = await clientWith().cacheFile(`${base}/f`)
    expect(readFileSync(path ?? '').equals(content)).toBe(true)
    expect(asked.slice(1).every(({ headers }) => headers['if-range'] === '"one"')).toBe(true)
  })

  test('go on over connections that bring nothing, five in a row at most', async () => {
    let broken = 6
    answer = (_request, response) => {
      if (asked.length === 1) {
        response.writeHead(200, { etag: '"one"', 'content-length': 10 })
        response.write('01234', () => setTimeout(() => response.destroy(), 100))
      } else if (asked.length <= 1 + broken) response.destroy()
      else response.writeHead(206, { 'content-range': 'bytes 5-9/10', 'content-length': 5 }).end('56789')
    }
    await refused(`${base}/f`, /\/f cannot be fetched: /)
    expect(asked).toHaveLength(7)
    ;[asked.length, broken] = [0, 5]
    const path = await clientWith().cacheFile(`${base}/f`)
    expect(readFileSync(path ?? '', 'utf8')).toBe('0123456789')
  })

  test('begin again when the server has another version by then', async () => {
    answer = (_request, response) => {
      const isFirst = asked.length === 1
      response.writeHead(200, { etag: isFirst ? '"one"' : '"two"', 'content-length': 10 })
      if (isFirst) response.write('old', () => setTimeout(() => response.destroy(), 20))
      else response.end('0123456789')
    }
    const path = await clientWith().cacheFile(`${base}/f`)
    expect(readFileSync(path ?? '', 'utf8')).toBe('0123456789')
  })

  test('fail with what the server says', async () => {
    answer = (_request, response) => response.writeHead(404).end('no')
    await refused(`${base}/f`, /\/f cannot be fetched: the server answers 404 Not Found$/)
    answer = (_request, response) => response.writeHead(500).end('no')
    await refused(`${base}/f`, /answers 500 Internal Server Error$/)
  })

  test('fail when the server redirects for ever, or to what is not of the web', async () => {
    answer = ({ url }, response) => response.writeHead(302, { location: `${url}x` }).end()
    await refused(`${base}/f`, /redirects more than 10 times/)
    for (const [location, to] of [
      ['file:///etc/passwd', 'file://'],
      ['ftp://127.0.0.1/f', 'ftp://'],
      ['http://[x', 'what is no URL'],
    ] as const) {
      answer = (_request, response) => response.writeHead(302, { location }).end()
      await refused(`${base}/f`, new RegExp(`/f cannot be fetched: the server redirects to ${to}$`))
    }
  })

  test('fail when the server stalls, before its answer and in it', async () => {
    answer = () => undefined
    await refused(`${base}/f`, /longer than http_request_timeout \(0.3 s\)/, { http_request_timeout: 0.3 })
    answer = (_request, response) => void response.write('some')
    await refused(`${base}/f`, /longer than http_request_timeout/, { http_request_timeout: 0.3 })
  })

  test('fail when the server sends without end', async () => {
    answer = (_request, response) => {
      const more = () => {
        while (response.write(Buffer.alloc(65_536))) if (response.destroyed) return
      }
      response.on('drain', more)
      more()
    }
    await refused(`${base}/f`, /more than http_max_body \(1000000\) bytes/, { http_max_body: 1_000_000 })
  })

  test.each([
    [
      'announces more than it sends',
      'HTTP/1.1 200 OK\r\nContent-Length: 100\r\nConnection: close\r\n\r\nshort',
      /closed before all 100 bytes had arrived$/,
    ],
    [
      'announces too much',
      'HTTP/1.1 200 OK\r\nContent-Length: 99999999999999\r\n\r\n',
      /more than http_max_body/,
    ],
    [
      'breaks its chunks off',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nshort\r\n',
      /closed before all of it had arrived$/,
    ],
    ['sends what is no answer', 'nonsense\r\n\r\n', /does not match the HTTP/],
    ['sends nothing', '', /closed before all of it had arrived$/],
  ])('fail when the server %s', async (_what, bytes, words) => {
    const raw = createTcpServer((socket) => {
      socket.once('data', () => socket.end(bytes))
      socket.on('error', () => undefined)
    })
    await new Promise<void>((resolve) => raw.listen(0, '127.0.0.1', resolve))
    try {
      await refused(`http://127.0.0.1:${portOf(raw)}/f`, words)
    } finally {
      raw.close()
    }
  })

  test('come by a proxy that is told who asks, except from hosts that need none', async () => {
    answer = ({ url }, response) => response.end(`by proxy: ${url}`)
    const web = {
      proxy_host: '127.0.0.1',
      proxy_port: portOf(server),
      proxy_username: 'me',
      proxy_password: 'word',
      no_proxy: ['127.0.0.1'],
    }
    const path = await clientWith(web).cacheFile('http://files.test/f')
    expect(readFileSync(path ?? '', 'utf8')).toBe('by proxy: http://files.test/f')
    expect(asked[0]?.headers['proxy-authorization']).toBe(`Basic ${btoa('me:word')}`)
    expect(asked[0]?.headers.host).toBe('files.test')
    expect(readFileSync((await clientWith(web).cacheFile(`${base}/f`)) ?? '', 'utf8')).toBe('by proxy: /f')
  })

  test('come through a tunnel of the proxy when they are sealed', async () => {
    const wanted: (string | undefined)[] = []
    server.on('connect', ({ url }, socket) => {
      wanted.push(url)
      socket.end('HTTP/1.1 403 Forbidden\r\n\r\n')
    })
    const web = { proxy_host: '127.0.0.1', proxy_port: portOf(server) }
    await expect(clientWith(web).cacheFile('https://files.test/f')).rejects.toMatchObject({
      code: 'FETCH_FAILED',
    })
    expect(wanted).toEqual(['files.test:443'])
  })

  test('fail over https where no TLS is spoken', async () => {
    await refused(`${base.replace('http:', 'https:')}/f`, /\/f cannot be fetched: TLS failed: [a-z ]+$/)
  })

  test.each(['s3://b/f', 'swift://b/f', 'gopher://h/f'])('are not fetched by %s', async (url) => {
    await expect(clientWith().cacheFile(url)).rejects.toMatchObject({ code: 'FETCH_FAILED' })
  })

  test.each(['http://h/../../../etc/passwd', 'http://../f', 'http:///f'])(
    'have no place at %s',
    async (url) => {
      await expect(clientWith().cacheFile(url)).rejects.toMatchObject({
        code: expect.stringMatching(/PATH_UNSAFE|FETCH_FAILED/),
      })
    },
  )

  test('need a certificate that is believed', async () => {
    await expect(
      clientWith({ ca_bundle: join(directory, 'none.pem') }).cacheFile('https://h.test/f'),
    ).rejects.toMatchObject({ code: 'CONFIG_INVALID', message: expect.stringContaining('none.pem') })
  })
})

function portOf(server: { address(): unknown }): number {
  return (server.address() as AddressInfo).port
}
