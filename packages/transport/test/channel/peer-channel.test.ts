// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { parseMinionId, SaltError, silentLog } from '@halite/core'
import {
  type Accept,
  agree,
  decodeHello,
  decodeRequest,
  encodeAccept,
  encodeAcknowledgement,
  encodeError,
  encodeNotice,
  encodePush,
  encodeReply,
  type Hello,
  MasterSeals,
  makeEphemeral,
  type Notice,
  type Request,
  sessionKeysOf,
} from '@halite/protocol'
import {
  MemoryTransport,
  MinionHandshake,
  type PeerAddress,
  PeerChannel,
  type ServerSocket,
} from '@halite/transport'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { until } from '../../../testing/src/until.ts'
import { HandClock, makeParty, type Party } from './bench.ts'

const master = makeParty()
const minion = makeParty()
const patient = { timeoutMs: 5000 }

let transport: MemoryTransport
let socket: ServerSocket
let channel: PeerChannel
let hellos: { frame: Buffer; hello: Hello }[]
let sealed: Buffer[]
let peer: PeerAddress
let pushes: [string, unknown][]
let hints: string[]

beforeEach(async () => {
  transport = new MemoryTransport()
  hellos = []
  sealed = []
  pushes = []
  hints = []
  socket = await transport.serve({
    address: 'master',
    maxFrameBytes: 100_000,
    onFrame: (from, frame) => {
      peer = from
      if (frame[2] === 1) hellos.push({ frame, hello: decodeHello(frame) })
      else sealed.push(frame)
    },
  })
  channel = new PeerChannel({
    transport,
    address: 'master',
    log: silentLog,
    onPush: (name, load) => pushes.push([name, load]),
    onHint: (hint) => hints.push(hint),
  })
})

afterEach(async () => {
  await channel.close()
  await socket.close()
})

const pinned = (key: Buffer) => {
  if (!key.equals(master.publicRaw)) throw new SaltError('MASTER_KEY_CHANGED', 'another key')
}

function handshake(checkMaster: (key: Buffer) => void = pinned): MinionHandshake {
  return new MinionHandshake({
    id: parseMinionId('m1'),
    role: 'daemon',
    instance: randomBytes(16),
    identity: minion.privateKey,
    publicRaw: minion.publicRaw,
    clock: new HandClock(),
    software: 'test',
    checkMaster,
  })
}

const nextHello = (index = 0) => until('a hello', () => hellos[index])

interface Answer {
  readonly status?: Accept['status']
  readonly signer?: Party
  /** The key the answer names, when it is not the signer's. */
  readonly named?: Buffer
}

/** The master's answer to a hello, true or forged, and its end of the session. */
function acceptFor(
  { frame, hello }: { frame: Buffer; hello: Hello },
  { status = 'accepted', signer = master, named = signer.publicRaw }: Answer = {},
): { accept: Buffer; seals: MasterSeals; id: Buffer } {
  const ephemeral = makeEphemeral()
  const id = randomBytes(16)
  const accept = encodeAccept(
    {
      status,
      key: named,
      ephemeral: ephemeral.publicRaw,
      nonce: randomBytes(32),
      session: id,
      version: 1,
      software: 'test',
      time: 1,
    },
    frame,
    signer.privateKey,
  )
  const seals = new MasterSeals(id, sessionKeysOf(agree(ephemeral, hello.ephemeral), frame, accept))
  return { accept, seals, id }
}

async function connected(): Promise<{ seals: MasterSeals; id: Buffer; accept: Buffer }> {
  const done = channel.handshake(handshake(), patient)
  const made = acceptFor(await nextHello(hellos.length))
  socket.send(peer, Buffer.from(made.accept))
  await done
  return made
}

async function nextRequest(seals: MasterSeals): Promise<Request> {
  return decodeRequest(seals.up.open(await until('a request', () => sealed.shift())))
}

const notify = (notice: Notice) => socket.send(peer, encodeNotice(notice))

test('requests under way are answered by number, in any order', async () => {
  const { seals } = await connected()
  const asked = ['a', 'b', 'c'].map((name) => channel.request(name, {}, patient))
  const requests = [await nextRequest(seals), await nextRequest(seals), await nextRequest(seals)]
  for (const { number, name } of requests.reverse()) {
    socket.send(peer, seals.down.seal(encodeReply(number, `answer to ${name}`)))
  }
  expect(await Promise.all(asked)).toEqual(['answer to a', 'answer to b', 'answer to c'])
})

