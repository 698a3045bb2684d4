// SPDX-License-Identifier: Apache-2.0
import { JidClock, pack, parseJid, parseMinionId, silentLog } from '@halite/core'
import type { CallReturn } from '@halite/protocol'
import { ManualClock, removeTemporaryDirectory, temporaryDirectory, until } from '@halite/testing'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { CallQuota } from '../../src/jobs/call-quota.ts'

const [web1, web2] = [parseMinionId('web1'), parseMinionId('web2')]
const hourMs = 3_600_000
let cachedir: string
let clock: ManualClock
let storeBytes: number

beforeEach(() => {
  cachedir = temporaryDirectory('calls')
  clock = new ManualClock()
  storeBytes = 0
})
afterEach(() => removeTemporaryDirectory(cachedir))

function quota(options: Partial<Record<string, number>> = {}): CallQuota {
  const jids = new JidClock()
  return new CallQuota({
    options: {
      job_cache: true,
      cachedir,
      keep_call_bytes: 100_000,
      keep_jobs_bytes: 1_000_000,
      keep_jobs_free_bytes: 0,
      ...options,
    },
    clock,
    log: silentLog,
    storeBytes: () => storeBytes,
    nextJid: () => jids.next(),
  })
}

let number = 0
function call(size: number): CallReturn {
  number += 1
  const jid = parseJid(`2001010100000000${1000 + number}`)
  return { jid, return: pack('x'.repeat(size)), retcode: 0, success: true, fun: 'a.b', fun_args: [] }
}

const refusal = expect.objectContaining({ code: 'QUOTA_EXCEEDED' })

test('a minion has its bytes an hour, and gets them back as the hour goes on', () => {
  const calls = quota()
  for (let n = 0; n < 3; n += 1) calls.admit(web1, call(25_000))
  expect(() => calls.admit(web1, call(25_000))).toThrow(refusal)
  calls.admit(web2, call(25_000))
  clock.advance(hourMs / 4)
  calls.admit(web1, call(25_000))
  expect(() => calls.admit(web1, call(25_000))).toThrow(refusal)
  expect(calls.snapshot()).toMatchObject({ kept: 5, refused_over_quota: 2 })
})

test('small ones count what they cost', () => {
  const calls = quota()
  for (let n = 0; n < 24; n += 1) calls.admit(web1, call(1))
  expect(() => calls.admit(web1, call(1))).toThrow(refusal)
})

test('without a limit of an hour everything is taken', () => {
  const calls = quota({ keep_call_bytes: 0 })
  for (let n = 0; n < 20; n += 1) calls.admit(web1, call(25_000))
  expect(calls.snapshot()).toMatchObject({ kept: 20 })
})

test('the same call again has the same jid and costs nothing', () => {
  const calls = quota()
  const again = call(90_000)
  const first = calls.admit(web1, again)
  expect(calls.admit(web1, again)).toEqual(first)
  expect(calls.admit(web2, again).jid).not.toBe(first.jid)
})

test('calls are refused while the store is over its size', () => {
  const calls = quota()
  storeBytes = 1_000_001
  expect(() => calls.admit(web1, call(1))).toThrow(refusal)
  storeBytes = 1_000_000
  calls.admit(web1, call(1))
  expect(calls.snapshot()).toMatchObject({ kept: 1, refused_for_space: 1 })
})

test('calls are refused while less of the disk is free than keep_jobs_free_bytes', async () => {
  const calls = quota({ keep_jobs_free_bytes: Number.MAX_SAFE_INTEGER, keep_call_bytes: 0 })
  calls.tick()
  await until('the disk was looked at', () => {
    try {
      calls.admit(web1, call(1))
      return false
    } catch {
      return true
    }
  })
  expect(calls.snapshot()['refused_for_space']).toBe(1)
})
