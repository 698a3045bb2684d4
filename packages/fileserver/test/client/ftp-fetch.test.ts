// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { WebOptions } from '@halite/core'
import { type FtpServer, removeTemporaryDirectory, startFtpServer, temporaryDirectory } from '@halite/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { FileClient } from '../../src/client/file-client.ts'
import { MemorySource } from '../../src/memory-source.ts'
import { webDefaults } from './web-options.ts'

describe('files of FTP servers', () => {
  const large = randomBytes(1_000_000)
  let directory: string
  let server: FtpServer

  beforeEach(async () => {
    directory = temporaryDirectory('halite-ftp')
    server = await startFtpServer({ 'pub/large': large })
  })
  afterEach(async () => {
    await server.close()
    removeTemporaryDirectory(directory)
  })

  const fetched = (path: string, { user = '', ...web }: Partial<WebOptions> & { user?: string } = {}) =>
    new FileClient({
      source: new MemorySource(),
      cachedir: directory,
      saltenv: '',
      hashType: 'sha256',
      patienceMs: 0,
      web: { ...webDefaults, ...web },
    }).cacheFile(`ftp://${user}127.0.0.1:${server.port}/${path}`)
  const partials = () => readdirSync(join(directory, 'fetching'))

  test('lie at the place of Salt', async () => {
    const path = await fetched('pub/large')
    expect(path).toBe(join(directory, 'extrn_files/base', `127.0.0.1${server.port}`, 'pub/large'))
    expect(readFileSync(path ?? '').equals(large)).toBe(true)
    expect(server.commands).toContain('USER anonymous')
  })

  test('are asked for by name and password', async () => {
    await fetched('pub/large', { user: 'me:word@' })
    expect(server.commands).toEqual(expect.arrayContaining(['USER me', 'PASS word']))
    const error = await fetched('pub/large', { user: 'me:wrong@' }).catch(String)
    expect(error).toContain('530')
    expect(error).not.toContain('wrong')
  })

  test.each([
    ['has no such file', 'none', 'pub/none', /550/],
    ['stalls', 'stalls', 'pub/large', /longer than http_request_timeout/],
    ['is cut', 'cuts', 'pub/large', /cannot be fetched/],
  ] as const)('fail when the server %s, and leave nothing', async (_what, trouble, path, words) => {
    server.trouble = trouble
    await expect(fetched(path, { http_request_timeout: 0.5 })).rejects.toMatchObject({
      code: 'FETCH_FAILED',
      message: expect.stringMatching(words),
    })
    expect(partials()).toEqual([])
  })

  test('are no larger than allowed', async () => {
    await expect(fetched('pub/large', { http_max_body: 1000 })).rejects.toMatchObject({
      code: 'FETCH_FAILED',
      message: expect.stringContaining('http_max_body'),
    })
  })
})