test('requests are acknowledged together; a number nobody waits for is counted', async () => {
  const { seals } = await connected()
  const asked = ['a', 'b', 'c'].map((name) => channel.request(name, {}, patient))
  const [a, b, c] = [await nextRequest(seals), await nextRequest(seals), await nextRequest(seals)]
  socket.send(peer, seals.down.seal(encodeAcknowledgement([a.number, 999, c.number])))
  expect(await Promise.all([asked[0], asked[2]])).toEqual([true, true])
  expect(channel.counters.get('answers_late')).toBe(1)
  socket.send(peer, seals.down.seal(encodeReply(b.number, 'late')))
  expect(await asked[1]).toBe('late')
})

test('an error of the master keeps its code; a code nobody here knows stays readable', async () => {
  const { seals } = await connected()
  for (const [code, expected] of [
    ['REQUEST_DENIED', 'REQUEST_DENIED'],
    ['constructor', 'REQUEST_FAILED'],
  ] as const) {
    const asked = channel.request('a', {}, patient)
    const { number } = await nextRequest(seals)
    socket.send(peer, seals.down.seal(encodeError(number, { code, message: 'no', hint: undefined })))
    await expect(asked).rejects.toMatchObject({ code: expected, message: 'no' })
  }
})

test('an answer that comes after its time is counted and given to nobody', async () => {
  const { seals } = await connected()
  const asked = channel.request('slow', {}, { timeoutMs: 30 })
  const { number } = await nextRequest(seals)
  await expect(asked).rejects.toMatchObject({ code: 'REQUEST_TIMEOUT' })
  const next = channel.request('next', {}, patient)
  socket.send(peer, seals.down.seal(encodeReply(number, 'of the slow one')))
  const request = await nextRequest(seals)
  socket.send(peer, seals.down.seal(encodeReply(request.number, 'of the next')))
  expect(await next).toBe('of the next')
  expect(channel.counters.get('answers_late')).toBe(1)
})

test('without a session, and when it ends, requests say so', async () => {
  await expect(channel.request('a', {}, patient)).rejects.toMatchObject({ code: 'SESSION_LOST' })
  await connected()
  const asked = channel.request('a', {}, patient)
  channel.drop()
  await expect(asked).rejects.toMatchObject({ code: 'SESSION_LOST' })
})

test('a handshake nobody answers ends by itself, and what comes later is counted', async () => {
  const attempt = channel.handshake(handshake(), { timeoutMs: 30 })
  const { accept } = acceptFor(await nextHello())
  await expect(attempt).rejects.toMatchObject({ code: 'HANDSHAKE_TIMEOUT' })
  socket.send(peer, accept)
  await until('it is counted', () => channel.counters.get('frames_unexpected') === 1)
  expect(channel.session).toBeUndefined()
})

test('a second handshake replaces the first and is not lost with it', async () => {
  const first = channel.handshake(handshake(), patient)
  const refused = expect(first).rejects.toMatchObject({ code: 'SESSION_LOST' })
  const second = channel.handshake(handshake(), patient)
  await refused
  await delay(0)
  const { accept } = acceptFor(await nextHello(1))
  socket.send(peer, accept)
  expect((await second).masterKey).toEqual(master.publicRaw)
})

test('forged answers change nothing: the true one is still taken', async () => {
  const attempt = channel.handshake(handshake(), patient)
  const hello = await nextHello()
  const { accept } = acceptFor(hello)
  const stranger = makeParty()
  const garbled = Buffer.from(accept)
  garbled[60] = (garbled[60] ?? 0) ^ 1
  const forgeries = [
    garbled,
    accept.subarray(0, 40),
    Buffer.concat([accept.subarray(0, 4), randomBytes(300)]),
    Buffer.concat([accept.subarray(0, 4), Buffer.alloc(200, 0x91), randomBytes(64)]),
    acceptFor(hello, { signer: stranger, named: master.publicRaw }).accept,
    acceptFor(hello, { status: 'rejected', signer: stranger, named: master.publicRaw }).accept,
    acceptFor({ ...hello, frame: randomBytes(300) }).accept,
  ]
  for (const forgery of forgeries) socket.send(peer, Buffer.from(forgery))
  await until('all are refused', () => {
    const { refused_signature_invalid = 0, ...others } = channel.counters.snapshot()
    return (
      refused_signature_invalid >= 3 &&
      Object.values(others).reduce((sum, n) => sum + n, refused_signature_invalid) === 7
    )
  })
  socket.send(peer, Buffer.from(accept))
  expect((await attempt).masterKey).toEqual(master.publicRaw)
})

test.each(['accepted', 'rejected', 'denied', 'pending', 'full'] as const)(
  'another master that says %s is recognised before it is believed',
  async (status) => {
    const attempt = channel.handshake(handshake(), patient)
    const { accept } = acceptFor(await nextHello(), { status, signer: makeParty() })
    socket.send(peer, accept)
    await expect(attempt).rejects.toMatchObject({ code: 'MASTER_KEY_CHANGED' })
    expect(channel.session).toBeUndefined()
  },
)

