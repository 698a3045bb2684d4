// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Clock, pack, parseMinionId, silentLog, systemClock } from '@halite/core'
import { afterEach, describe, expect, test } from 'vitest'
import { PillarCache } from '../../src/pillar/pillar-cache.ts'

const directories: string[] = []
afterEach(() => {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true, force: true })
})

let now = 1000
const clock: Clock = { ...systemClock, wallMs: () => now * 1000 }
const [one, other] = [parseMinionId('m1'), parseMinionId('m2')]

function made(pillar_cache_backend: 'disk' | 'memory', cachedir = temporary()) {
  const options = { pillar_cache_backend, pillar_cache_ttl: 60, cachedir }
  return { cache: new PillarCache(options, { clock, log: silentLog }), cachedir }
}

function temporary(): string {
  const directory = mkdtempSync(join(tmpdir(), 'halite-pillar-cache-'))
  directories.push(directory)
  return directory
}

describe.each(['disk', 'memory'] as const)('pillar_cache_backend: %s', (backend) => {
  test('keeps a pillar for pillar_cache_ttl, by minion and environment', async () => {
    const { cache } = made(backend)
    await cache.keep(one, '', pack({ a: 1 }))
    await cache.keep(one, 'dev', pack({ a: 2 }))
    expect(await cache.find(one, '')).toEqual(pack({ a: 1 }))
    expect(await cache.find(one, 'dev')).toEqual(pack({ a: 2 }))
    expect(await cache.find(other, '')).toBeUndefined()
    expect(await cache.list(one)).toEqual(
      new Map([
        ['', { a: 1 }],
        ['dev', { a: 2 }],
      ]),
    )
    now += 61
    expect(await cache.find(one, '')).toBeUndefined()
  })

  test('forgets a minion, and keeps few environments of it', async () => {
    const { cache } = made(backend)
    for (let index = 0; index < 100; index++) await cache.keep(one, `e${index}`, pack({}))
    expect((await cache.list(one)).size).toBeLessThanOrEqual(16)
    await cache.keep(other, '', pack({}))
    await cache.clear(one)
    expect(await cache.list(one)).toEqual(new Map())
    expect(await cache.find(other, '')).toBeDefined()
  })
})

test('files are for the master alone, and outlive it', async () => {
  const { cache, cachedir } = made('disk')
  await cache.keep(one, '', pack({ a: 1 }))
  expect(statSync(join(cachedir, 'pillar_cache', 'm1')).mode & 0o777).toBe(0o600)
  expect(await made('disk', cachedir).cache.find(one, '')).toEqual(pack({ a: 1 }))
  writeFileSync(join(cachedir, 'pillar_cache', 'm1'), 'no msgpack')
  expect(await made('disk', cachedir).cache.find(one, '')).toBeUndefined()
})

test('memory leaves no file', async () => {
  const { cache, cachedir } = made('memory')
  await cache.keep(one, '', pack({ a: 1 }))
  expect(readdirSync(cachedir)).toEqual([])
})
