// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseSaltenv } from '@halite/core'
import { removeTemporaryDirectory, temporaryDirectory } from '@halite/testing'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { FileClient } from '../../src/client/file-client.ts'
import { MemorySource } from '../../src/memory-source.ts'
import { webDefaults } from './web-options.ts'

const base = parseSaltenv('base')
let directory: string | undefined

beforeEach((ctx) => {
  const isAllowed = process.env['HALITE_TEST_HOST'] === '1' && process.getuid?.() === 0
  ctx.skip(!isAllowed, 'it mounts a small disk, which is for HALITE_TEST_HOST=1 and root')
  directory = temporaryDirectory('halite-full-cache')
  mount('-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', directory)
})
afterEach(() => {
  if (directory === undefined) return
  execFileSync('umount', [directory])
  removeTemporaryDirectory(directory)
})

function mount(...args: string[]): void {
  execFileSync('mount', args)
}

function clientOn(cachedir: string, files: Readonly<Record<string, Buffer>>): FileClient {
  const source = new MemorySource()
  source.write(base, files)
  return new FileClient({
    source,
    cachedir,
    saltenv: '',
    hashType: 'sha256',
    patienceMs: 0,
    web: webDefaults,
  })
}

test.each([600_000, 5_000_000])(
  'a file of %i bytes for which the disk has no room leaves nothing',
  async (size) => {
    const cachedir = directory ?? ''
    const client = clientOn(cachedir, {
      full: randomBytes(800_000),
      more: randomBytes(size),
      small: Buffer.from('x'),
    })
    await client.cacheFile('salt://full')
    await expect(client.cacheFile('salt://more')).rejects.toMatchObject({
      code: 'FILE_NOT_KEPT',
      message: expect.stringMatching(
        /^salt:\/\/more cannot be kept as .*files\/base\/more: the disk is full$/,
      ),
    })
    await expect(client.getFile('salt://more')).rejects.toMatchObject({
      code: 'FILE_NOT_KEPT',
      message: expect.stringMatching(/^salt:\/\/more cannot be kept as .*fetching: the disk is full$/),
    })
    expect(existsSync(join(cachedir, 'files/base/more'))).toBe(false)
    expect(readdirSync(join(cachedir, 'fetching'))).toEqual([])
    expect(readFileSync((await client.cacheFile('salt://small')) ?? '', 'utf8')).toBe('x')
  },
)

test('a cache that cannot be written says so, and what is in it is used', async () => {
  const cachedir = directory ?? ''
  const client = clientOn(cachedir, { here: Buffer.from('here'), more: Buffer.from('more') })
  await client.cacheFile('salt://here')
  mount('-o', 'remount,ro', cachedir)
  await expect(client.cacheFile('salt://more')).rejects.toMatchObject({
    code: 'FILE_NOT_KEPT',
    message: expect.stringContaining('the file system is read-only'),
  })
  expect(readFileSync((await client.cacheFile('salt://here')) ?? '', 'utf8')).toBe('here')
})