const decisions = [
  ['pending', 'KEY_PENDING'],
  ['rejected', 'KEY_REJECTED'],
  ['denied', 'KEY_DENIED'],
  ['full', 'MASTER_FULL'],
] as const

test.each(decisions)('the true master says %s: %s', async (status, code) => {
  const attempt = channel.handshake(handshake(), patient)
  const { accept } = acceptFor(await nextHello(), { status })
  socket.send(peer, accept)
  await expect(attempt).rejects.toMatchObject({ code })
})

test('a recorded answer is of no use for the next hello', async () => {
  const { accept } = await connected()
  const again = channel.handshake(handshake(), { timeoutMs: 100 })
  await nextHello(1)
  socket.send(peer, Buffer.from(accept))
  await expect(again).rejects.toMatchObject({ code: 'HANDSHAKE_TIMEOUT' })
  expect(channel.counters.get('refused_signature_invalid')).toBe(1)
})

test('a cookie is answered with the same hello and the cookie in it, a few times at most', async () => {
  const attempt = channel.handshake(handshake(), patient)
  const first = await nextHello()
  const cookie = randomBytes(24)
  for (let index = 0; index < 50; index += 1) notify({ notice: 'cookie', cookie })
  await until('they are ignored', () => channel.counters.get('cookies_ignored') === 47)
  expect(hellos).toHaveLength(4)
  const last = await nextHello(3)
  expect(last.hello).toMatchObject({ cookie, nonce: first.hello.nonce, ephemeral: first.hello.ephemeral })
  socket.send(peer, acceptFor(last).accept)
  await attempt
})

test('hints without a handshake neither sign nor send nor end anything', async () => {
  const { seals } = await connected()
  sealed.length = 0
  hellos.length = 0
  notify({ notice: 'cookie', cookie: randomBytes(24) })
  notify({ notice: 'version', min: 9 })
  notify({ notice: 'busy' })
  notify({ notice: 'unknownSession', session: randomBytes(16) })
  notify({ notice: 'unknownSession' })
  socket.send(peer, Buffer.concat([Buffer.from([0xc1, 1, 3, 0]), randomBytes(40)]))
  const asked = channel.request('still there', {}, patient)
  const { number } = await nextRequest(seals)
  socket.send(peer, seals.down.seal(encodeReply(number, true)))
  expect(await asked).toBe(true)
  expect([hellos, hints]).toEqual([[], []])
})

test('a hint about this very session is passed on; it ends nothing by itself', async () => {
  const { id } = await connected()
  notify({ notice: 'unknownSession', session: id })
  notify({ notice: 'helloAgain' })
  await until('both hints', () => hints.length === 2)
  expect(hints).toEqual(['unknownSession', 'helloAgain'])
  expect(channel.session?.id).toEqual(id)
})

test('busy and version end an attempt with the reason', async () => {
  for (const [notice, code] of [
    [{ notice: 'busy' }, 'BUSY'],
    [{ notice: 'version', min: 9 }, 'VERSION_REFUSED'],
  ] as const) {
    const attempt = channel.handshake(handshake(), patient)
    await nextHello(hellos.length)
    notify(notice)
    await expect(attempt).rejects.toMatchObject({ code })
  }
})

test('replayed, re-ordered and foreign frames from the master are counted and passed to nobody', async () => {
  const { seals } = await connected()
  const [one, two, three] = [1, 2, 3].map((index) => seals.down.seal(encodePush('news', index)))
  const other = acceptFor({ frame: randomBytes(99), hello: (await nextHello()).hello }).seals
  const frames = [one, one, three, two, other.down.seal(encodePush('news', 'foreign'))]
  for (const frame of frames) if (frame) socket.send(peer, Buffer.from(frame))
  const garbled = seals.down.seal(encodePush('news', 'garbled'))
  garbled[40] = (garbled[40] ?? 0) ^ 1
  socket.send(peer, garbled)
  await until('the last is refused', () => channel.counters.get('refused_seal_broken') === 1)
  expect(pushes).toEqual([
    ['news', 1],
    ['news', 3],
  ])
  expect(channel.counters.snapshot()).toMatchObject({ refused_frame_replayed: 2, sessions_unknown: 1 })
})

test('frames of kinds a minion never gets are counted', async () => {
  const { seals } = await connected()
  const up = seals.down.seal(encodePush('news', 1))
  up[2] = 16
  socket.send(peer, up)
  socket.send(peer, Buffer.from([0xc1, 1, 1, 0]))
  socket.send(peer, Buffer.alloc(2))
  await until('the last is refused', () => channel.counters.get('refused_frame_malformed') === 1)
  expect(channel.counters.get('frames_unexpected')).toBe(2)
  expect(pushes).toEqual([])
})
