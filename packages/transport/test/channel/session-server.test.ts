// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from 'node:crypto'
import { SaltError, schema, silentLog } from '@halite/core'
import {
  type Down,
  decodeDown,
  decodeNotice,
  encodeRequest,
  frameKind,
  frameKinds,
  maxAcknowledged,
  maxFrameBytes,
  type PeerSeals,
} from '@halite/protocol'
import {
  type ClientSocket,
  type Handler,
  localHandler,
  MemoryTransport,
  minionHandler,
  patientHandler,
  type Session,
  SessionServer,
  SharedAnswer,
} from '@halite/transport'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { until } from '../../../testing/src/until.ts'
import { HandClock, makeSession, type SessionInit } from './bench.ts'

const { anything, integer, record } = schema

let release: () => void
let shared: Promise<void>
let settleShared: (error?: Error) => void
let clock: HandClock
let server: SessionServer
let transport: MemoryTransport
let established: Session[]

const handlers = new Map<string, Handler>([
  ['echo', minionHandler(anything, (_session, load) => load)],
  ['who', minionHandler(anything, ({ peer }) => peer.id)],
  ['count', minionHandler(record({ n: integer(0, 9) }), (_session, { n }) => n)],
  ['local_only', localHandler(anything, () => 'for local clients')],
  ['throws', minionHandler(anything, () => fail('inside of the master'))],
  ['throws_ours', minionHandler(anything, () => refuse())],
  ['rejects', minionHandler(anything, async () => fail('inside of the master'))],
  ['rejects_nothing', minionHandler(anything, () => Promise.reject(undefined))],
  ['unpackable', minionHandler(anything, () => unpackable())],
  ['unpackable_later', minionHandler(anything, async () => unpackable())],
  ['keep_shared', patientHandler(anything, (_session, load) => new SharedAnswer(shared, () => load))],
  ['keep_shared_fails', patientHandler(anything, () => new SharedAnswer(shared, refuse))],
  ['keep', patientHandler(anything, (_session, load) => load)],
  ['keep_later', patientHandler(anything, async () => true)],
  ['keep_fails', patientHandler(anything, async () => refuse())],
  ['huge', minionHandler(anything, () => Buffer.alloc(maxFrameBytes))],
  ['waits', minionHandler(anything, () => new Promise<string>((done) => waiting(done)))],
])

function fail(text: string): never {
  throw new Error(text)
}

/** Something that has no form on the wire. */
function unpackable(): unknown {
  return {
    get value() {
      return fail('inside of the master')
    },
  }
}

function refuse(): never {
  throw new SaltError('REQUEST_DENIED', 'not for you', { hint: 'Ask somebody else.' })
}

let blocked: ((value: string) => void)[] = []

function waiting(done: (value: string) => void): void {
  blocked.push(done)
}

beforeEach(async () => {
  transport = new MemoryTransport()
  clock = new HandClock()
  shared = new Promise((resolve, reject) => {
    settleShared = (error) => (error === undefined ? resolve() : reject(error))
  })
  established = []
  blocked = []
  release = () => {
    for (const done of blocked.splice(0)) done('done')
  }
  server = new SessionServer({
    transport,
    address: 'server',
    clock,
    lateMs: 50,
    log: silentLog,
    admission: { admit: () => fail('an admission that fails') },
    handlers,
    onEstablished: (session) => established.push(session),
  })
  await server.start()
})

afterEach(async () => {
  await server.close()
})

interface Client {
  readonly session: Session
  readonly seals: PeerSeals
  readonly socket: ClientSocket
  readonly downs: Down[]
  readonly notices: unknown[]
  ask(name: string, load?: unknown, number?: number): void
}

/** A peer whose handshake is behind it, and who may send any bytes. */
function client(init: SessionInit = {}): Client {
  const { session, seals } = makeSession(init)
  server.sessions.addProvisional(session)
  const downs: Down[] = []
  const notices: unknown[] = []
  const socket = transport.connect({
    address: 'server',
    onFrame: (frame) => {
      if (frameKind(frame) === frameKinds.notice) notices.push(decodeNotice(frame))
      else downs.push(decodeDown(seals.down.open(frame), { maxBytes: maxFrameBytes }))
    },
  })
  const ask = (name: string, load: unknown = {}, number = 1) =>
    socket.send(seals.up.seal(encodeRequest({ number, name, load })))
  return { session, seals, socket, downs, notices, ask }
}

