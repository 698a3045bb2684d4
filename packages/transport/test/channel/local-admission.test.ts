// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from 'node:crypto'
import { silentLog } from '@halite/core'
import { encodeLocalHello, encodeRequest, type LocalHello, makeEphemeral } from '@halite/protocol'
import {
  type Handler,
  LocalAdmission,
  LocalHandshake,
  localHandler,
  MemoryTransport,
  PeerChannel,
  SessionServer,
} from '@halite/transport'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { until } from '../../../testing/src/until.ts'
import { HandClock, helloFrame, makeParty } from './bench.ts'

const keys = new Map([
  ['root', randomBytes(32)],
  ['alice', randomBytes(32)],
])
const keyOf = (user: string) => keys.get(user) ?? Buffer.alloc(0)

let transport: MemoryTransport
let server: SessionServer
let channels: PeerChannel[]

beforeEach(async () => {
  transport = new MemoryTransport()
  channels = []
  const clock = new HandClock()
  server = new SessionServer({
    transport,
    address: 'local',
    clock,
    log: silentLog,
    admission: new LocalAdmission({
      keyOf: (user) => keys.get(user),
      clock,
      log: silentLog,
      software: 'test',
    }),
    handlers: new Map<string, Handler>([
      [
        'whoami',
        localHandler(
          (load) => load,
          ({ peer }) => peer.user,
        ),
      ],
    ]),
  })
  await server.start()
})

afterEach(async () => {
  for (const channel of channels) await channel.close()
  await server.close()
})

function channel(): PeerChannel {
  const made = new PeerChannel({ transport, address: 'local', log: silentLog, onPush: () => undefined })
  channels.push(made)
  return made
}

const timeout = { timeoutMs: 300 }

test('who proves the key of a user is that user', async () => {
  const one = channel()
  await one.handshake(new LocalHandshake('alice', keyOf('alice')), timeout)
  expect(await one.request('whoami', { user: 'root' }, timeout)).toBe('alice')
})

const strangers: [string, string, Buffer][] = [
  ['a key nobody has', 'root', randomBytes(32)],
  ["the name of another and one's own key", 'root', keyOf('alice')],
  ['a user without a key', 'mallory', randomBytes(32)],
  ['a name every object has', '__proto__', Buffer.alloc(32)],
  ['a key of zeros', 'root', Buffer.alloc(32)],
]

test.each(strangers)('refused and counted: %s', async (_what, user, key) => {
  const one = channel()
  const attempt = one.handshake(new LocalHandshake(user, key), timeout)
  await expect(attempt).rejects.toMatchObject({ code: 'HANDSHAKE_TIMEOUT' })
  expect(server.counters.get('refused_signature_invalid')).toBe(1)
  expect(server.sessions.provisionalCount).toBe(0)
})

test('a replayed hello gets an answer that is of no use without the key', async () => {
  const hello: LocalHello = {
    user: 'alice',
    ephemeral: makeEphemeral().publicRaw,
    nonce: randomBytes(32),
    minVersion: 1,
    maxVersion: 1,
  }
  const recorded = encodeLocalHello(hello, keyOf('alice'))
  const answers: Buffer[] = []
  const thief = transport.connect({ address: 'local', onFrame: (frame) => answers.push(frame) })
  thief.send(recorded)
  const accept = await until('an answer', () => answers[0])
  expect(server.sessions.provisionalCount).toBe(1)
  // The session id is in the answer; a frame under it does not open, so the session never comes to count.
  const forged = Buffer.concat([Buffer.from([0xc1, 1, 16, 0]), sessionIn(accept), randomBytes(60)])
  forged.writeBigUInt64BE(1n, 20)
  thief.send(forged)
  await until('it is refused', () => server.counters.get('refused_seal_broken') === 1)
  expect([...server.sessions.established()]).toEqual([])
})

/** The 16 bytes behind the field `session` of an accept. */
function sessionIn(accept: Buffer): Buffer {
  const at = accept.indexOf('session') + 'session'.length
  return accept.subarray(at + 2, at + 18)
}

test('the hello of a minion is of no use here', async () => {
  const one = transport.connect({ address: 'local', onFrame: () => undefined })
  one.send(helloFrame(makeParty()))
  await until('it is counted', () => server.counters.get('frames_unexpected') === 1)
})

test('a name that is too long and a request before the handshake change nothing', async () => {
  const one = transport.connect({ address: 'local', onFrame: () => undefined })
  const body = encodeRequest({ number: 1, name: 'whoami', load: {} })
  one.send(Buffer.concat([Buffer.from([0xc1, 1, 16, 0]), randomBytes(24), body, randomBytes(16)]))
  await until('it is counted', () => server.counters.get('sessions_unknown') === 1)
  const long = {
    user: 'x'.repeat(65),
    ephemeral: randomBytes(32),
    nonce: randomBytes(32),
    minVersion: 1,
    maxVersion: 1,
  }
  one.send(encodeLocalHello(long, randomBytes(32)))
  await until('it is counted', () => server.counters.get('refused_value_malformed') === 1)
})
