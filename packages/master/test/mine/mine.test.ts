// SPDX-License-Identifier: Apache-2.0
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type DataMap,
  type MinionId,
  mapValues,
  Packed,
  pack,
  parseMinionId,
  silentLog,
  unpack,
} from '@halite/core'
import type { MineEntry } from '@halite/protocol'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Mine } from '../../src/mine/mine.ts'
import { MineStore } from '../../src/mine/mine-store.ts'
import { MinionData } from '../../src/minion-data.ts'

const ids = ['web1', 'web2', 'db1'].map((id) => parseMinionId(id))
const [web1, web2, db1] = ids as [MinionId, MinionId, MinionId]
const options = { minion_data_cache: true, enforce_mine_cache: false, mine_max_bytes: 1000 }

let cachedir: string
let data: MinionData
let store: MineStore
let mine: Mine

beforeEach(() => {
  cachedir = mkdtempSync(join(tmpdir(), 'halite-mine-'))
  data = new MinionData(cachedir, silentLog)
  data.save(web1, { role: 'web' })
  data.save(web2, { role: 'web' })
  data.save(db1, { role: 'db' })
  data.holdPillar(web1, new Packed(pack({ secret: 'abc' })))
  data.holdPillar(web2, new Packed(pack({ secret: 'abd' })))
  data.holdPillar(db1, new Packed(pack({ secret: 'xyz' })))
  store = opened()
  mine = reader()
})

afterEach(async () => {
  await store.close()
  await data.close()
  rmSync(cachedir, { recursive: true, force: true })
})

function opened(more: Partial<typeof options> = {}): MineStore {
  return new MineStore({ cachedir, ...options, ...more }, silentLog)
}

function reader(mine_get: Readonly<Record<string, unknown>> = {}, nodegroups = {}): Mine {
  return new Mine({ store, data, accepted: () => ids, options: { mine_get, nodegroups }, log: silentLog })
}

async function put(id: MinionId, ...entries: MineEntry[]): Promise<void> {
  await store.put(id, entries)
}

/** What an asker is given, unpacked. */
async function get(
  tgt: string,
  fun: string | string[],
  { tgt_type = 'glob', asker = web1 as MinionId | 'operator', from = mine } = {},
): Promise<unknown> {
  return plain(await from.get({ tgt, tgt_type, fun }, asker === 'operator' ? undefined : asker))
}

function plain(given: DataMap): unknown {
  return mapValues(given, (value) =>
    value instanceof Packed ? unpack(value.bytes) : plain(value as DataMap),
  )
}

describe('reading', () => {
  beforeEach(async () => {
    await put(web1, { name: 'ip', data: '10.0.0.1' }, { name: 'os', data: { name: 'Debian' } })
    await put(db1, { name: 'ip', data: '10.0.0.3' })
  })

  test('gives one name by id, several by name and id', async () => {
    expect(await get('*', 'ip')).toEqual({ web1: '10.0.0.1', db1: '10.0.0.3' })
    const both = { ip: { web1: '10.0.0.1', db1: '10.0.0.3' }, os: { web1: { name: 'Debian' } } }
    expect(await get('*', 'ip,os')).toEqual(both)
    expect(await get('*', ['ip', 'os'])).toEqual(both)
    expect(await get('*', ['ip'])).toEqual({ ip: both.ip })
    expect(await get('*', 'gone')).toEqual({})
  })

  test.each([
    ['role:web', 'grain', { web1: '10.0.0.1' }],
    ['G@role:db or web2', 'compound', { db1: '10.0.0.3' }],
    ['web1,db1', 'list', { web1: '10.0.0.1', db1: '10.0.0.3' }],
    ['secret:abc', 'pillar', { web1: '10.0.0.1' }],
  ])('of %s (%s)', async (tgt, tgt_type, expected) => {
    expect(await get(tgt, 'ip', { tgt_type })).toEqual(expected)
  })

  test('a target that cannot be read is refused', async () => {
    await expect(get('a or', 'ip', { tgt_type: 'compound' })).rejects.toMatchObject({
      code: 'TARGET_INVALID',
    })
    await expect(get('%a', 'ip', { tgt_type: 'range' })).rejects.toMatchObject({ code: 'TARGET_INVALID' })
  })

  test.each([
    ['secret:x*', 'pillar'],
    ['secret:x.*', 'pillar_pcre'],
    ['I@secret:x*', 'compound'],
    ['J@secret:x.z', 'compound'],
    ['* and not I@secret:a*', 'compound'],
  ])('a minion cannot search the pillar of others: %s (%s)', async (tgt, tgt_type) => {
    const found = await get(tgt, 'ip', { tgt_type })
    expect([{}, { web1: '10.0.0.1', db1: '10.0.0.3' }]).toContainEqual(found)
    expect(await get(tgt, 'ip', { tgt_type, asker: 'operator' })).toEqual({ db1: '10.0.0.3' })
  })
})