async function answerTo(name: string, load?: unknown, init?: SessionInit): Promise<Down> {
  const one = client(init)
  one.ask(name, load)
  return until(`an answer to ${name}`, () => one.downs[0])
}

const odd = [
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'get',
  'size',
  '',
  'echo ',
  'ECHO',
  '\0',
]

test.each(odd)('the request name %j is unknown, however it looks', async (name) => {
  expect(await answerTo(name)).toMatchObject({ type: 'error', error: { code: 'REQUEST_UNKNOWN' } })
  expect(server.counters.get('requests_failed_request_unknown')).toBe(1)
})

test('a handler of the other class is refused, both ways', async () => {
  expect(await answerTo('local_only')).toMatchObject({ error: { code: 'REQUEST_DENIED' } })
  expect(await answerTo('echo', 1, { user: 'root' })).toMatchObject({ error: { code: 'REQUEST_DENIED' } })
  expect(await answerTo('local_only', 1, { user: 'root' })).toMatchObject({ value: 'for local clients' })
})

const wrong = [
  null,
  7,
  'n',
  [],
  [1],
  {},
  { n: '1' },
  { n: 1.5 },
  { n: 10 },
  { n: 1, id: 'm2' },
  { N: 1 },
  { n: true },
]

test.each(wrong)('a load of the wrong shape is refused: %j', async (load) => {
  const down = await answerTo('count', load)
  expect(down).toMatchObject({ type: 'error', error: { code: 'VALUE_MALFORMED' } })
})

test('who asks is who holds the session', async () => {
  expect(await answerTo('who', { id: 'm2' }, { id: 'm7' })).toMatchObject({ type: 'reply', value: 'm7' })
})

test.each(['throws', 'rejects', 'rejects_nothing'])(
  'a handler that %s says nothing of its insides',
  async (name) => {
    const down = await answerTo(name)
    expect(down).toMatchObject({ type: 'error', error: { code: 'REQUEST_FAILED' } })
    expect(JSON.stringify(down)).not.toContain('inside of the master')
  },
)

test('an error of ours arrives whole', async () => {
  expect(await answerTo('throws_ours')).toMatchObject({
    error: { code: 'REQUEST_DENIED', message: 'not for you', hint: 'Ask somebody else.' },
  })
})

test.each(['unpackable', 'unpackable_later'])(
  'a reply that cannot be packed is an error: %s',
  async (name) => {
    expect(await answerTo(name)).toMatchObject({ error: { code: 'REQUEST_FAILED' } })
  },
)

test('a reply above the largest frame is an error the asker sees', async () => {
  expect(await answerTo('huge')).toMatchObject({ error: { code: 'VALUE_TOO_LARGE' } })
})

test('a push that cannot be packed is counted and does not throw', () => {
  const { session } = client()
  server.push(session, 'events', unpackable())
  server.push(session, 'events', Buffer.alloc(maxFrameBytes))
  expect(server.counters.get('pushes_failed')).toBe(2)
})

test('requests above the limit of a session are refused; another session is served', async () => {
  const [greedy, modest] = [client(), client({ id: 'm2' })]
  for (let number = 1; number <= 1025; number += 1) greedy.ask('waits', {}, number)
  const refused = await until('the refusal', () => greedy.downs[0])
  expect(refused).toMatchObject({ number: 1025, error: { code: 'BUSY' } })
  modest.ask('echo', 'still here')
  await until('the answer', () => modest.downs.length === 1)
  release()
  await until('all answers', () => greedy.downs.length === 1025)
  greedy.ask('echo', 'free again', 2000)
  await until('another', () => greedy.downs.length === 1026)
})

test('a session counts from its first frame that opens, not before', async () => {
  const one = client()
  const garbled = one.seals.up.seal(encodeRequest({ number: 1, name: 'echo', load: 1 }))
  garbled[garbled.length - 1] = (garbled.at(-1) ?? 0) ^ 1
  one.socket.send(garbled)
  await until('the refusal', () => server.counters.get('refused_seal_broken') === 1)
  expect(established).toEqual([])
  expect(one.session.established).toBe(false)
  one.ask('echo')
  await until('the answer', () => one.downs.length === 1)
  expect(established).toEqual([one.session])
})

