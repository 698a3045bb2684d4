// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Cluster, removeTemporaryDirectory, startCluster, temporaryDirectory } from '@halite/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

describe('files of the master, on a minion', () => {
  const directory = temporaryDirectory('halite-files')
  const roots = join(directory, 'roots')
  const other = join(directory, 'other')
  const large = randomBytes(5_000_001)
  let cluster: Cluster

  beforeAll(async () => {
    for (const each of [join(roots, 'sub'), other]) mkdirSync(each, { recursive: true })
    writeFileSync(join(roots, 'small'), 'small\n')
    writeFileSync(join(roots, 'empty'), '')
    writeFileSync(join(roots, 'sub/large'), large)
    writeFileSync(join(other, 'secret'), 'secret\n')
    symlinkSync(join(other, 'secret'), join(roots, 'leaves'))
    cluster = await startCluster({ minions: 1, master: { file_roots: { base: [roots], dev: [other] } } })
  })
  afterAll(async () => {
    await cluster?.close()
    removeTemporaryDirectory(directory)
  })

  const get = async (url: string, ...more: unknown[]) => {
    const dest = join(directory, 'dest')
    const returned = (await cluster.client.cmd('m1', 'cp.get_file', [url, dest, ...more]))['m1']
    return returned === dest ? readFileSync(dest) : returned
  }

  test('arrive as they are', async () => {
    expect(await get('salt://small')).toEqual(Buffer.from('small\n'))
    expect(await get('salt://empty')).toEqual(Buffer.alloc(0))
    expect(large.equals((await get('salt://sub/large')) as Buffer)).toBe(true)
  })

  test('come from the environment that was asked for', async () => {
    expect(await get('salt://secret')).toBe('')
    expect(await get('salt://secret?saltenv=dev')).toEqual(Buffer.from('secret\n'))
    expect(await get('salt://secret', 'dev')).toEqual(Buffer.from('secret\n'))
  })

  test('change when they change on the master', async () => {
    writeFileSync(join(roots, 'turning'), 'one')
    expect(String(await get('salt://turning'))).toBe('one')
    writeFileSync(join(roots, 'turning'), 'two')
    expect(String(await get('salt://turning'))).toBe('two')
  })

  test('never come from outside the roots', async () => {
    expect(await get('salt://leaves')).toBe('')
    for (const path of ['../other/secret', 'sub/../../other/secret', '/etc/passwd', 'sub\\..\\..\\x'])
      expect(await get(`salt://${path}`)).toContain('is refused')
    expect(await get('salt://small?saltenv=../x')).toContain('is not valid')
  })
})
