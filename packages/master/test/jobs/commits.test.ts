// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { isSaltError } from '@halite/core'
import { removeTemporaryDirectory, temporaryDirectory } from '@halite/testing'
import { type Database, open, type RootDatabase } from 'lmdb'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { watchCommits } from '../../src/jobs/commit-watch.ts'
import { Commits, type Write } from '../../src/jobs/commits.ts'

let directory: string
let root: RootDatabase<Buffer, string>
let table: Database<Buffer, string>
let commits: Commits

beforeEach(() => {
  directory = temporaryDirectory('commits')
  root = open({ path: directory, encoding: 'binary', maxDbs: 1 })
  table = root.openDB({ name: 'table', encoding: 'binary' })
  commits = new Commits(root)
})
afterEach(async () => {
  await commits.close()
  await root.committed
  await root.close()
  removeTemporaryDirectory(directory)
})

/** A write of one key that notes when it was handed over. */
function write(key: string, handedOver: string[] = []): Write {
  const put = () => {
    handedOver.push(key)
    return table.put(key, Buffer.from(key))
  }
  return { put, isVisible: () => table.doesExist(key) }
}

const [urgent, gathered] = [{ isUrgent: true }, { isUrgent: false }]

test('lmdb-js tells of a commit before its flush: the hook that this rests on is there', async () => {
  let flushed = false
  const readable = new Promise<boolean>((resolve) => {
    const stop = watchCommits(root, () => {
      root.resetReadTxn()
      if (!table.doesExist('key')) return
      stop()
      resolve(!flushed)
    })
  })
  void table.put('key', Buffer.from('value')).then(() => {
    flushed = true
  })
  expect(await readable).toBe(true)
})

describe('writes', () => {
  test('can be read, by a new transaction, when their promise resolves', async () => {
    for (let n = 0; n < 50; n += 1) {
      await commits.add(write(`key${n}`), { isUrgent: n % 3 > 0 })
      expect(table.get(`key${n}`)?.toString()).toBe(`key${n}`)
    }
  })

  test('without hurry wait for one that has, and go before it', async () => {
    const order: string[] = []
    const waiting = commits.add(write('first', order), gathered)
    expect(order).toEqual([])
    const last = commits.add(write('last', order), urgent)
    expect(order).toEqual(['first', 'last'])
    await Promise.all([waiting, last])
    expect([table.doesExist('first'), table.doesExist('last')]).toEqual([true, true])
  })

  test('without hurry are committed within milliseconds all the same', async () => {
    await commits.add(write('alone'), gathered)
    expect(table.doesExist('alone')).toBe(true)
  })

  test('are handed over when there are many', async () => {
    const order: string[] = []
    const all = Array.from({ length: 2048 }, (_, n) => commits.add(write(`key${n}`, order), gathered))
    expect(order).toHaveLength(2048)
    await Promise.all(all)
  })

  test('are settled when they are asked for, and nothing is to wait for then', async () => {
    void commits.add(write('key'), gathered)
    await commits.settled()
    expect(table.doesExist('key')).toBe(true)
    await commits.settled()
  })
})

describe('a commit that fails', () => {
  const failing = (isVisible: boolean): Write => ({
    put: async () => {
      if (isVisible) await table.put('key', Buffer.from('value'))
      throw Object.assign(new Error('Commit failed'), {
        commitError: Promise.reject(new Error('no space left')),
      })
    },
    isVisible: () => isVisible && table.doesExist('key'),
  })

  test('rejects with the reason, and what comes later is committed', async () => {
    const error = await commits.add(failing(false), urgent).catch((reason: unknown) => reason)
    expect([isSaltError(error, 'STORE_FAILED'), String(error)]).toEqual([
      true,
      expect.stringContaining('no space left'),
    ])
    await commits.settled()
    await commits.add(write('later'), urgent)
  })

  test('is reported once of a row, and so is that commits go well again', async () => {
    const told: string[] = []
    commits = new Commits(root, {
      onFailing: ({ message }) => told.push(message),
      onRecovered: () => told.push('recovered'),
    })
    for (const next of [failing(false), failing(false), write('one'), write('two'), failing(false)]) {
      await commits.add(next, urgent).catch(() => undefined)
    }
    const fault = 'the job store cannot be written: no space left'
    expect(told).toEqual([fault, 'recovered', fault])
  })

  test('in its flush is told, when its writes had been committed before', async () => {
    const onUnflushed = vi.fn<(error: Error) => void>()
    commits = new Commits(root, { onUnflushed })
    await commits.add(failing(true), urgent)
    await vi.waitFor(() => expect(onUnflushed).toHaveBeenCalledOnce())
    expect(onUnflushed.mock.calls[0]?.[0].message).toContain('no space left')
  })
})

test('what was committed outlives a process that is killed in the same moment', async () => {
  const script = join(import.meta.dirname, 'committing-process.mjs')
  const child = spawn(process.execPath, [script, join(directory, 'killed')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const committed: string[] = []
  for await (const line of createInterface(child.stdout)) {
    committed.push(line)
    if (committed.length === 200) child.kill('SIGKILL')
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  const reopened = open<Buffer, string>({ path: join(directory, 'killed'), encoding: 'binary' })
  expect(committed.length).toBeGreaterThanOrEqual(200)
  expect(committed.filter((key) => !reopened.doesExist(key))).toEqual([])
  await reopened.close()
})
