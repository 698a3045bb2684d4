// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from 'node:crypto'
import { encodeRequest, frameKinds, maxFrameBytes } from '@halite/protocol'
import { type Cluster, RawPeer, startCluster, until } from '@halite/testing'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { counter, expectPing, HandMinion, insider, risen, stranger } from './attacker.ts'

let cluster: Cluster
let evil: HandMinion
let base: Record<string, number>

beforeAll(async () => {
  cluster = await startCluster({ minions: 1 })
  evil = await insider(cluster, 'evil')
})

beforeEach(() => {
  base = { ...(cluster.master.status()['requests'] as Record<string, number>) }
})

afterEach(async () => {
  await expectPing(cluster)
})

afterAll(async () => {
  await evil.close()
  await cluster.close()
})

const rises = (name: string, by = 1) => risen(cluster, ['requests', name], { before: base[name] ?? 0, by })

const names = [
  '__proto__',
  'constructor',
  'toString',
  'valueOf',
  'hasOwnProperty',
  '_auth',
  '_prep_auth_info',
  '_ext_nodes',
  'publish',
  'wheel',
  'runner',
  'status',
  'subscribe',
  '_open ',
  '_OPEN',
  '_open\0',
  '',
  '../_open',
]
test('names that are in no table of minions, those of local clients included, are refused and counted', async () => {
  for (const name of names) expect([name, await evil.refusal(name, {})]).toEqual([name, 'REQUEST_UNKNOWN'])
  await rises('requests_failed_request_unknown', names.length)
})

test('a name that is no text, or longer than any name, is no request', async () => {
  for (const name of [7, null, ['_open'], { toString: '_open' }, Buffer.from('_open'), 'x'.repeat(65)]) {
    evil.send(evil.seal(name as string, {}))
  }
  await rises('refused_value_malformed', 6)
})

const wrongLoads: [string, unknown][] = [
  ['_open', { grains: 'none' }],
  ['_open', { grains: { os: 'x' }, id: 'm1' }],
  ['_return', { jid: '../../x', return: Buffer.alloc(1), retcode: 0, success: true }],
  ['_return', { jid: '20240101000000000000' }],
  ['_call', { jid: '20240101000000000000', return: Buffer.alloc(1), retcode: 0, success: true }],
  [
    '_return',
    {
      jid: 20240101,
      return: Buffer.alloc(1),
      retcode: 0,
      success: true,
    },
  ],
  ['_return', { jid: '20240101000000000000', return: 'text', retcode: 0, success: 1 }],
  ['_started', { jid: '' }],
  ['_started', ['20240101000000000000']],
  ['_confirm', { epoch: Buffer.alloc(15) }],
  ['_missed', { epoch: Buffer.alloc(16), after: -1 }],
  ['_missed', { epoch: Buffer.alloc(16), after: 1.5 }],
  ['_grains', { grains: [] }],
  ['_minion_event', { tag: 7 }],
  ['_minion_event', { tag: 'x'.repeat(256), data: 1 }],
  ['_ping', null],
  ['_ping', { id: 'm1' }],
]

test('loads of the wrong type are refused by name of the field, and counted', async () => {
  for (const [name, load] of wrongLoads) {
    expect([name, load, await evil.refusal(name, load)]).toEqual([name, load, 'VALUE_MALFORMED'])
  }
  await rises('requests_failed_value_malformed', wrongLoads.length)
})

test('a body nested 100,000 deep is refused before anything is built', async () => {
  const deep = Buffer.concat([
    Buffer.from([0x93, 1, 0xa5]),
    Buffer.from('_ping'),
    Buffer.alloc(100_000, 0x91),
  ])
  evil.send(evil.seals?.up.seal(Buffer.concat([deep, Buffer.from([0xc0])])) ?? Buffer.alloc(0))
  await rises('refused_value_too_deep')
})

test('bodies that promise more than they hold, or go on after their end, are refused', async () => {
  const bodies = [
    Buffer.from([0xdd, 0xff, 0xff, 0xff, 0xff]),
    Buffer.from([0xdf, 0xff, 0xff, 0xff, 0xff]),
    Buffer.from([0xc6, 0xff, 0xff, 0xff, 0xff]),
    Buffer.from([0xdb, 0x7f, 0xff, 0xff, 0xff]),
    Buffer.from([0xc7, 0xff, 0x01]),
    Buffer.from([0xd4, 0x72, 0x40]),
    Buffer.concat([encodeRequest({ number: 1, name: '_ping', load: {} }), Buffer.from([0])]),
  ]
  for (const body of bodies) evil.send(evil.seals?.up.seal(body) ?? Buffer.alloc(0))
  await rises('refused_value_malformed', bodies.length)
})

test('truncated frames of every kind are counted and get no answer', async () => {
  const whole = [evil.seal('_ping', {}), new HandMinion(cluster.addresses.ret, stranger('x')).hello()]
  await using peer = new RawPeer(cluster.addresses.ret)
  let sent = 0
  for (const frame of whole) {
    for (const length of [1, 3, 4, 5, 20, 27, 28, 43, frame.length - 1]) {
      peer.send(Buffer.from(frame.subarray(0, length)))
      sent += 1
    }
  }
  await until('all are counted', () => refusals() >= sent)
  expect(await peer.next(200)).toBeUndefined()
})

/** Frames refused or not known since the test began. */
function refusals(): number {
  const now = cluster.master.status()['requests'] as Record<string, number>
  return Object.entries(now)
    .filter(
      ([name]) => name.startsWith('refused_') || name === 'sessions_unknown' || name === 'hellos_failed',
    )
    .reduce((sum, [name, value]) => sum + value - (base[name] ?? 0), 0)
}

test('a clear frame of 64 MiB ends the connection of a stranger and is dropped unread from an insider', async () => {
  await using peer = new RawPeer(cluster.addresses.ret)
  const large = Buffer.alloc(64 * 1024 * 1024)
  large.set([0xc1, 1, frameKinds.hello, 0])
  peer.send(Buffer.from(large))
  await rises('ended_frame_too_large')
  evil.peer.send(large)
  await rises('refused_frame_malformed')
})

test('a frame above the limit ends the connection of its sender', async () => {
  await using peer = new RawPeer(cluster.addresses.ret)
  const tooLarge = Buffer.alloc(maxFrameBytes + 1)
  tooLarge.set([0xc1, 1, frameKinds.up, 0])
  const received = counter(cluster, 'requests', 'sessions_unknown')
  peer.send(tooLarge)
  await rises('disconnects')
  expect(counter(cluster, 'requests', 'sessions_unknown')).toBe(received)
})

test('a sealed frame of 64 MiB under an unknown session is counted, and pings are answered meanwhile', async () => {
  const large = Buffer.alloc(64 * 1024 * 1024, 0x5a)
  large.set([0xc1, 1, frameKinds.up, 0])
  evil.peer.send(large)
  await Promise.all([rises('sessions_unknown'), expectPing(cluster)])
})

test('an insider that sends a body of 60 MiB of nothing useful is refused, and the master lives', async () => {
  const body = encodeRequest({ number: 1, name: '_grains', load: { grains: randomBytes(60 * 1024 * 1024) } })
  evil.send(evil.seals?.up.seal(body) ?? Buffer.alloc(0))
  await rises('requests_failed_value_too_large')
})
