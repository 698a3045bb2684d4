// SPDX-License-Identifier: Apache-2.0
import { existsSync, readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Masterless, resultsOf } from './fixtures/masterless.ts'
import { serverIdentity } from './fixtures/server-identity.ts'

const machine = new Masterless()
const servers: Server[] = []
const seen: {
  readonly headers: IncomingMessage['headers']
  readonly method: string | undefined
  readonly url: string | undefined
  readonly body: string
}[] = []
let base = ''
let other = ''
let sealed = ''
let refusals = 0

beforeAll(async () => {
  base = `http://127.0.0.1:${await listen(createServer(answer))}`
  other = `http://127.0.0.1:${await listen(createServer(answer))}`
  sealed = `https://localhost:${await listen(createTlsServer(serverIdentity, answer))}`
})
afterAll(() => {
  for (const server of servers) server.close()
  machine[Symbol.dispose]()
})

async function listen(server: Server): Promise<number> {
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

type Route = (response: ServerResponse) => unknown

const routes: Readonly<Record<string, Route>> = {
  '/text': (response) => response.end('test'),
  '/json': (response) => response.setHeader('content-type', 'application/json').end('{"a": [1, 2.0]}'),
  '/yaml': (response) => response.setHeader('content-type', 'application/x-yaml').end('a: [1]\n'),
  '/xml': (response) =>
    response
      .setHeader('content-type', 'text/xml')
      .end('<?xml version="1.0"?><r xmlns:n="u"><n:a x="&gt;">1 &lt; &#50;</n:a><b><c/><c>3</c></b></r>'),
  '/entities': (response) => response.end('<!DOCTYPE r [<!ENTITY a "aa">]><r>&a;</r>'),
  '/latin': (response) =>
    response.setHeader('content-type', 'text/plain; charset=latin1').end(Buffer.from([0xe9])),
  '/bytes': (response) => response.end(Buffer.from([0xff, 0xfe])),
  '/gzip': (response) => response.setHeader('content-encoding', 'gzip').end(gzipSync('packed')),
  '/bomb': (response) => response.setHeader('content-encoding', 'gzip').end(gzipSync(Buffer.alloc(1 << 20))),
  '/large': (response) => response.end('x'.repeat(1 << 16)),
  '/away': (response) => response.writeHead(302, { location: `${other}/echo` }).end(),
  '/here': (response) => response.writeHead(307, { location: '/echo' }).end(),
  '/round': (response) => response.writeHead(302, { location: '/round' }).end(),
  '/file': (response) => response.writeHead(302, { location: 'file:///etc/passwd' }).end(),
  '/never': () => undefined,
  '/soon': (response) => {
    refusals += 1
    response.writeHead(refusals < 3 ? 503 : 200).end('ready')
  },
}

function answer(request: IncomingMessage, response: ServerResponse): void {
  const pieces: Buffer[] = []
  request.on('data', (piece: Buffer) => pieces.push(piece))
  request.on('end', () => {
    const { headers, method, url } = request
    seen.push({ headers, method, url, body: Buffer.concat(pieces).toString() })
    const route = routes[url?.replace(/\?.*/, '') ?? '']
    if (route !== undefined) route(response)
    else response.writeHead(url?.startsWith('/echo') ? 200 : 404).end('404 page')
  })
}

async function query(path: string, more: Readonly<Record<string, unknown>> = {}, options = {}) {
  const url = path.includes('://') ? path : `${base}${path}`
  return (await machine.call('http.query', [url, { __kwarg__: true, ...more }], options)).return
}

test('what a server answers', async () => {
  expect(await query('/text')).toEqual({ body: 'test' })
  const all = (await query('/text', { status: true, headers: true, text: true })) as Record<string, unknown>
  expect(all).toMatchObject({ body: 'test', status: 200, text: 'test', headers: { 'Content-Length': '4' } })
  const error = { status: 404, error: 'HTTP 404: Not Found', body: '404 page' }
  expect(await query('/nope')).toEqual(error)
  expect(await query('/nope', { raise_error: false, status: true })).toEqual({
    body: '404 page',
    status: 404,
  })
  expect(await query('/nope', { test: true })).toEqual({})
  expect(await query('/nope', { test: true, test_url: `${base}/text` })).toEqual({ test: true, body: 'test' })
})

test('bodies as data', async () => {
  const dictOf = async (path: string, more = {}) =>
    ((await query(path, { decode: true, ...more })) as { dict: unknown }).dict
  expect(await dictOf('/json')).toMatchObject({ a: [1, expect.anything()] })
  expect(await dictOf('/yaml')).toEqual({ a: [1] })
  expect(await dictOf('/xml')).toEqual([{ a: '1 < 2' }, { c: [null, { c: '3' }] }])
  expect(await query('/entities', { decode: true, decode_type: 'xml' })).toMatch(/not XML/)
  expect(await query('/text', { decode: true, decode_type: 'dson' })).toMatchObject({
    error: "Invalid decode_type specified. Valid decode types are: ('json', 'xml', 'yaml', 'plain')",
  })
  expect(await query('/latin')).toEqual({ body: 'é' })
  expect(await query('/gzip')).toEqual({ body: 'packed' })
  expect(await query('/bytes')).toMatch(/not UTF-8/)
  expect(await query('/bytes', { decode_body: false })).toEqual({ body: Buffer.from([0xff, 0xfe]) })
})

test('what is sent', async () => {
  machine.write({ 'body.j2': '{{ greeting }}', 'headers.txt': 'X-One: a:b\n\nX-Two: 2\n' })
  const sent = async (more: Readonly<Record<string, unknown>>) => {
    await query('/echo?a=1', { method: 'POST', ...more })
    return seen.at(-1)
  }
  expect(await sent({ params: { b: 'x y', c: [1, 2] }, data: { d: 1, e: 'é' } })).toMatchObject({
    method: 'POST',
    url: '/echo?a=1&b=x+y&c=1&c=2',
    body: 'd=1&e=%C3%A9',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'user-agent': expect.stringContaining('http.query()'),
    },
  })
  const json = { data: '{}', header_dict: { 'Content-Type': 'application/json' }, agent: 'me' }
  expect(await sent(json)).toMatchObject({
    body: '{}',
    headers: { 'content-type': 'application/json', 'user-agent': 'me' },
  })
  expect(await sent({ username: 'ann', password: 'pw' })).toMatchObject({
    headers: { authorization: `Basic ${Buffer.from('ann:pw').toString('base64')}` },
  })
  const files = {
    data_file: machine.path('body.j2'),
    data_render: true,
    data_renderer: 'jinja',
    template_dict: { greeting: 'hi' },
  }
  expect(await sent({ ...files, header_file: machine.path('headers.txt') })).toMatchObject({
    body: 'hi',
    headers: { 'x-one': 'a:b', 'x-two': '2' },
  })
  const form = await sent({
    data: 'content',
    formdata: true,
    formdata_fieldname: 'f',
    formdata_filename: 'n.txt',
  })
  expect(form?.body).toMatch(/name="f"; filename="n.txt"[\s\S]*content/)
  expect(await query('/echo', { formdata: true })).toMatch(/formdata_fieldname is required/)
  expect(await query('/echo', { cookies: true })).toMatch(/not supported/)
})

