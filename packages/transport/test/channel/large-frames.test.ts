// SPDX-License-Identifier: Apache-2.0
import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pack, schema, silentLog, systemClock } from '@halite/core'
import {
  type Down,
  decodeDown,
  encodeRequest,
  frameKind,
  frameKinds,
  maxFrameBytes,
  type PeerSeals,
} from '@halite/protocol'
import {
  Door,
  type Handler,
  minionHandler,
  type Session,
  SessionServer,
  UnsealThread,
} from '@halite/transport'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Dealer } from 'zeromq'
import { executorFiles } from '../../../testing/src/repository.ts'
import { temporaryDirectory } from '../../../testing/src/temporary-directory.ts'
import { until } from '../../../testing/src/until.ts'
import { makeSession, type SessionInit } from './bench.ts'

const { anything } = schema
const mebibyte = 1024 * 1024

/** Names of requests in the order in which they were served. */
let served: string[]
let door: Door
let server: SessionServer
let thread: UnsealThread
let clients: Client[]

const handlers = new Map<string, Handler>(
  ['first', 'second', 'third', 'keep'].map((name) => [
    name,
    minionHandler(anything, () => {
      served.push(name)
      return name
    }),
  ]),
)

async function start(options: { maxRequestBytes?: number; entry?: string } = {}): Promise<void> {
  thread = new UnsealThread(options.entry ?? executorFiles().unsealing)
  server = new SessionServer({
    transport: door,
    address: 'tcp://127.0.0.1:*',
    clock: systemClock,
    log: silentLog,
    admission: { admit: () => undefined },
    handlers,
    unsealing: thread,
    ...(options.maxRequestBytes === undefined ? {} : { maxRequestBytes: options.maxRequestBytes }),
  })
  await server.start()
}

beforeEach(() => {
  served = []
  clients = []
  door = new Door()
})

afterEach(async () => {
  for (const { socket } of clients) socket.close()
  await server.close()
  await thread.close()
  door.close()
})

interface Client {
  readonly socket: Dealer
  readonly session: Session
  readonly seals: PeerSeals
  readonly downs: Down[]
  ask(name: string, load: unknown): void
}

let number = 0

/** A peer with a session, which it has proved with a small request. */
async function client(init: SessionInit = {}): Promise<Client> {
  const { session, seals } = makeSession({
    id: `m${clients.length}`,
    nowMs: systemClock.monotonicMs(),
    ...init,
  })
  server.sessions.addProvisional(session)
  const socket = new Dealer({ linger: 0, sendHighWaterMark: 0 })
  socket.connect(server.address)
  const downs: Down[] = []
  void (async () => {
    for await (const [frame] of socket) {
      if (frame && frameKind(frame) === frameKinds.down)
        downs.push(decodeDown(seals.down.open(frame), { maxBytes: maxFrameBytes }))
    }
  })()
  const ask = (name: string, load: unknown) => {
    number += 1
    void send(socket, seals.up.seal(encodeRequest({ number, name, load })))
  }
  ask('keep', null)
  await until('it is proven', () => session.established)
  const made = { socket, session, seals, downs, ask }
  clients.push(made)
  return made
}

/** In order: zeromq.js takes one send at a time. */
const queues = new WeakMap<Dealer, Promise<void>>()
function send(socket: Dealer, frame: Buffer): Promise<void> {
  const sent = (queues.get(socket) ?? Promise.resolve()).then(() => socket.send(frame)).catch(() => undefined)
  queues.set(socket, sent)
  return sent
}

const manyValues = () =>
  Object.fromEntries(Array.from({ length: 120_000 }, (_, index) => [`k${index}`, index]))
const counter = (name: string) => server.snapshot()[name] ?? 0

test('requests of a session keep their order, whatever their size', async () => {
  await start()
  const one = await client()
  served = []
  one.ask('first', manyValues())
  one.ask('second', null)
  one.ask('first', Buffer.alloc(3 * mebibyte))
  one.ask('third', null)
  await until('all are served', () => served.length === 4)
  expect(served).toEqual(['first', 'second', 'first', 'third'])
  await until('all are answered', () => one.downs.length === 5)
  expect(counter('large_frames')).toBe(2)
  expect(counter('large_frames_waiting')).toBe(0)
  expect(door.snapshot()['bytes_unfinished']).toBe(0)
})

test('many sessions with large frames at once: small ones of others are served in between, and all in the end', async () => {
  await start()
  const greedy = await Promise.all(Array.from({ length: 8 }, () => client()))
  const quick = await client()
  served = []
  const load = manyValues()
  for (const one of greedy) one.ask('first', load)
  let slowestMs = 0
  const beginMs = performance.now()
  while (served.filter((name) => name === 'first').length < greedy.length) {
    const before = quick.downs.length
    const startMs = performance.now()
    quick.ask('second', null)
    await until('it is answered', () => quick.downs.length > before)
    slowestMs = Math.max(slowestMs, performance.now() - startMs)
  }
  expect(served.filter((name) => name === 'second').length).toBeGreaterThan(8)
  // A busy machine slows all of it; whoever waited for all the large ones would have waited from end to end.
  expect(slowestMs).toBeLessThan((performance.now() - beginMs) / 2)
  await until('the greedy are answered', () => greedy.every(({ downs }) => downs.length === 2))
})

