// SPDX-License-Identifier: Apache-2.0
import { chmodSync, chownSync, mkdirSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pack, parseJid } from '@halite/core'
import { captureLog, removeTemporaryDirectory, temporaryDirectory } from '@halite/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { CallJournal } from '../../src/jobs/call-journal.ts'

let directory: string
let captured = captureLog()
let journal: CallJournal

beforeEach(() => {
  directory = temporaryDirectory('calls')
  captured = captureLog()
  journal = new CallJournal(directory, captured.log)
})
afterEach(() => removeTemporaryDirectory(directory))

const jid = (n: number) => parseJid(`202601020304050${String(n).padStart(5, '0')}`)
const call = (n: number) => ({
  jid: jid(n),
  fun: 'test.ping',
  fun_args: [],
  return: pack(n),
  retcode: 0,
  success: true,
})

/** As if the salt-call that wrote it had ended a minute ago. */
function age(n: number): void {
  const past = Date.now() / 1000 - 60
  utimesSync(join(directory, 'calls', jid(n)), past, past)
}

test('a call is pending once its salt-call has had its time, until it is done', () => {
  expect(journal.pending()).toEqual([])
  for (const n of [2, 1]) journal.add('aa:bb', call(n))
  expect(journal.pending()).toEqual([])
  for (const n of [1, 2]) age(n)
  expect(journal.pending()).toEqual([1, 2].map((n) => ({ master: 'aa:bb', call: call(n) })))
  journal.done(jid(1))
  journal.done(jid(1))
  expect(journal.pending()).toHaveLength(1)
})

test('what is not readable is logged and removed, what is not a call is left alone', () => {
  mkdirSync(join(directory, 'calls'))
  writeFileSync(join(directory, 'calls', jid(1)), 'garbage')
  writeFileSync(join(directory, 'calls', 'notes.txt'), 'x')
  age(1)
  expect(journal.pending()).toEqual([])
  expect(captured.find('the return of a call is not readable')).toBeDefined()
  expect(readdirSync(join(directory, 'calls'))).toEqual(['notes.txt'])
})

test('what cannot be removed is logged once, and keeps nothing from being sent', () => {
  for (let n = 1; n <= 1000; n += 1) journal.add('aa:bb', call(n))
  mkdirSync(join(directory, 'calls', jid(0)))
  age(1000)
  for (const _ of [1, 2]) expect(journal.pending()).toEqual([{ master: 'aa:bb', call: call(1000) }])
  const path = join(directory, 'calls', jid(0))
  expect(captured.lines.filter(({ fields }) => fields['path'] === path)).toHaveLength(1)
})

test('no more than a thousand wait: the oldest give way', () => {
  for (let n = 0; n < 1003; n += 1) journal.add('aa:bb', call(n))
  journal.pending()
  const left = readdirSync(join(directory, 'calls')).sort()
  expect([left.length, left[0]]).toEqual([1000, jid(3)])
})

describe('with another user beside root', () => {
  const other = 65_534

  beforeEach((ctx) => ctx.skip(process.geteuid?.() !== 0, 'only root can write for another user'))

  /** Does something with the rights of the other user. */
  function asOther<T>(run: () => T): T {
    process.seteuid?.(other)
    try {
      return run()
    } finally {
      process.seteuid?.(0)
    }
  }

  test('what root calls can be read by the minion of that user', () => {
    chownSync(directory, other, other)
    journal.add('aa:bb', call(1))
    age(1)
    expect(statSync(join(directory, 'calls')).uid).toBe(other)
    expect(asOther(() => journal.pending())).toHaveLength(1)
    expect(process.geteuid?.()).toBe(0)
  })

  test('what only root can read is logged once, and stays', () => {
    chmodSync(directory, 0o755)
    mkdirSync(join(directory, 'calls'), { mode: 0o700 })
    writeFileSync(join(directory, 'calls', jid(1)), 'of root', { mode: 0o600 })
    age(1)
    const text = 'returns of calls are not reported: another user keeps them'
    expect(asOther(() => [journal.pending(), journal.pending()])).toEqual([[], []])
    expect(captured.lines.filter(({ message }) => message === text)).toHaveLength(1)

    chmodSync(join(directory, 'calls'), 0o755)
    expect(asOther(() => journal.pending())).toEqual([])
    expect(readdirSync(join(directory, 'calls'))).toEqual([jid(1)])
  })
})