describe('what an owner allows', () => {
  test.each([
    ['db1', undefined, []],
    ['db1', 'glob', []],
    ['web*', undefined, ['web1', 'web2']],
    ['role:web', 'grain', ['web1', 'web2']],
    ['web1 or G@role:db', 'compound', ['web1', 'db1']],
    ['a or', 'compound', []],
    ['%range', 'range', []],
    ['', undefined, ['web1', 'web2', 'db1']],
  ] as const)('%j (%s)', async (allow_tgt, allow_tgt_type, expected) => {
    await put(db1, { name: 'key', data: 1, allow_tgt, allow_tgt_type })
    const readers: string[] = []
    for (const asker of ids) {
      const found = await get('*', 'key', { asker })
      if (JSON.stringify(found) !== '{}') readers.push(asker)
    }
    const always = allow_tgt === 'db1' ? ['db1'] : []
    expect(readers).toEqual([...expected, ...always])
    expect(await get('*', 'key', { asker: 'operator' })).toEqual({ db1: 1 })
  })

  test('holds for each of several names, and after the next update', async () => {
    await put(db1, { name: 'open', data: 1 }, { name: 'closed', data: 2, allow_tgt: 'db1' })
    expect(await get('*', 'open,closed')).toEqual({ open: { db1: 1 } })
    await put(db1, { name: 'closed', data: 3 })
    expect(await get('*', 'open,closed')).toEqual({ open: { db1: 1 }, closed: { db1: 3 } })
  })

  test('data that looks like a restriction is none, and cannot lift one', async () => {
    await put(db1, { name: 'key', data: { __data__: 1, allow_tgt: 'web1' }, allow_tgt: 'nobody' })
    expect(await get('*', 'key')).toEqual({})
    await put(db1, { name: 'key', data: { __saltmine__: 1, __data__: 1, allow_tgt: 'nobody' } })
    expect(await get('*', 'key')).toEqual({ db1: { __saltmine__: 1, __data__: 1, allow_tgt: 'nobody' } })
  })

  test('mine_get of the master limits who reads which names', async () => {
    await put(db1, { name: 'network.ip', data: 1 }, { name: 'disk', data: 2 })
    const from = reader({ web1$: ['network\\..*'], db: ['.*'], bad: 'no list', '(': ['.*'] })
    expect(await get('*', 'network.ip', { from })).toEqual({ db1: 1 })
    expect(await get('*', 'disk', { from })).toEqual({})
    expect(await get('*', 'network.ip', { from, asker: web2 })).toEqual({})
    expect(await get('*', 'disk', { from, asker: db1 })).toEqual({ db1: 2 })
  })
})

describe('the store', () => {
  test('adds names, replaces them, and with clear removes the others', async () => {
    await put(web1, { name: 'a', data: 1 }, { name: 'b', data: 2 })
    await put(web1, { name: 'b', data: 3 })
    expect(await get('web1', 'a,b')).toEqual({ a: { web1: 1 }, b: { web1: 3 } })
    await store.put(web1, [{ name: 'c', data: 4 }], { clear: true })
    expect(await get('web1', 'a,b,c')).toEqual({ c: { web1: 4 } })
    expect(await store.delete(web1, 'c')).toBe(true)
    expect(await store.delete(web1, 'c')).toBe(false)
  })

  test('outlives the master, and goes with the minion', async () => {
    await put(web1, {
      name: 'a',
      data: { list: [1, 2.5, 'x'] },
      allow_tgt: ['web1', 'db1'],
      allow_tgt_type: 'list',
    })
    await store.close()
    store = opened()
    mine = reader()
    expect(await get('*', 'a')).toEqual({ web1: { list: [1, 2.5, 'x'] } })
    expect(await get('*', 'a', { asker: web2 })).toEqual({})
    store.forget(web1)
    await store.close()
    expect(existsSync(join(cachedir, 'minions/web1/mine.p'))).toBe(false)
    store = opened()
    mine = reader()
    expect(await get('*', 'a')).toEqual({})
  })

  test('what is put while the file is read is added to it', async () => {
    await put(web1, { name: 'a', data: 1 })
    await store.close()
    store = opened()
    mine = reader()
    await Promise.all([put(web1, { name: 'b', data: 2 }), put(web1, { name: 'c', data: 3 })])
    expect(await get('web1', 'a,b,c')).toMatchObject({ a: { web1: 1 } })
  })

  test('a file that cannot be read counts as none', async () => {
    mkdirSync(join(cachedir, 'minions/web1'), { recursive: true })
    writeFileSync(join(cachedir, 'minions/web1/mine.p'), 'no msgpack at all')
    expect(await get('*', 'a')).toEqual({})
  })

  test('is bounded: mine_max_bytes, and names', async () => {
    await expect(put(web1, { name: 'a', data: 'x'.repeat(2000) })).rejects.toMatchObject({
      code: 'VALUE_TOO_LARGE',
    })
    const many = Array.from({ length: 1001 }, (_, index) => ({ name: `n${index}`, data: null }))
    store = opened({ mine_max_bytes: 1_000_000 })
    await expect(put(web1, ...many)).rejects.toMatchObject({ code: 'VALUE_TOO_LARGE' })
    expect(await store.of(web1)).toEqual(new Map())
  })

  test('without minion_data_cache it lies in memory, unless enforce_mine_cache says otherwise', async () => {
    for (const enforce_mine_cache of [false, true]) {
      store = opened({ minion_data_cache: false, enforce_mine_cache })
      mine = reader()
      await put(web1, { name: 'a', data: 1 })
      expect(await get('*', 'a')).toEqual({ web1: 1 })
      await store.close()
      expect(existsSync(join(cachedir, 'minions/web1/mine.p'))).toBe(enforce_mine_cache)
    }
  })
})
