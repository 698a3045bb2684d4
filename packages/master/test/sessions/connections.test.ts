// SPDX-License-Identifier: Apache-2.0
import { parseMinionId } from '@halite/core'
import { ManualClock } from '@halite/testing'
import { beforeEach, describe, expect, test } from 'vitest'
import { Connections, type MinionSession, stoppedReason } from '../../src/sessions/connections.ts'

const web1 = parseMinionId('web1')

let clock: ManualClock
let connections: Connections

beforeEach(() => {
  clock = new ManualClock()
  connections = new Connections(clock)
})

function session(id = web1): MinionSession {
  const peer = { type: 'minion', id, name: id, role: 'daemon', software: '1.2.3' } as const
  const address = { number: 1, remote: '192.0.2.7:51234' }
  return { peer, address, lastSeenMs: clock.monotonicMs() } as Partial<MinionSession> as MinionSession
}

test('a session counts as connected once its publish path is confirmed', () => {
  const connection = connections.open(session())
  expect(connections.presence(web1)).toEqual({
    id: 'web1',
    connected: false,
    reason: 'its publish path is not confirmed yet',
    version: '1.2.3',
    address: '192.0.2.7:51234',
  })
  connection.epochs.add('e1')
  expect(connections.presence(web1)).toMatchObject({ connected: true, reason: '' })
  expect([connections.confirmedCount('e1'), connections.confirmedCount('e2')]).toEqual([1, 0])
})

test('opening a session twice changes nothing', () => {
  const one = session()
  expect(connections.open(one)).toBe(connections.open(one))
  expect(connections.size).toBe(1)
})

test('a minion with two sessions is gone only with the second', () => {
  const [first, second] = [session(), session()]
  connections.open(first)
  connections.open(second)
  connections.close(first, 'the connection was lost')
  expect(connections.of(web1).size).toBe(1)
  connections.close(second, 'the connection was lost')
  expect([connections.of(web1).size, connections.size]).toEqual([0, 0])
})

describe('who is not here', () => {
  test('comes with the reason and when it was last seen, by the wall', () => {
    const lost = session()
    connections.open(lost)
    clock.advance(5000)
    connections.close(lost, 'the connection was lost')
    clock.advance(7000)
    expect(connections.absence(web1)).toBe('the connection was lost, last seen 12 s ago')
    expect(connections.presence(web1)).toMatchObject({ connected: false, version: '' })
  })

  test('or was never here', () => {
    expect(connections.absence(web1)).toBe('not seen since the master started')
  })

  test('may be back for ten seconds after it was lost', () => {
    const lost = session()
    connections.open(lost)
    clock.advance(60_000)
    connections.close(lost, 'the connection was lost')
    expect(connections.mayReturn(web1)).toBe(true)
    clock.advance(9999)
    expect(connections.mayReturn(web1)).toBe(true)
    clock.advance(1)
    expect(connections.mayReturn(web1)).toBe(false)
  })

  test('or for ten seconds after the master started, if it was not seen yet', () => {
    expect(connections.mayReturn(web1)).toBe(true)
    clock.advance(10_000)
    expect(connections.mayReturn(web1)).toBe(false)
  })

  test('but not when it said goodbye', () => {
    const stopped = session()
    connections.open(stopped)
    connections.close(stopped, stoppedReason)
    expect(connections.mayReturn(web1)).toBe(false)
  })

  test('is not told of twice when a session ends that was never opened', () => {
    connections.close(session(), 'the connection was lost')
    expect(connections.absence(web1)).toBe('not seen since the master started')
  })
})

test('where ids come and go, those lost longest ago are forgotten', () => {
  const lose = (id: string) => {
    const one = session(parseMinionId(id))
    connections.open(one)
    connections.close(one, 'the connection was lost')
  }
  lose('first')
  lose('second')
  lose('first')
  for (let n = 0; n < 99_999; n += 1) lose(`m${n}`)
  expect(connections.absence(parseMinionId('second'))).toBe('not seen since the master started')
  expect(connections.absence(parseMinionId('first'))).toContain('the connection was lost')
})
