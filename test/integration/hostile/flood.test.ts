// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from 'node:crypto'
import { parseMinionId } from '@halite/core'
import { decodeNotice, encodeHello, frameKind, frameKinds, type Hello, makeEphemeral } from '@halite/protocol'
import { type Cluster, startCluster, until } from '@halite/testing'
import { type ClientSocket, zeromqTransport } from '@halite/transport'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { counter, expectPing, HandMinion, type Party, stolen, stranger } from './attacker.ts'

const perSecond = 5000
const tickMs = 10
const floodMs = 4000
/** Each is disconnected after a few hellos, and connects again at once. */
const sockets = 20
/** What the 2 KiB of a connection hold of them. */
const hellosOfConnection = 6

let cluster: Cluster

beforeAll(async () => {
  cluster = await startCluster({ minions: 4 })
  await cluster.waitConfirmed()
})

beforeEach(() => cluster.waitConnected())

afterAll(async () => {
  await cluster.close()
})

/** A connection that sends hellos, answers cookies, and says each hello as `make` does. */
class Attacker {
  readonly #socket: ClientSocket
  readonly #make: (cookie: Buffer | undefined, count: number) => Buffer
  #cookie: Buffer | undefined
  sent = 0

  constructor(address: string, make: (cookie: Buffer | undefined, count: number) => Buffer) {
    this.#make = make
    this.#socket = zeromqTransport.connect({ address, onFrame: (frame) => this.#take(frame) })
  }

  fire(): void {
    this.sent += 1
    this.#socket.send(this.#make(this.#cookie, this.sent))
  }

  close(): Promise<void> {
    return this.#socket.close()
  }

  #take(frame: Buffer): void {
    if (frameKind(frame) === frameKinds.notice) this.#cookie = decodeNotice(frame).cookie ?? this.#cookie
  }
}

/** Runs `work` while the attackers send `perSecond` hellos; resolves to how many they sent in a second. */
async function underFire(attackers: readonly Attacker[], work: () => Promise<void>): Promise<number> {
  const startMs = performance.now()
  let due = 0
  const timer = setInterval(() => {
    due = ((performance.now() - startMs) / 1000) * perSecond
    let sent = attackers.reduce((sum, attacker) => sum + attacker.sent, 0)
    for (; sent < due; sent += 1) attackers[sent % attackers.length]?.fire()
  }, tickMs)
  try {
    await work()
  } finally {
    clearInterval(timer)
  }
  const sent = attackers.reduce((sum, attacker) => sum + attacker.sent, 0)
  return sent / ((performance.now() - startMs) / 1000)
}

interface Times {
  readonly p50: number
  readonly p99: number
  readonly max: number
  readonly count: number
}

/** Pings one minion after the other for `ms`; every one of them has to answer. */
async function pingFor(ms: number): Promise<Times> {
  const times: number[] = []
  const endMs = performance.now() + ms
  for (let index = 0; performance.now() < endMs; index += 1) {
    const startMs = performance.now()
    await expectPing(cluster, `m${(index % 3) + 1}`)
    times.push(performance.now() - startMs)
  }
  times.sort((a, b) => a - b)
  const at = (part: number) => Math.round(times[Math.floor((times.length - 1) * part)] ?? 0)
  return { p50: at(0.5), p99: at(0.99), max: at(1), count: times.length }
}

/** A hello that reads well; its signature is broken, or that of `signer`. */
function helloOf(party: Party, changes: Partial<Hello>, broken: boolean): Buffer {
  const hello: Hello = {
    id: parseMinionId(party.id),
    instance: randomBytes(16),
    role: 'daemon',
    key: party.publicRaw,
    ephemeral: Buffer.alloc(32, 9),
    nonce: Buffer.alloc(32, 1),
    minVersion: 1,
    maxVersion: 1,
    software: 'flood',
    time: Date.now(),
    ...changes,
  }
  const frame = encodeHello(hello, party.privateKey)
  if (broken) frame[frame.length - 1] = (frame.at(-1) ?? 0) ^ 1
  return frame
}

/** One of three kinds of garbage in turn: a stranger's hello and a known one, both badly signed, and what is no hello. */
function garbage(): (cookie: Buffer | undefined, count: number) => Buffer {
  const parties = [stranger('flood'), stolen(cluster, 'm1')]
  const plain = parties.map((party) => helloOf(party, {}, true))
  // A byte that msgpack never uses.
  const malformed = Buffer.concat([Buffer.from([0xc1, 1, 1, 0]), Buffer.alloc(300, 0xc1)])
  let withCookie: Buffer[] | undefined
  return (cookie, count) => {
    if (count % 3 === 2) return Buffer.from(malformed)
    if (cookie && withCookie === undefined) {
      withCookie = parties.map((party) => helloOf(party, { cookie }, true))
    }
    return Buffer.from((withCookie ?? plain)[count % 3] ?? malformed)
  }
}

