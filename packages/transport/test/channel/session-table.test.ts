// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from 'node:crypto'
import { beforeEach, expect, test } from 'vitest'
import { maxSessionsPerId, SessionTable } from '../../src/channel/session-table.ts'
import { HandClock, makeSession, type SessionInit } from './bench.ts'

let clock: HandClock
let table: SessionTable
let ended: [string, string][]

beforeEach(() => {
  clock = new HandClock()
  ended = []
  table = new SessionTable(clock, (session, reason) => ended.push([session.key, reason]))
})

function provisional(init: SessionInit = {}) {
  const { session } = makeSession({ nowMs: clock.monotonicMs(), ...init })
  table.addProvisional(session)
  return session
}

function established(init: SessionInit = {}) {
  const session = provisional(init)
  table.establish(session)
  return session
}

test('a provisional session is found by its id and changes nothing else', () => {
  const instance = randomBytes(16)
  const standing = established({ instance })
  const session = provisional({ instance })
  expect(table.get(session.key)).toBe(session)
  expect([...table.established()]).toEqual([standing])
  expect([...table.of('m1')]).toEqual([standing])
  expect(ended).toEqual([])
})

test('only establishing it ends the older session of the same process and role', () => {
  const instance = randomBytes(16)
  const older = established({ instance })
  const newer = provisional({ instance })
  expect(table.get(older.key)).toBe(older)
  table.establish(newer)
  expect(ended).toEqual([[older.key, 'replaced']])
  expect(table.get(older.key)).toBeUndefined()
  expect([...table.of('m1')]).toEqual([newer])
})

test('another process, another role and another id do not replace each other', () => {
  const instance = randomBytes(16)
  const sessions = [
    established({ instance }),
    established({ instance, role: 'call' }),
    established({ instance: randomBytes(16) }),
    established({ instance, id: 'm2' }),
  ]
  expect([...table.established()]).toEqual(sessions)
  expect(ended).toEqual([])
})

test(`an id has at most ${maxSessionsPerId} sessions: of daemons that live the newest makes room, not an older one`, () => {
  const sessions = Array.from({ length: maxSessionsPerId }, () => {
    clock.advance(10)
    return established()
  })
  clock.advance(10)
  const ninth = established({ nowMs: clock.monotonicMs() })
  expect(ended).toEqual([[ninth.key, 'overflow']])
  expect(table.get(ninth.key)).toBeUndefined()
  expect(new Set(table.of('m1'))).toEqual(new Set(sessions))
})

test(`of ${maxSessionsPerId} sessions the one not heard of for longest makes room when it is most likely dead`, () => {
  const sessions = Array.from({ length: maxSessionsPerId }, () => {
    clock.advance(10)
    return established()
  })
  clock.advance(10)
  const [first, second] = sessions
  clock.advance(21_000)
  if (first) first.lastSeenMs = clock.monotonicMs()
  established({ nowMs: clock.monotonicMs() })
  expect(ended).toEqual([[second?.key, 'overflow']])
  expect(table.of('m1').size).toBe(maxSessionsPerId)
})

test('a daemon is not displaced by any number of calls', () => {
  const daemon = established()
  for (let index = 0; index < 3 * maxSessionsPerId; index += 1) {
    clock.advance(10)
    established({ role: 'call', nowMs: clock.monotonicMs() })
  }
  expect(table.get(daemon.key)).toBe(daemon)
  expect(table.of('m1').size).toBe(maxSessionsPerId)
})

test('sessions of one id leave those of others alone', () => {
  const other = established({ id: 'm2' })
  for (let index = 0; index < 3 * maxSessionsPerId; index += 1) established()
  expect([...table.of('m2')]).toEqual([other])
})

test('endAllOf ends the established and the provisional sessions of an id, and no other', () => {
  const standing = established()
  const waiting = provisional()
  const others = [established({ id: 'm10' }), provisional({ id: 'm2' })]
  table.endAllOf('m1', 'revoked')
  expect(table.get(standing.key)).toBeUndefined()
  expect(table.get(waiting.key)).toBeUndefined()
  for (const other of others) expect(table.get(other.key)).toBe(other)
  // The provisional one was never reported, so its end is not either.
  expect(ended).toEqual([[standing.key, 'revoked']])
  expect(table.of('m1').size).toBe(0)
})

test('provisional sessions expire when others come, and the first to come makes room', () => {
  const old = provisional()
  clock.advance(15_001)
  const young = provisional()
  expect(table.get(old.key)).toBeUndefined()
  for (let index = 0; index < 4096; index += 1) provisional({ id: `m${index}` })
  expect(table.provisionalCount).toBeLessThanOrEqual(4096)
  expect(table.get(young.key)).toBeUndefined()
  expect(ended).toEqual([])
})

test('the end of a session is reported once', () => {
  const session = established()
  table.end(session, 'closed')
  table.end(session, 'lost')
  expect(ended).toEqual([[session.key, 'closed']])
})

test('a local user called as a minion is, and the minion, do not share their end', () => {
  const local = established({ user: 'm1' })
  const minion = established()
  expect(new Set([local.peer.type, minion.peer.type])).toEqual(new Set(['local', 'minion']))
  expect(table.get(local.key)).toBe(local)
})
