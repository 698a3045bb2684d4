// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from 'node:child_process'
import { linkSync, mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { unpack } from '@halite/core'
import {
  type Cluster,
  removeTemporaryDirectory,
  startCluster,
  temporaryDirectory,
  until,
} from '@halite/testing'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { expectPing, type HandMinion, insider } from './attacker.ts'

const directory = temporaryDirectory('halite-hostile-files')
const roots = join(directory, 'roots')
const outside = join(directory, 'outside')
let cluster: Cluster
let evil: HandMinion

beforeAll(async () => {
  for (const each of [join(roots, 'sub'), outside, join(directory, 'cache')])
    mkdirSync(each, { recursive: true })
  writeFileSync(join(outside, 'secret'), 'secret')
  writeFileSync(join(roots, 'plain'), 'plain')
  cluster = await startCluster({
    minions: 1,
    master: {
      file_roots: { base: [roots], dev: [outside] },
      fileserver_backend: ['roots', 'minionfs', 'gitfs'],
      file_recv: true,
    },
  })
  evil = await insider(cluster, 'evil')
})
afterEach(async () => {
  await expectPing(cluster)
})
afterAll(async () => {
  await evil?.close()
  await cluster?.close()
  removeTemporaryDirectory(directory)
})

/** What a request is answered with; rejects with its refusal. */
async function request(name: string, load: unknown): Promise<unknown> {
  const down = await evil.ask(name, load)
  if (down.type === 'reply') return down.value
  throw Object.assign(new Error('refused'), { code: down.type === 'error' ? down.error.code : down.type })
}

const find = (path: unknown, saltenv: unknown = 'base') => request('_file_find', { saltenv, path })
const serve = (load: Record<string, unknown>) =>
  evil.refusal('_serve_file', { saltenv: 'base', version: 'x', loc: 0, length: 10, ...load })

const paths = [
  '../outside/secret',
  'sub/../../outside/secret',
  'sub\\..\\..\\outside\\secret',
  '..',
  '.',
  '',
  '/etc/passwd',
  '//etc/passwd',
  '\\\\host\\share',
  'C:\\windows',
  'c:/windows',
  'plain\0.txt',
  '\0',
  '\ud800',
  'x'.repeat(256),
  'x/'.repeat(2049),
  'é'.repeat(128),
  7,
  null,
  ['plain'],
  { path: 'plain' },
  Buffer.from('plain'),
  true,
]
test.each(paths)('the path %j is refused by every request', async (path) => {
  for (const name of ['_file_find', '_file_hash_and_stat'])
    expect(await evil.refusal(name, { saltenv: 'base', path })).toMatch(/^(?:PATH_UNSAFE|VALUE_MALFORMED)$/)
  expect(await serve({ path })).toMatch(/^(?:PATH_UNSAFE|VALUE_MALFORMED)$/)
})

const saltenvs = [
  '../x',
  'a/b',
  'a\\b',
  '..',
  '.',
  '',
  '-x',
  'a..b',
  'x'.repeat(129),
  'a\0',
  'ä',
  7,
  null,
  ['base'],
  '__proto__/x',
]
test.each(saltenvs)('the saltenv %j is refused by every request', async (saltenv) => {
  for (const name of ['_file_find', '_file_hash_and_stat'])
    expect(await evil.refusal(name, { saltenv, path: 'plain' })).toMatch(
      /^(?:SALTENV_INVALID|VALUE_MALFORMED)$/,
    )
  expect(await serve({ saltenv, path: 'plain' })).toMatch(/^(?:SALTENV_INVALID|VALUE_MALFORMED)$/)
  expect(await evil.refusal('_file_list', { saltenv, form: 'files', page: 0 })).toMatch(
    /^(?:SALTENV_INVALID|VALUE_MALFORMED)$/,
  )
})

test('environments with the names of properties do not exist', async () => {
  for (const saltenv of ['__proto__', 'constructor', 'toString'])
    expect(await find('plain', saltenv)).toBeNull()
})

test('loads with other fields, and without some, are refused', async () => {
  for (const load of [
    {},
    { saltenv: 'base' },
    { path: 'plain' },
    { saltenv: 'base', path: 'plain', root: '/' },
    null,
    [],
  ])
    expect(await evil.refusal('_file_find', load)).toMatch(
      /^(?:VALUE_MALFORMED|PATH_UNSAFE|SALTENV_INVALID)$/,
    )
  for (const more of [
    { loc: -1 },
    { loc: 1.5 },
    { length: 0 },
    { length: 2 ** 20 + 1 },
    { loc: '0' },
    { version: 'x'.repeat(129) },
  ])
    expect(await serve({ path: 'plain', ...more })).toBe('VALUE_MALFORMED')
  for (const more of [
    { form: 'all' },
    { page: -1 },
    { page: 1e9 },
    { prefix: 'x'.repeat(4097) },
    { held: 7 },
  ])
    expect(await evil.refusal('_file_list', { saltenv: 'base', form: 'files', page: 0, ...more })).toBe(
      'VALUE_MALFORMED',
    )
})

test('what is no plain file below the roots is not found, and not listed', async () => {
  symlinkSync(join(outside, 'secret'), join(roots, 'leaves'))
  symlinkSync(outside, join(roots, 'leaving'))
  symlinkSync('loop2', join(roots, 'loop1'))
  symlinkSync('loop1', join(roots, 'loop2'))
  symlinkSync('.', join(roots, 'self'))
  symlinkSync('leaves', join(roots, 'chained'))
  symlinkSync('/dev/zero', join(roots, 'endless'))
  symlinkSync('/proc/self/environ', join(roots, 'environment'))
  execFileSync('mkfifo', [join(roots, 'fifo')])
  const missing =
    'leaves leaving leaving/secret loop1 loop1/x chained endless environment fifo fifo/x sub'.split(' ')
  for (const path of missing) {
    expect([path, await find(path)]).toEqual([path, null])
    expect([path, await serve({ path })]).toEqual([path, 'FILE_CHANGED'])
  }
  expect(await listed()).toEqual(['plain'])
  for (const name of [
    'leaves',
    'leaving',
    'loop1',
    'loop2',
    'self',
    'chained',
    'endless',
    'environment',
    'fifo',
  ])
    rmSync(join(roots, name))
})

test('a device is not opened', async (ctx) => {
  try {
    execFileSync('mknod', [join(roots, 'device'), 'c', '1', '5'], { stdio: 'ignore' })
  } catch {
    ctx.skip('this user makes no devices')
  }
  expect(await find('device')).toBeNull()
  expect(await listed()).toEqual(['plain'])
  rmSync(join(roots, 'device'))
})

test('a name in broken UTF-8 is neither listed nor served', async () => {
  const name = Buffer.concat([Buffer.from(`${roots}/bad`), Buffer.from([0xff, 0xfe])])
  writeFileSync(name, 'x')
  expect(await listed()).toEqual(['plain'])
  expect(await find('bad\ufffd\ufffd')).toBeNull()
  rmSync(name)
})

test('a file whose path has 4,096 bytes and more is not found', async () => {
  expect(await find(`${'x/'.repeat(2047)}xy`)).toBeNull()
  expect(await evil.refusal('_file_find', { saltenv: 'base', path: `${'x/'.repeat(2048)}x` })).toBe(
    'PATH_UNSAFE',
  )
})

interface Found {
  readonly version: string
  readonly size: number
}

async function begun(name: string): Promise<Found> {
  writeFileSync(join(roots, name), 'x'.repeat(2000))
  const found = (await find(name)) as Found
  expect(await part(name, found, 0)).toHaveLength(1000)
  return found
}

const part = (path: string, { version }: Found, loc: number) =>
  request('_serve_file', { saltenv: 'base', path, version, loc, length: 1000 }) as Promise<Uint8Array>

/** Puts something else in the place of a file. */
const replacing = (put: (path: string) => void) => (path: string) => {
  rmSync(path)
  put(path)
}

test.each<[string, (path: string) => void]>([
  ['shortened', (path) => truncateSync(path, 500)],
  ['written to', (path) => writeFileSync(path, 'y'.repeat(2000))],
  ['gone', replacing(() => undefined)],
  ['another one', replacing((path) => writeFileSync(path, 'x'.repeat(2000)))],
  ['a directory', replacing((path) => mkdirSync(path))],
  ['a link that leaves', replacing((path) => symlinkSync(join(outside, 'secret'), path))],
  ['another name of a file outside', replacing((path) => linkSync(join(outside, 'secret'), path))],
])('a file that is %s while it is sent does not go on as if nothing had happened', async (what, change) => {
  const name = `turning-${what.replaceAll(' ', '-')}`
  const found = await begun(name)
  change(join(roots, name))
  // A file that is open may be sent to its end; never anything else in its place.
  const rest = await part(name, found, 1000).then(
    (bytes) => Buffer.from(bytes).toString(),
    (error: { code: string }) => error.code,
  )
  expect(['FILE_CHANGED', 'x'.repeat(1000)]).toContain(rest)
  if (what === 'shortened' || what === 'written to') expect(rest).toBe('FILE_CHANGED')
  rmSync(join(roots, name), { recursive: true, force: true })
})

test('a version that was never told opens nothing', async () => {
  const versions = [
    '',
    'roots/',
    'roots/x',
    'gitfs/0123456789012345678901234567890123456789',
    'minionfs/x',
    '../x',
    'x'.repeat(128),
  ]
  for (const version of versions) expect(await serve({ path: 'plain', version })).toBe('FILE_CHANGED')
})

test('one version is not that of another file', async () => {
  const { version } = (await find('plain')) as Found
  expect(await serve({ path: 'secret', saltenv: 'dev', version })).toBe('FILE_CHANGED')
})

test('what the master keeps of minions is served through minionfs only where minions sent it', async () => {
  for (const path of ['m1/data.p', 'm1', 'm1/files', 'm1/../evil/files/x', 'evil/../../master.ipc'])
    expect(await find(path).catch(({ code }: { code: string }) => code)).toSatisfy(
      (said) => said === null || said === 'PATH_UNSAFE',
    )
})

test('thousands of requests at once hold up nobody', async () => {
  for (let index = 0; index < 3000; index += 1)
    evil.send(evil.seal('_file_find', { saltenv: 'base', path: `nothing/${index}` }))
  await expectPing(cluster)
  // The rest of its own may be refused for a moment.
  const plain = await until('its own are answered again', () => find('plain').catch(() => undefined))
  expect(plain).toMatchObject({ size: 5 })
})

async function listed(): Promise<unknown> {
  const { items } = (await request('_file_list', { saltenv: 'base', form: 'files', page: 0 })) as {
    items: Uint8Array
  }
  return unpack(items)
}