test('what does not open, comes twice, or is no request is counted, and the connection goes on', async () => {
  await start()
  const one = await client()
  served = []
  const frame = one.seals.up.seal(encodeRequest({ number: 7, name: 'first', load: Buffer.alloc(mebibyte) }))
  const broken = Buffer.from(frame)
  broken[broken.length - 1] = (broken.at(-1) ?? 0) ^ 1
  await send(one.socket, broken)
  await send(one.socket, Buffer.from(frame))
  await send(one.socket, Buffer.from(frame))
  await send(one.socket, one.seals.up.seal(Buffer.alloc(mebibyte, 0x91)))
  await send(
    one.socket,
    one.seals.up.seal(Buffer.concat([Buffer.from([0xdd, 0, 15, 0, 0]), Buffer.alloc(mebibyte)])),
  )
  one.ask('second', null)
  await until('it goes on', () => served.includes('second'))
  expect(served).toEqual(['first', 'second'])
  expect(counter('refused_seal_broken')).toBe(1)
  expect(counter('refused_frame_replayed')).toBe(1)
  expect(counter('refused_value_too_deep')).toBe(1)
  expect(counter('refused_value_malformed')).toBe(1)
})

test('what is too large for its name is refused before it is decoded', async () => {
  await start({ maxRequestBytes: 300_000 })
  const one = await client()
  one.ask('first', manyValues())
  await until('it is refused', () => one.downs.some((down) => down.type === 'error'))
  expect(one.downs.at(-1)).toMatchObject({ error: { code: 'VALUE_TOO_LARGE' } })
})

test('a session that ends while its frame waits is served nothing more', async () => {
  await start()
  const [busy, ended, other] = await Promise.all([client(), client(), client()])
  served = []
  busy?.ask('first', manyValues())
  ended?.ask('second', manyValues())
  other?.ask('third', manyValues())
  await until('both wait', () => counter('large_frames') === 3)
  server.sessions.end(ended?.session as Session, 'revoked')
  await until('the others are served', () => served.includes('third'))
  expect(served).not.toContain('second')
  expect(counter('large_frames_dropped')).toBe(1)
})

test('a connection that ends while its frame waits leaves nothing behind', async () => {
  await start()
  const busy = await client()
  const gone = await client()
  served = []
  busy.ask('first', manyValues())
  gone.ask('second', Buffer.alloc(3 * mebibyte))
  await until('both wait', () => counter('large_frames') === 2)
  gone.socket.close()
  await until('it is dropped', () => counter('large_frames_dropped') === 1, 10_000)
  expect(served).not.toContain('second')
  expect(door.snapshot()['bytes_unfinished']).toBe(0)
})

test('a thread that ends costs the session whose frame it had, and the next frame starts another', async () => {
  const directory = temporaryDirectory('hf')
  const entry = join(directory, 'dies.mjs')
  // Dies at a frame of an odd size; opens none.
  writeFileSync(
    entry,
    `import { parentPort } from 'node:worker_threads'
     parentPort.on('message', ({ number, frame }) => {
       if (frame.length % 2 === 1) process.exit(3)
       parentPort.postMessage({ number })
     })`,
  )
  await start({ entry })
  const [unlucky, other] = [await client(), await client()]
  const odd = unlucky.seals.up.seal(pack(Buffer.alloc(mebibyte)))
  await send(
    unlucky.socket,
    odd.length % 2 === 1 ? odd : unlucky.seals.up.seal(pack(Buffer.alloc(mebibyte + 1))),
  )
  await until('its session ends', () => server.sessions.get(unlucky.session.key) === undefined)
  expect(counter('large_frames_failed')).toBe(1)
  const even = pack(Buffer.alloc(mebibyte))
  await send(
    other.socket,
    other.seals.up.seal(even.length % 2 === 0 ? even : pack(Buffer.alloc(mebibyte + 1))),
  )
  await until('another thread answers', () => counter('refused_seal_broken') === 1)
  expect(server.sessions.get(other.session.key)).toBe(other.session)
})

test('a thread that is closed rejects what it has, and takes nothing more', async () => {
  const directory = temporaryDirectory('hf')
  const entry = join(directory, 'hangs.mjs')
  writeFileSync(
    entry,
    "import { parentPort } from 'node:worker_threads'\nparentPort.on('message', () => undefined)",
  )
  await start()
  const hung = new UnsealThread(entry)
  const key: KeyObject = createSecretKey(randomBytes(32))
  const opening = hung.open(key, Buffer.alloc(100))
  const rejected = expect(opening).rejects.toThrow('the thread that opens large frames ended')
  await hung.close()
  await rejected
  await expect(hung.open(key, Buffer.alloc(10))).rejects.toThrow('is closed')
})