test('answers go where the last frame that opened came from, and a replay moves nothing', async () => {
  const one = client()
  const frame = one.seals.up.seal(encodeRequest({ number: 1, name: 'echo', load: 'mine' }))
  one.socket.send(Buffer.from(frame))
  await until('the answer', () => one.downs.length === 1)
  const address = one.session.address
  const overheard: Buffer[] = []
  const thief = transport.connect({ address: 'server', onFrame: (answer) => overheard.push(answer) })
  thief.send(Buffer.from(frame))
  await until('the refusal', () => server.counters.get('refused_frame_replayed') === 1)
  expect(one.session.address).toEqual(address)
  server.push(one.session, 'news', 1)
  await until('the push', () => one.downs.length === 2)
  expect(overheard).toEqual([])
})

test('frames out of order: what comes late is refused, what comes next is served', async () => {
  const one = client()
  const [first, second, third] = [1, 2, 3].map((number) =>
    one.seals.up.seal(encodeRequest({ number, name: 'echo', load: number })),
  )
  for (const frame of [second, first, third]) if (frame) one.socket.send(frame)
  await until('two answers', () => one.downs.length === 2)
  expect(one.downs).toMatchObject([{ number: 2 }, { number: 3 }])
  expect(server.counters.get('refused_frame_replayed')).toBe(1)
})

test('a frame of one session under the id of another does not open', async () => {
  const [one, other] = [client(), client({ id: 'm2' })]
  const frame = one.seals.up.seal(encodeRequest({ number: 1, name: 'who', load: 1 }))
  Buffer.from(other.session.key, 'latin1').copy(frame, 4)
  one.socket.send(frame)
  await until('the refusal', () => server.counters.get('refused_seal_broken') === 1)
  expect([...one.downs, ...other.downs]).toEqual([])
})

test('a frame of an unknown session gets a hint and is counted', async () => {
  const one = client()
  server.sessions.end(one.session, 'closed')
  one.ask('echo')
  const notice = await until('the hint', () => one.notices[0])
  expect(notice).toMatchObject({ notice: 'unknownSession' })
  expect(server.counters.get('sessions_unknown')).toBe(1)
})

test('what went under way before a session ended is not answered', async () => {
  const one = client()
  one.ask('waits')
  await until('it is under way', () => blocked.length === 1)
  server.sessions.end(one.session, 'revoked')
  release()
  one.ask('echo')
  await until('both hints', () => one.notices.length === 2)
  expect(one.downs).toEqual([])
})

/** One that was asked before and whose answer waits for company: whoever is answered before it did not wait. */
function patientClient(): Client {
  const one = client({ id: 'm9' })
  one.ask('keep', true)
  return one
}

test('what nobody waits for is acknowledged together, when its time has come', async () => {
  const [one, other] = [client(), client({ id: 'm2' })]
  for (const number of [1, 2, 3]) one.ask(number === 2 ? 'keep_later' : 'keep', true, number)
  other.ask('keep', true, 7)
  await until('two are to be acknowledged', () => server.snapshot()['acknowledgements_waiting'] === 2)
  await new Promise((resolve) => setTimeout(resolve, 120))
  expect(one.downs).toEqual([])
  clock.advance(50)
  await until('both have heard', () => one.downs.length > 0 && other.downs.length > 0)
  expect(one.downs).toEqual([{ type: 'acknowledged', numbers: expect.arrayContaining([1, 2, 3]) }])
  expect(other.downs).toEqual([{ type: 'acknowledged', numbers: [7] }])
})

test('what waits to be acknowledged goes with the next answer that only says yes, in one frame', async () => {
  const one = client()
  one.ask('keep', true, 1)
  one.ask('keep', true, 2)
  one.ask('echo', true, 3)
  await until('all are answered', () => one.downs.length > 0)
  expect(one.downs).toEqual([{ type: 'acknowledged', numbers: [1, 2, 3] }])
  one.ask('echo', true, 4)
  await until('a lone one is answered', () => one.downs.length > 1)
  expect(one.downs[1]).toEqual({ type: 'reply', number: 4, value: true })
})

test('what many wait for together is answered when it comes, each with its own', async () => {
  const [one, other] = [client(), client({ id: 'm2' })]
  one.ask('keep_shared', 'mine', 1)
  one.ask('keep_shared_fails', {}, 2)
  other.ask('keep_shared', 'yours', 7)
  await until('all wait', () => one.session.requestsUnderWay === 2 && other.session.requestsUnderWay === 1)
  expect([one.downs, other.downs]).toEqual([[], []])
  settleShared()
  await until('all are answered', () => one.downs.length === 2 && other.downs.length === 1)
  expect(one.downs).toMatchObject([
    { type: 'reply', number: 1, value: 'mine' },
    { type: 'error', number: 2, error: { code: 'REQUEST_DENIED' } },
  ])
  expect(other.downs).toEqual([{ type: 'reply', number: 7, value: 'yours' }])
  expect([one.session.requestsUnderWay, other.session.requestsUnderWay]).toEqual([0, 0])
})