test('redirects: followed, and no secret goes to another host', async () => {
  const secret = { username: 'ann', password: 'pw', method: 'POST', data: 'd' }
  await query('/away', secret)
  expect(seen.at(-1)).toMatchObject({ method: 'GET', url: '/echo', body: '' })
  expect(seen.at(-1)?.headers.authorization).toBeUndefined()
  await query('/here', secret)
  expect(seen.at(-1)).toMatchObject({
    method: 'POST',
    body: 'd',
    headers: { authorization: expect.any(String) },
  })
  expect(await query('/round')).toMatchObject({ status: 302, error: 'HTTP 302: Found' })
  expect(await query('/file')).toEqual({ error: expect.stringContaining('redirects to file:') })
})

test('limits: size, unpacked size and time', async () => {
  const limits = { http_max_body: 4096 }
  expect(await query('/large', {}, limits)).toEqual({ error: expect.stringContaining('http_max_body') })
  expect(await query('/bomb', {}, limits)).toEqual({ error: expect.anything() })
  expect(await query('/never', { status: true }, { http_request_timeout: 0.2 })).toEqual({
    status: 0,
    error: 'no answer within http_request_timeout (0.2 s)',
  })
  expect(await query('http://127.0.0.1:1/')).toEqual({ error: expect.stringContaining('ECONNREFUSED') })
  expect(await query('file:///etc/passwd')).toMatch(/is not a URL of the web/)
  expect(await query('/text', { header_dict: { x: 'a\r\nHost: evil' } })).toEqual({
    error: expect.anything(),
  })
})

