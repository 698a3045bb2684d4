// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate as immediate } from 'node:timers/promises'
import { pack, parseJid } from '@halite/core'
import type { JobReturn } from '@halite/protocol'
import { captureLog, removeTemporaryDirectory, temporaryDirectory } from '@halite/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ReturnJournal } from '../../src/jobs/return-journal.ts'

const master = '10.0.0.1:4506'
let directory: string
let path: string
let journal: ReturnJournal
let captured = captureLog()

beforeEach(() => {
  directory = temporaryDirectory('journal')
  path = join(directory, 'cache', 'returns.journal')
  captured = captureLog()
  journal = new ReturnJournal(path, captured.log)
})
afterEach(() => {
  journal.close()
  removeTemporaryDirectory(directory)
})

const jid = (n: number) => parseJid(`2026010203040500000${n}`)

function ret(n: number, value: unknown = n): JobReturn {
  return { jid: jid(n), return: pack(value), retcode: 0, success: true }
}

function reopen(): void {
  journal.close()
  journal = new ReturnJournal(path, captured.log)
}

/** Ids of the jobs whose returns are pending, by their last digit. */
const pending = () => journal.pending().map(({ ret: { jid: each } }) => Number(each.at(-1)))
const size = () => statSync(path).size

describe('returns', () => {
  test('are pending until they are done, oldest first', () => {
    for (const n of [1, 2, 3]) journal.add(master, ret(n))
    journal.done(master, jid(2))
    expect(pending()).toEqual([1, 3])
    expect([journal.has(jid(1)), journal.has(jid(2))]).toEqual([true, false])
  })

  test('outlive the process, whole', () => {
    const large = ret(1, { text: 'x'.repeat(1_000_000), bytes: Buffer.from([0, 1, 255]) })
    journal.add(master, large)
    journal.add(master, { ...ret(2), retcode: 3, success: false, out: 'highstate' })
    const before = pack(journal.pending())
    reopen()
    expect(pack(journal.pending()).equals(before)).toBe(true)
  })

  test('of two masters under one jid are two', () => {
    journal.add(master, ret(1))
    journal.add('other', ret(1))
    journal.done('other', jid(1))
    reopen()
    expect(journal.pending()).toMatchObject([{ master }])
  })

  test('that are done stay done', () => {
    for (const n of [1, 2]) journal.add(master, ret(n))
    journal.done(master, jid(1))
    reopen()
    expect(pending()).toEqual([2])
  })

  test('that nobody knows may be done without harm', () => {
    journal.add(master, ret(1))
    journal.done(master, jid(5))
    journal.done('other', jid(1))
    expect(pending()).toEqual([1])
  })
})

describe('the file', () => {
  test('is empty whenever nothing is pending', async () => {
    for (const n of [1, 2]) journal.add(master, ret(n))
    expect(size()).toBeGreaterThan(0)
    for (const n of [2, 1]) journal.done(master, jid(n))
    await immediate()
    expect(size()).toBe(0)
    journal.add(master, ret(3))
    reopen()
    expect(pending()).toEqual([3])
  })

  test('notes in one record what was done in one turn', async () => {
    for (const n of [1, 2, 3, 4, 5]) journal.add(master, ret(n))
    const before = size()
    journal.done(master, jid(1))
    await immediate()
    const one = size() - before
    for (const n of [2, 3, 4]) journal.done(master, jid(n))
    await immediate()
    expect(size() - before - one).toBeLessThan(2.5 * one)
    reopen()
    expect(pending()).toEqual([5])
  })

  test('does not grow for ever while there is always something pending', async () => {
    const large = 'x'.repeat(100_000)
    let largest = 0
    for (let n = 0; n < 200; n += 1) {
      journal.add(master, ret(n % 10, large))
      if (n > 0) journal.done(master, jid((n - 1) % 10))
      await immediate()
      largest = Math.max(largest, size())
    }
    expect(largest).toBeLessThan(2_000_000)
    reopen()
    expect(pending()).toEqual([9])
    expect(statSync(path).mode & 0o077).toBe(0)
  })

  test('goes on as it is when it cannot be rewritten', () => {
    journal.add(master, ret(1))
    rmSync(join(directory, 'cache'), { recursive: true })
    for (let n = 2; n <= 9; n += 1) {
      journal.add(master, ret(n, 'x'.repeat(400_000)))
      if (n < 9) journal.done(master, jid(n))
    }
    expect(pending()).toEqual([1, 9])
    expect(captured.find('the journal of returns stays as large as it is')).toBeDefined()
    mkdirSync(join(directory, 'cache'))
    journal.add(master, ret(0, 'y'))
    reopen()
    expect(pending()).toEqual([1, 9, 0])
  })

  test('is for nobody else to read', () => {
    expect(statSync(path).mode & 0o077).toBe(0)
  })

  test('leaves out at the next start what was done', () => {
    for (const n of [1, 2]) journal.add(master, ret(n))
    const two = size()
    journal.done(master, jid(1))
    reopen()
    expect(size()).toBeLessThan(two)
  })

  test('cut off anywhere keeps every return before the cut', () => {
    for (const n of [1, 2, 3]) journal.add(master, ret(n))
    const whole = readFileSync(path)
    const each = whole.length / 3
    for (let length = 0; length <= whole.length; length += 7) {
      journal.close()
      writeFileSync(path, whole.subarray(0, length))
      journal = new ReturnJournal(path, captured.log)
      expect(pending()).toEqual([1, 2, 3].slice(0, Math.floor(length / each)))
    }
  })

  test('cut off takes further returns, which are there after another start', () => {
    for (const n of [1, 2]) journal.add(master, ret(n))
    journal.close()
    writeFileSync(path, readFileSync(path).subarray(0, -3))
    journal = new ReturnJournal(path, captured.log)
    journal.add(master, ret(3))
    reopen()
    expect(pending()).toEqual([1, 3])
  })

  test.each([
    ['a bit turned in a body', (bytes: Buffer) => bytes.fill(0xff, 20, 21)],
    ['a checksum that is wrong', (bytes: Buffer) => bytes.fill(0, 4, 8)],
    ['a length without end', (bytes: Buffer) => bytes.fill(0xff, 0, 4)],
    ['nothing of ours in it', () => Buffer.from('this is no journal at all, and long enough')],
  ])('with %s is no reason not to start', (_what, damage) => {
    journal.add(master, ret(1))
    journal.close()
    const damaged = damage(readFileSync(path))
    writeFileSync(path, damaged)
    journal = new ReturnJournal(path, captured.log)
    expect(pending()).toEqual([])
    expect(captured.find('the journal of returns ends in a broken record')?.level).toBe('warning')
    journal.add(master, ret(2))
    reopen()
    expect(pending()).toEqual([2])
  })
})
