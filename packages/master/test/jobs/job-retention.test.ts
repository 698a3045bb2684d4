// SPDX-License-Identifier: Apache-2.0
import { type Jid, jidAt, pack, parseMinionId } from '@halite/core'
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

const startMs = Date.UTC(2026, 10, 20)

function jidOf(index: number): Jid {
  return jidAt(BigInt(startMs + index * 1000) * 1000n)
}

async function save(index: number, returns: number, size = 10): Promise<void> {
  const jid = jidOf(index)
  const minions = Array.from({ length: returns }, (_, at) => parseMinionId(`m${at}`))
  await store.saveJob(
    { jid, fun: 'a.b', arg: [], tgt: '*', tgt_type: 'glob', ret: '', user: 'root' },
    minions,
  )
  const ret = { jid, return: pack('x'.repeat(size)), retcode: 0, success: true }
  await Promise.all(minions.map((id) => store.saveReturn(id, ret).committed))
}

function left(): Jid[] {
  return [...store.list()].map(({ jid }) => jid)
}

const none = { sinceWallMs: undefined, maxBytes: undefined }

describe('retention', () => {
  test('by age drops jobs made before, with all their returns, and no other', async () => {
    for (let index = 0; index < 6; index += 1) await save(index, 450)
    expect(await store.retain({ ...none, sinceWallMs: startMs + 4000 })).toBe(4)
    expect(left()).toEqual([jidOf(4), jidOf(5)])
    for (let index = 0; index < 4; index += 1) {
      expect(store.returnedIds(jidOf(index))).toEqual([])
      expect(store.load(jidOf(index))).toBeUndefined()
    }
    expect(store.returns(jidOf(4))).toHaveLength(450)
  })

  test('by size drops the oldest, and leaves no job with a part of its returns', async () => {
    for (let index = 0; index < 10; index += 1) await save(index, 300, 500)
    const before = store.bytes
    const dropped = await store.retain({ ...none, maxBytes: before / 2 })
    expect(dropped).toBeGreaterThan(3)
    expect(dropped).toBeLessThan(9)
    expect(store.bytes).toBeLessThanOrEqual(before / 2)
    expect(left()).toEqual(Array.from({ length: 10 - dropped }, (_, index) => jidOf(dropped + index)))
    for (const jid of left()) expect(store.returnedIds(jid)).toHaveLength(300)
  })

  test('drops many small jobs as well as few large ones', async () => {
    await Promise.all(Array.from({ length: 900 }, (_, index) => save(index, 1)))
    expect(await store.retain({ ...none, sinceWallMs: startMs + 700_000 })).toBe(700)
    expect(left()).toHaveLength(200)
  })

  test('drops returns whose job is gone', async () => {
    const [jid, id] = [jidOf(0), parseMinionId('late')]
    const ret = { jid, return: pack(true), retcode: 0, success: true }
    await store.saveReturn(id, ret).committed
    expect(await store.retain({ ...none, sinceWallMs: startMs + 1000 })).toBe(0)
    expect(store.hasReturn(jid, id)).toBe(false)
  })

  test('without rules drops nothing, and a limit of nothing drops everything', async () => {
    await save(0, 3)
    expect(await store.retain(none)).toBe(0)
    expect(left()).toEqual([jidOf(0)])
    expect(await store.retain({ ...none, maxBytes: 0 })).toBe(1)
    expect(left()).toEqual([])
  })

  test('writes that come meanwhile are kept', async () => {
    for (let index = 0; index < 5; index += 1) await save(index, 400)
    const dropping = store.retain({ ...none, sinceWallMs: startMs + 5000 })
    await save(5, 400)
    expect(await dropping).toBe(5)
    expect(left()).toEqual([jidOf(5)])
    expect(store.returnedIds(jidOf(5))).toHaveLength(400)
  })
})

test('stored returns come a page at a time, each once', async () => {
  await save(0, 5, 4 * 1024 * 1024)
  const ids: string[] = []
  for (let after: string | undefined; ; ) {
    const page = store.packedReturns(jidOf(0), after)
    if (page.length === 0) break
    expect(page.length).toBeLessThan(3)
    ids.push(...page.map(({ id }) => id))
    after = page.at(-1)?.id
  }
  expect(ids).toEqual(['m0', 'm1', 'm2', 'm3', 'm4'])
})

test('what became of a batch is kept with its job', async () => {
  await save(0, 1)
  const missing = [{ id: 'm9', status: 'Not run', reason: 'the batch was stopped' }]
  await store.saveMissing(jidOf(0), missing)
  expect(store.load(jidOf(0))).toMatchObject({ minions: ['m0'], batch: { missing } })
  await store.saveMissing(jidOf(1), missing)
  expect(store.load(jidOf(1))).toBeUndefined()
})