test('a server proves who it is, unless it is told that it need not', async () => {
  expect(await query(`${sealed}/text`)).toEqual({ error: expect.stringMatching(/self-signed/) })
  expect(await query(`${sealed}/text`, { verify_ssl: false })).toEqual({ body: 'test' })
  machine.write({ 'ca.pem': serverIdentity.cert })
  expect(await query(`${sealed}/text`, { ca_bundle: machine.path('ca.pem') })).toEqual({ body: 'test' })
  expect(await query(`${sealed}/text`, {}, { ca_bundle: machine.path('ca.pem') })).toEqual({ body: 'test' })
})

test('files: the body, the headers, and a bundle that is only replaced by certificates', async () => {
  await query('/text', { text_out: machine.path('out'), headers_out: machine.path('out.headers') })
  expect(readFileSync(machine.path('out'), 'utf8')).toBe('test')
  expect(readFileSync(machine.path('out.headers'), 'utf8')).toContain('Content-Length: 4\n')
  const target = machine.path('bundle.pem')
  const update = async (source: string, merge_files: readonly string[] = []) =>
    machine.call('http.update_ca_bundle', [{ __kwarg__: true, target, source, merge_files }])
  expect((await update(`${base}/text`)).return).toMatch(/holds no certificates/)
  expect((await update(`${base}/nope`)).return).toMatch(/cannot be fetched: HTTP 404/)
  expect(existsSync(target)).toBe(false)
})

test('waiting for a server, as function and as states', async () => {
  const patient = { __kwarg__: true, wait_for: 10, request_interval: 0.01 }
  const { return: value } = await machine.call('http.wait_for_successful_query', [`${base}/soon`, patient])
  expect(value).toEqual({ body: 'ready' })
  refusals = 0
  const state = (name: string, fun: string, args: object) => ({ [name]: { [`http.${fun}`]: [args] } })
  const sls = {
    ...state('a', 'query', { name: `${base}/text`, match: 'tes', status: 200 }),
    ...state('b', 'query', {
      name: `${base}/nope`,
      match: '^4.*e$',
      match_type: 'pcre',
      status: [404, 500],
      status_type: 'list',
    }),
    ...state('c', 'query', { name: `${base}/text`, status: '2.1', status_type: 'pcre' }),
    ...state('d', 'query', { name: `${base}/text` }),
    ...state('e', 'wait_for_successful_query', {
      name: `${base}/soon`,
      status: 200,
      request_interval: 0.01,
      wait_for: 10,
    }),
    ...state('f', 'query', { name: `${base}/text`, match: '([', match_type: 'pcre' }),
  }
  const results = resultsOf(await machine.apply(`#!json\n${JSON.stringify(sls)}`))
  expect(results.map((each) => (typeof each === 'string' ? each : [each.result, each.comment]))).toEqual([
    [true, 'Match text "tes" was found. Status 200 was found.'],
    [false, 'Match pattern "^4.*e$" was not found. Status 404 was found.'],
    [false, 'Status pattern "2.1" was not found.'],
    [false, 'Either match text (match) or a status code (status) is required.'],
    [true, 'Status 200 was found.'],
    [false, expect.stringContaining('is no regular expression')],
  ])
})
