// SPDX-License-Identifier: Apache-2.0
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Jid, jidAt, pack, parseJid, parseMinionId } from '@halite/core'
import type { Job, JobReturn } from '@halite/protocol'
import { removeTemporaryDirectory, temporaryDirectory } from '@halite/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { JobStore } from '../../src/jobs/job-store.ts'

let directory: string
let store: JobStore

beforeEach(() => {
  directory = temporaryDirectory('store')
  store = JobStore.open(directory)
})
afterEach(async () => {
  await store.close()
  removeTemporaryDirectory(directory)
})

const jid = parseJid('20260102030405000000')
const [web1, web2] = [parseMinionId('web1'), parseMinionId('web2')]

function job(changes: Partial<Job> = {}): Job {
  return { jid, fun: 'test.ping', arg: [], tgt: '*', tgt_type: 'glob', ret: '', user: 'root', ...changes }
}

function returnOf(value: unknown, changes: Partial<JobReturn> = {}): JobReturn {
  return { jid, return: pack(value), retcode: 0, success: true, ...changes }
}

async function reopen(): Promise<void> {
  await store.close()
  store = JobStore.open(directory)
}

test('jobs and returns are there after the store was closed', async () => {
  await store.saveJob(job({ arg: [1, { a: 'b' }] }), [web1, web2])
  await store.saveReturn(
    web1,
    returnOf({ deep: ['value'] }, { retcode: 3, success: false, out: 'highstate' }),
  ).committed
  await reopen()
  expect(store.load(jid)).toEqual({
    jid,
    fun: 'test.ping',
    arg: [1, { a: 'b' }],
    tgt: '*',
    tgt_type: 'glob',
    user: 'root',
    minions: ['web1', 'web2'],
  })
  expect(store.returns(jid)).toEqual([
    { id: 'web1', return: { deep: ['value'] }, retcode: 3, success: false, out: 'highstate' },
  ])
})

describe('a return', () => {
  /** Saves a return and waits for its commit; resolves to whether it was new. */
  async function save(...given: Parameters<JobStore['saveReturn']>): Promise<boolean> {
    const { isNew, committed } = store.saveReturn(...given)
    await committed
    return isNew
  }

  test('is stored once, and the first stays', async () => {
    expect(await save(web1, returnOf('first'))).toBe(true)
    expect(await save(web1, returnOf('second'))).toBe(false)
    expect(store.returns(jid)).toMatchObject([{ return: 'first' }])
  })

  test('is stored once when it comes twice in the same moment', async () => {
    expect(await Promise.all([save(web1, returnOf('first')), save(web1, returnOf('second'))])).toEqual([
      true,
      false,
    ])
    expect(store.returns(jid)).toMatchObject([{ return: 'first' }])
  })

  test('of another minion or job is another one', async () => {
    const other = parseJid('20260102030405000001')
    expect(await save(web1, returnOf(1))).toBe(true)
    expect(await save(web2, returnOf(2))).toBe(true)
    expect(await save(web1, returnOf(3, { jid: other }))).toBe(true)
    expect(store.returns(jid).map(({ id, return: value }) => [id, value])).toEqual([
      ['web1', 1],
      ['web2', 2],
    ])
    expect(store.returnedIds(other)).toEqual(['web1'])
    expect([store.hasReturn(jid, 'web1'), store.hasReturn(other, 'web2')]).toEqual([true, false])
  })

  test('may hold anything msgpack can', async () => {
    const value = { none: null, text: 'ü'.repeat(100_000), big: 2n ** 60n, bytes: Buffer.from([0, 255]) }
    await store.saveReturn(web1, returnOf(value)).committed
    expect(store.returns(jid)[0]?.return).toEqual(value)
    expect(store.packedReturns(jid)[0]?.return).toEqual(pack(value))
  })
})

describe('many jobs', () => {
  const times = [0, 1, 2, 3, 4].map((day) => Date.UTC(2026, 0, 10 + day))
  const jids = times.map((ms) => jidAt(BigInt(ms) * 1000n))

  beforeEach(async () => {
    await Promise.all(jids.map((each) => store.saveJob(job({ jid: each }), [web1])))
    await Promise.all(jids.map((each) => store.saveReturn(web1, returnOf('x', { jid: each })).committed))
  })

  const listed = (...range: Parameters<JobStore['list']>) => [...store.list(...range)].map((each) => each.jid)

  test('are listed oldest first, or newest first', () => {
    expect(listed()).toEqual(jids)
    expect(listed({ newestFirst: true })).toEqual([...jids].reverse())
  })

  test('are listed from one to another, both included', () => {
    const [, from, , to] = jids
    expect(listed({ from, to })).toEqual(jids.slice(1, 4))
    expect(listed({ from, to, newestFirst: true })).toEqual(jids.slice(1, 4).reverse())
  })

  test('are forgotten with their returns when they are too old', async () => {
    const retention = { sinceWallMs: times[2], maxBytes: undefined }
    expect(await store.retain(retention)).toBe(2)
    expect(listed()).toEqual(jids.slice(2))
    expect(store.returns(jids[0] as Jid)).toEqual([])
    expect(store.returns(jids[2] as Jid)).toHaveLength(1)
    expect(await store.retain(retention)).toBe(0)
  })
})

test('when the store is over its size the oldest jobs go, whole', async () => {
  const value = Buffer.alloc(20_000, 'x')
  const jids = Array.from({ length: 50 }, (_, n) => jidAt(BigInt(Date.UTC(2026, 0, 1) + n) * 1000n))
  await Promise.all(jids.map((each) => store.saveJob(job({ jid: each }), [web1, web2])))
  for (const minion of [web1, web2])
    await Promise.all(jids.map((each) => store.saveReturn(minion, returnOf(value, { jid: each })).committed))
  const before = store.bytes
  expect(before).toBeGreaterThan(2_000_000)
  await store.retain({ sinceWallMs: undefined, maxBytes: 1_000_000 })
  expect(store.bytes).toBeLessThanOrEqual(1_000_000)
  const kept = [...store.list()].map((each) => each.jid)
  expect(kept).toEqual(jids.slice(jids.length - kept.length))
  for (const each of jids) expect(store.returns(each)).toHaveLength(kept.includes(each) ? 2 : 0)
})

test('what is asked for and is not there is nothing', () => {
  expect(store.load(jid)).toBeUndefined()
  expect([store.returns(jid), store.returnedIds(jid), [...store.list()]]).toEqual([[], [], []])
})

test('a place that cannot hold a store is an error that names it', () => {
  const path = join(directory, 'a-file')
  writeFileSync(path, '')
  expect(() => JobStore.open(path)).toThrow(expect.objectContaining({ code: 'STORE_FAILED' }))
  expect(() => JobStore.open(path)).toThrow(path)
})
