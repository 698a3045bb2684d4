// SPDX-License-Identifier: Apache-2.0
import { createHash, randomBytes } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { parseSaltenv, SaltError } from '@halite/core'
import { removeTemporaryDirectory, temporaryDirectory } from '@halite/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { FileClient } from '../../src/client/file-client.ts'
import type { FileRange, FoundFile, ReadOptions } from '../../src/file-source.ts'
import { MemorySource } from '../../src/memory-source.ts'
import { webDefaults } from './web-options.ts'

const base = parseSaltenv('base')
const dev = parseSaltenv('dev')

/** A source that counts what is read of it, and fails as it is told. */
class WatchedSource extends MemorySource {
  readonly reads: FileRange[] = []
  failures: Error[] = []

  override async read(file: FoundFile, range: FileRange, _options?: ReadOptions): Promise<Uint8Array> {
    const failure = this.failures.shift()
    if (failure !== undefined) throw failure
    this.reads.push(range)
    return super.read(file, range)
  }
}

describe('the file client', () => {
  let directory: string
  let source: WatchedSource
  let client: FileClient

  beforeEach(() => {
    directory = temporaryDirectory('halite-client')
    source = new WatchedSource()
    client = new FileClient({
      source,
      cachedir: directory,
      saltenv: '',
      hashType: 'sha256',
      web: webDefaults,
      patienceMs: 5000,
    })
  })
  afterEach(async () => {
    await client.close()
    removeTemporaryDirectory(directory)
  })

  const placeOf = (path: string, saltenv = 'base') => join(directory, 'files', saltenv, path)
  const partials = () =>
    existsSync(join(directory, 'fetching')) ? readdirSync(join(directory, 'fetching')) : []

  test('keeps copies at the places of Salt', async () => {
    source.write(base, { 'a/b': 'one', '?q': 'question' })
    source.write(dev, { 'a/b': 'two' })
    expect(await client.cacheFile('salt://a/b')).toBe(placeOf('a/b'))
    expect(await client.cacheFile('salt://a/b?saltenv=dev')).toBe(placeOf('a/b', 'dev'))
    expect(await client.cacheFile('salt://a/b', { saltenv: 'dev' })).toBe(placeOf('a/b', 'dev'))
    expect(await client.cacheFile('salt://|?q')).toBe(placeOf('?q'))
    expect(readFileSync(placeOf('a/b'), 'utf8')).toBe('one')
    expect(readFileSync(placeOf('a/b', 'dev'), 'utf8')).toBe('two')
    expect(await client.cacheFile('salt://no')).toBe(undefined)
    expect(await client.cacheFile('salt://a')).toBe(undefined)
    expect(partials()).toEqual([])
  })

  test('reads again only what has changed', async () => {
    source.write(base, { a: 'one' })
    await client.cacheFile('salt://a')
    await client.cacheFile('salt://a')
    expect(source.reads).toHaveLength(1)
    source.write(base, { a: 'two' })
    expect(readFileSync((await client.cacheFile('salt://a')) ?? '', 'utf8')).toBe('two')
    expect(source.reads).toHaveLength(2)
  })

  test('believes no copy that was changed here, not even one of the same size and time', async () => {
    source.write(base, { a: 'one' })
    await client.cacheFile('salt://a')
    writeFileSync(placeOf('a'), 'six')
    utimesSync(placeOf('a'), 1, 1)
    expect(readFileSync((await client.cacheFile('salt://a')) ?? '', 'utf8')).toBe('one')
  })

  test('uses a copy that an earlier process left', async () => {
    source.write(base, { a: 'one' })
    mkdirSync(placeOf(''), { recursive: true })
    writeFileSync(placeOf('a'), 'one')
    await client.cacheFile('salt://a')
    expect(source.reads).toEqual([])
  })

  test('fetches once what several want', async () => {
    const large = randomBytes(3_000_000)
    source.write(base, { large })
    const paths = await Promise.all(Array.from({ length: 5 }, () => client.cacheFile('salt://large')))
    expect(new Set(paths)).toEqual(new Set([placeOf('large')]))
    expect(source.reads.reduce((sum, { length }) => sum + length, 0)).toBe(large.length)
    expect(readFileSync(placeOf('large')).equals(large)).toBe(true)
  })

  test('goes on where a transfer was cut', async () => {
    const large = randomBytes(5_000_000)
    source.write(base, { large })
    source.failures = Array.from({ length: 6 }, () => new SaltError('SESSION_LOST', 'cut'))
    await client.cacheFile('salt://large')
    expect(readFileSync(placeOf('large')).equals(large)).toBe(true)
    const starts = source.reads.map(({ loc }) => loc)
    expect(new Set(starts).size).toBe(starts.length)
  })

  test('gives up when the master stays away, and leaves nothing behind', async () => {
    client = new FileClient({
      source,
      cachedir: directory,
      saltenv: '',
      hashType: 'sha256',
      web: webDefaults,
      patienceMs: 100,
    })
    source.write(base, { large: randomBytes(5_000_000) })
    source.failures = Array.from({ length: 1000 }, () => new SaltError('SESSION_LOST', 'gone'))
    await expect(client.cacheFile('salt://large')).rejects.toMatchObject({ code: 'SESSION_LOST' })
    expect(existsSync(placeOf('large'))).toBe(false)
    expect(partials()).toEqual([])
  })

  test('begins again with a file that changes meanwhile', async () => {
    source.write(base, { a: 'old' })
    const find = source.findHashed.bind(source)
    source.findHashed = async (name) => {
      const found = await find(name)
      source.findHashed = find
      source.write(base, { a: 'new' })
      return found
    }
    expect(readFileSync((await client.cacheFile('salt://a')) ?? '', 'utf8')).toBe('new')
  })

  test('never keeps what has another hash than its server says', async () => {
    source.write(base, { a: 'one' })
    source.read = async () => Buffer.from('evil')
    await expect(client.cacheFile('salt://a')).rejects.toMatchObject({ code: 'FILE_CHANGED' })
    expect(existsSync(placeOf('a'))).toBe(false)
    expect(partials()).toEqual([])
  })

  test('lets a file take the place of a directory, and the reverse', async () => {
    source.write(base, { 'a/b/c': 'deep' })
    await client.cacheFile('salt://a/b/c')
    source.remove({ saltenv: base, path: 'a/b/c' as never })
    source.write(base, { a: 'flat' })
    expect(readFileSync((await client.cacheFile('salt://a')) ?? '', 'utf8')).toBe('flat')
    source.remove({ saltenv: base, path: 'a' as never })
    source.write(base, { 'a/b/c': 'deep' })
    expect(readFileSync((await client.cacheFile('salt://a/b/c')) ?? '', 'utf8')).toBe('deep')
  })

  test('writes through no link that lies in the cache', async () => {
    source.write(base, { 'a/b': 'one', c: 'two' })
    mkdirSync(join(directory, 'outside'))
    mkdirSync(placeOf(''), { recursive: true })
    symlinkSync(join(directory, 'outside'), placeOf('a'))
    symlinkSync(join(directory, 'outside/c'), placeOf('c'))
    await expect(client.cacheFile('salt://a/b')).rejects.toMatchObject({ code: 'PATH_UNSAFE' })
    await expect(client.cacheFile('salt://c')).rejects.toMatchObject({ code: 'PATH_UNSAFE' })
    expect(readdirSync(join(directory, 'outside'))).toEqual([])
  })

  test('caches a directory, and of it what is asked for', async () => {
    source.write(base, { 'd/a': '1', 'd/b.txt': '2', 'd/e/c.txt': '3', 'dd/x': '4', top: '5' })
    const names = async (url: string, query = {}) =>
      (await client.cacheDir(url, query)).map((path) => path.slice(placeOf('/').length))
    expect(await names('salt://d')).toEqual(['d/a', 'd/b.txt', 'd/e/c.txt'])
    expect(await names('salt://d/', { includePat: '*.txt' })).toEqual(['d/b.txt', 'd/e/c.txt'])
    expect(await names('salt://d', { excludePat: 'E@b\\.txt$' })).toEqual(['d/a', 'd/e/c.txt'])
    expect(await names('salt://')).toEqual(['d/a', 'd/b.txt', 'd/e/c.txt', 'dd/x', 'top'])
    expect(source.reads).toHaveLength(5)
    expect(await names('salt://none')).toEqual([])
  })

  test('says what is cached, and where', async () => {
    source.write(base, { a: 'one' })
    expect(await client.isCached('salt://a')).toBe(undefined)
    expect(await client.cacheDest('salt://a?saltenv=dev')).toBe(placeOf('a', 'dev'))
    await client.cacheFile('salt://a')
    expect(await client.isCached('salt://a')).toBe(placeOf('a'))
    const place = (url: string) => client.cacheDest(url)
    const extrn = join(directory, 'extrn_files/base')
    expect(await place('http://user:word@host:8080/a%20b/c?x=1&y=2')).toBe(
      join(extrn, 'host8080/a%20b/c-x=1&y=2'),
    )
    expect(await place(`https://host/${'x'.repeat(300)}`)).toMatch(/\/host\/[0-9a-f]{64}$/)
    expect(await place('/etc/hosts')).toBe('/etc/hosts')
  })

  test('keeps copies of files of this machine', async () => {
    const path = join(directory, 'own')
    writeFileSync(path, 'mine')
    const copy = await client.localFile(path)
    expect(copy).toBe(join(directory, 'localfiles', path))
    expect(await client.isCached(path)).toBe(copy)
    expect(await client.listCached()).toEqual([copy])
    expect(await client.localFile(join(directory, 'none'))).toBe(undefined)
  })

  test('knows files of this machine by their paths', async () => {
    const path = join(directory, 'own')
    writeFileSync(path, 'mine')
    const hsum = createHash('sha256').update('mine').digest('hex')
    expect(await client.hashFile(path)).toEqual({ hash_type: 'sha256', hsum })
    expect(await client.statFile(path)).toMatchObject({ size: 4 })
    expect(await client.cacheFile(`file://${path}`)).toBe(path)
    expect(await client.hashFile(join(directory, 'none'))).toBe(undefined)
  })

  test.each([
    ['salt://../a', 'PATH_UNSAFE'],
    ['salt://a/../../b', 'PATH_UNSAFE'],
    ['salt://a\0', 'PATH_UNSAFE'],
    ['salt://a?saltenv=../x', 'SALTENV_INVALID'],
    ['salt:///etc/passwd', 'PATH_UNSAFE'],
    ['s3://bucket/a', 'FETCH_FAILED'],
    ['a/b', 'PATH_UNSAFE'],
    ['salt:/a', 'PATH_UNSAFE'],
    ['', 'PATH_UNSAFE'],
  ])('refuses %s', async (url, code) => {
    await expect(client.cacheFile(url)).rejects.toMatchObject({ code })
    await expect(client.hashFile(url)).rejects.toMatchObject({ code })
  })

  test('names URL, place and reason when a file cannot be kept, and leaves nothing', async () => {
    source.write(base, { a: 'one', large: randomBytes(1_000_000) })
    writeFileSync(join(directory, 'fetching'), 'no directory')
    for (const name of ['a', 'large'])
      await expect(client.cacheFile(`salt://${name}`)).rejects.toMatchObject({
        code: 'FILE_NOT_KEPT',
        message: expect.stringMatching(new RegExp(`salt://${name} cannot be kept as .*files/base/${name}: `)),
        hint: expect.stringContaining('cachedir'),
      })
    expect(existsSync(placeOf('a'))).toBe(false)
  })

  test('goes on when its cache was cleared by hand', async () => {
    source.write(base, { 'a/b': 'one' })
    await client.cacheFile('salt://a/b')
    for (const name of readdirSync(directory)) rmSync(join(directory, name), { recursive: true })
    expect(readFileSync((await client.cacheFile('salt://a/b')) ?? '', 'utf8')).toBe('one')
  })

  test('has a private copy for those who put a file somewhere', async () => {
    source.write(base, { a: 'one' })
    const fetched = await client.getFile('salt://a')
    expect(fetched).toEqual({ path: join(directory, 'fetching', partials()[0] ?? ''), own: true })
    expect(readFileSync(fetched?.path ?? '', 'utf8')).toBe('one')
    await client.cacheFile('salt://a')
    expect(await client.getFile('salt://a')).toEqual({ path: placeOf('a'), own: false })
    expect(await client.getFile('salt://none')).toBe(undefined)
  })

  test('tells how far its transfers are', async () => {
    const large = randomBytes(2_000_000)
    source.write(base, { large })
    const seen: unknown[] = []
    const read = source.read.bind(source)
    source.read = async (...args) => {
      seen.push(...(await client.transfers()))
      return read(...args)
    }
    await client.cacheFile('salt://large')
    expect(seen[0]).toEqual({ url: 'salt://large', done: 0, total: large.length })
    expect(await client.transfers()).toEqual([])
  })

  test('removes what a process that is gone was fetching', async () => {
    mkdirSync(join(directory, 'fetching'))
    writeFileSync(join(directory, 'fetching', '99999999-x'), '')
    writeFileSync(join(directory, 'fetching', `${process.ppid}-x`), '')
    await client.clearPartial()
    expect(partials()).toEqual([`${process.ppid}-x`])
  })
})