test('5,000 garbage hellos a second: pings are answered, and a known minion comes back', async ({
  annotate,
}) => {
  const calm = await pingFor(1500)
  const before = { ...(cluster.master.status()['requests'] as Record<string, number>) }
  const attackers = Array.from({ length: sockets }, () => new Attacker(cluster.addresses.ret, garbage()))
  let under: Times | undefined
  let backMs = 0
  const rate = await underFire(attackers, async () => {
    under = await pingFor(floodMs)
    const startMs = performance.now()
    await cluster.restartMinion('m4')
    await cluster.waitConnected(['m4'], 10_000)
    backMs = Math.round(performance.now() - startMs)
    await expectPing(cluster, 'm4')
  })
  await Promise.all(attackers.map((attacker) => attacker.close()))
  const after = cluster.master.status()['requests'] as Record<string, number>
  const rose = (name: string) => (after[name] ?? 0) - (before[name] ?? 0)
  await annotate(
    `calm ${JSON.stringify(calm)}, under ${Math.round(rate)} hellos/s ${JSON.stringify(under)}, back after ${backMs} ms`,
  )
  expect(rate).toBeGreaterThan(perSecond * 0.8)
  expect(under?.p99).toBeLessThan(500)
  for (const name of [
    'refused_signature_invalid',
    'ended_too_many_bytes_unproven',
    'hellos_sent_for_cookie',
  ]) {
    expect([name, rose(name) > 0]).toEqual([name, true])
  }
  const malformed = rose('refused_value_malformed') + rose('refused_frame_malformed')
  expect(malformed).toBeGreaterThan(sockets)
  // The rest of what they sent was not even read.
  expect(rose('hellos') + malformed).toBeLessThanOrEqual(rose('connections') * hellosOfConnection)
  expect(cluster.master.keys.listAll()['minions_pre'] ?? []).toEqual([])
})

test('a flood of well-signed hellos of new keys: pings are answered, and connections end at their 2 KiB', async ({
  annotate,
}) => {
  const ready = Array.from({ length: 4000 }, (_, index) => helloOf(stranger(`new${index}`), {}, false))
  const attackers = Array.from(
    { length: sockets },
    (_, socket) =>
      new Attacker(cluster.addresses.ret, (_cookie, count) =>
        Buffer.from(ready[(count * sockets + socket) % ready.length] ?? Buffer.alloc(0)),
      ),
  )
  const before = counter(cluster, 'requests', 'connections')
  let under: Times | undefined
  const rate = await underFire(attackers, async () => {
    under = await pingFor(floodMs / 2)
  })
  await Promise.all(attackers.map((attacker) => attacker.close()))
  const connections = counter(cluster, 'requests', 'connections') - before + sockets
  await annotate(`under ${Math.round(rate)} well-signed hellos/s ${JSON.stringify(under)}`)
  expect(under?.p99).toBeLessThan(500)
  const pending = cluster.master.keys.listAll()['minions_pre'] ?? []
  expect(pending.length).toBeGreaterThan(0)
  expect(pending.length).toBeLessThanOrEqual(connections * hellosOfConnection)
  expect(counter(cluster, 'requests', 'hellos_sent_for_cookie')).toBeGreaterThan(0)
})

test('a flood of one recorded hello of a known minion: its session stands and pings are answered', async ({
  annotate,
}) => {
  const party = stolen(cluster, 'm1')
  const recorded = helloOf(party, { ephemeral: makeEphemeral().publicRaw }, false)
  const attackers = Array.from(
    { length: sockets },
    () => new Attacker(cluster.addresses.ret, () => Buffer.from(recorded)),
  )
  let under: Times | undefined
  await underFire(attackers, async () => {
    under = await pingFor(floodMs / 2)
  })
  await Promise.all(attackers.map((attacker) => attacker.close()))
  await annotate(`under replayed hellos ${JSON.stringify(under)}`)
  expect(under?.p99).toBeLessThan(500)
  expect(cluster.state('m1')).toBe('up')
  expect(Number(cluster.master.status()['provisional_sessions'])).toBeLessThanOrEqual(4096)
  await using hand = new HandMinion(cluster.addresses.ret, party)
  await until(
    'the owner of the key is still let in',
    async () => (await hand.introduce()).accept.status === 'accepted',
  )
})