test('where it fails, all of them are told', async () => {
  const [one, other] = [client(), client({ id: 'm2' })]
  one.ask('keep_shared', true, 1)
  other.ask('keep_shared', true, 7)
  await until('both wait', () => one.session.requestsUnderWay + other.session.requestsUnderWay === 2)
  settleShared(new SaltError('STORE_FAILED', 'no space left'))
  await until('both are told', () => one.downs.length === 1 && other.downs.length === 1)
  for (const { downs } of [one, other])
    expect(downs).toMatchObject([{ type: 'error', error: { code: 'STORE_FAILED' } }])
  expect(server.snapshot()['acknowledgements_waiting']).toBe(0)
})

test('of a session that ended nothing waits to be acknowledged', async () => {
  const one = client()
  one.ask('keep', true, 1)
  await until('it waits', () => server.snapshot()['acknowledgements_waiting'] === 1)
  server.sessions.end(one.session, 'closed')
  expect(server.snapshot()['acknowledgements_waiting']).toBe(0)
})

test('what waits to be acknowledged is not overtaken by another answer, and a full frame goes at once', async () => {
  const one = client()
  one.ask('keep', true, 1)
  one.ask('echo', 'hello', 2)
  await until('both are answered', () => one.downs.length === 2)
  expect(one.downs.map(({ type }) => type)).toEqual(['acknowledged', 'reply'])
  const other = patientClient()
  for (let number = 3; number < 3 + maxAcknowledged; number += 1) one.ask('keep', true, number)
  await until('all are acknowledged', () => one.downs.length === 3)
  expect(one.downs[2]).toMatchObject({ numbers: { length: maxAcknowledged } })
  expect(other.downs).toEqual([])
})

test.each([
  ['another answer than true', 'keep', { role: 'daemon' }, { type: 'reply', value: 'no' }],
  ['a refusal', 'keep_fails', { role: 'daemon' }, { type: 'error', error: { code: 'REQUEST_DENIED' } }],
  [
    'the answer to a call, where somebody waits',
    'keep_later',
    { role: 'call' },
    { type: 'reply', value: true },
  ],
] as const)('%s is sent at once', async (_what, name, init, expected) => {
  const other = patientClient()
  expect(await answerTo(name, 'no', init)).toMatchObject(expected)
  expect(other.downs).toEqual([])
})

test('acknowledgements that wait go out when the server closes', async () => {
  const one = client()
  one.ask('keep', true)
  await until('it was taken', () => one.session.established)
  await server.close()
  await until('it is acknowledged', () => one.downs.length === 1)
})

test('deep, malformed and empty bodies are counted and answered by nobody', async () => {
  const one = client()
  const deep = Buffer.concat([Buffer.alloc(100_000, 0x91), Buffer.from([0xc0])])
  const bodies = [deep, Buffer.alloc(0), Buffer.from([0xc1]), Buffer.from([0x93, 1, 2]), randomBytes(500)]
  for (const body of bodies) one.socket.send(one.seals.up.seal(body))
  one.ask('echo', 'alive')
  await until('the answer', () => one.downs.length === 1)
  const {
    refused_value_too_deep,
    refused_value_malformed = 0,
    refused_frame_malformed = 0,
  } = server.snapshot()
  expect(refused_value_too_deep).toBe(1)
  expect(refused_value_malformed + refused_frame_malformed).toBe(4)
})

test('bytes that are no frame, frames of kinds that go the other way, an admission that fails: all counted', async () => {
  const one = client()
  const header = (kind: number, version = 1) => Buffer.from([0xc1, version, kind, 0])
  const frames = [Buffer.alloc(0), Buffer.alloc(3), Buffer.alloc(64), header(99), header(16), header(1)]
  const wayward = [frameKinds.down, frameKinds.publication, frameKinds.probe].map((kind) =>
    Buffer.concat([header(kind), randomBytes(60)]),
  )
  for (const frame of [...frames, ...wayward]) one.socket.send(frame)
  one.socket.send(header(1, 9))
  const notice = await until('the version is named', () => one.notices[0])
  expect(notice).toMatchObject({ notice: 'version', min: 1 })
  expect(server.snapshot()).toMatchObject({
    refused_frame_malformed: 6,
    frames_unexpected: 3,
    refused_version_refused: 1,
  })
})
