// SPDX-License-Identifier: Apache-2.0
import { parseMinionId, silentLog } from '@halite/core'
import { ManualClock } from '@halite/testing'
import type { EpochPublisher, SessionServer } from '@halite/transport'
import { beforeEach, describe, expect, test } from 'vitest'
import type { EventBus } from '../../src/events.ts'
import { Connections, type MinionSession } from '../../src/sessions/connections.ts'
import { SessionKeeper } from '../../src/sessions/session-keeper.ts'

const heartbeatSeconds = 15

let clock: ManualClock
let connections: Connections
let keeper: SessionKeeper
/** What the keeper did: `ping`, `end`. */
let done: string[]

beforeEach(() => {
  clock = new ManualClock()
  connections = new Connections(clock)
  done = []
  const sessions = {
    established: () => [...connections.all()].map(({ session }) => session),
    end(session: MinionSession, reason: string) {
      done.push(`end ${reason}`)
      connections.close(session, reason)
    },
  }
  keeper = new SessionKeeper({
    clock,
    connections,
    heartbeatSeconds,
    log: silentLog,
    events: {} as EventBus,
    epochSeconds: 86_400,
    publisher: { epochKey: 'e1', heartbeat: () => undefined } as Partial<EpochPublisher> as EpochPublisher,
    minions: {
      sessions,
      push: (_session: unknown, name: string) => done.push(name),
    } as never as SessionServer,
  })
})

function open(): MinionSession {
  const id = parseMinionId('web1')
  const peer = { type: 'minion', id, name: id, role: 'daemon', software: '1.2.3' } as const
  const address = { number: 1, remote: '192.0.2.7:51234' }
  const session = { peer, address, lastSeenMs: clock.monotonicMs(), largeFrames: 0 } as Partial<MinionSession>
  connections.open(session as MinionSession).epochs.add('e1')
  return session as MinionSession
}

/** Seconds pass, with a tick in each. */
function pass(seconds: number): void {
  for (let second = 0; second < seconds; second += 1) {
    clock.advance(1000)
    keeper.tick()
  }
}

test('who answers no heartbeat is asked, and lost soon after', () => {
  open()
  pass(2)
  expect(done).toEqual([])
  pass(5)
  expect(done).toEqual(['ping'])
  pass(3)
  expect(done).toEqual(['ping', 'end lost'])
})

describe('after the master was held up nobody is judged by what it has not read', () => {
  test('who was asked before is asked again, and has its time once more', () => {
    open()
    pass(7)
    clock.advance(10_000)
    keeper.tick()
    pass(2)
    expect(done).toEqual(['ping', 'ping'])
    pass(1)
    expect(done).toEqual(['ping', 'ping', 'end lost'])
  })

  test('who seems silent for three heartbeats is asked first', () => {
    const session = open()
    pass(2)
    clock.advance(60_000)
    keeper.tick()
    expect(done).toEqual(['ping'])
    // What was read since.
    for (const connection of connections.all()) connection.doubtedUntilMs = undefined
    ;(session as { lastSeenMs: number }).lastSeenMs = clock.monotonicMs()
    pass(4)
    expect(done).toEqual(['ping'])
  })
})
