// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { pack, silentLog } from '@halite/core'
import { type EpochGrant, EpochSealer, masterKeyOf, type PeerSeals } from '@halite/protocol'
import { EpochPublisher, EpochSubscriber, MemoryTransport, type Session } from '@halite/transport'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { until } from '../../../testing/src/until.ts'
import { makeParty, makeSession } from './bench.ts'

const master = makeParty()

let transport: MemoryTransport
let publisher: EpochPublisher
let paths: [Session, boolean][]
let opened: { close(): Promise<void> }[]

beforeEach(async () => {
  transport = new MemoryTransport()
  paths = []
  publisher = makePublisher()
  await publisher.start()
  opened = [publisher]
})

function makePublisher(): EpochPublisher {
  return new EpochPublisher({
    transport,
    address: 'publish',
    identity: master.privateKey,
    log: silentLog,
    onPath: (session, open) => {
      paths.push([session, open])
      if (open) publisher.probe(session)
    },
  })
}

afterEach(async () => {
  await Promise.all(opened.map((one) => one.close()))
})

interface Receiver {
  readonly subscriber: EpochSubscriber
  readonly jobs: unknown[]
  readonly arrivals: string[]
  readonly gaps: [string, number][]
}

function receiver(...grants: EpochGrant[]): Receiver {
  const made = { jobs: [] as unknown[], arrivals: [] as string[], gaps: [] as [string, number][] }
  const subscriber = new EpochSubscriber({
    transport,
    address: 'publish',
    log: silentLog,
    master: masterKeyOf(master.publicRaw),
    onJob: (load) => made.jobs.push(load),
    onArrival: (epoch) => made.arrivals.push(epoch.toString('hex')),
    onGap: (epoch, after) => made.gaps.push([epoch.toString('hex'), after]),
  })
  for (const grant of grants) subscriber.hold(grant)
  opened.push(subscriber)
  return { subscriber, ...made }
}

/** A receiver and the way to put any frame before it, as somebody on the path could. */
async function intercepted(grant: EpochGrant): Promise<Receiver & { put: (frame: Buffer) => void }> {
  await publisher.close()
  opened = []
  const path = await transport.publish({ address: 'publish', onSubscribe: () => true })
  opened.push(path)
  const made = receiver(grant)
  await delay(5)
  return { ...made, put: (frame) => path.send(grant.topic, frame) }
}

const sealerOf = (grant: EpochGrant, signer = master) => new EpochSealer(signer.privateKey, grant)
const grantOf = (sealer: EpochSealer): EpochGrant => ({ ...sealer.grant, lastJob: sealer.lastJob })
const epochName = ({ id }: EpochGrant) => id.toString('hex')
const count = (one: Receiver, name: string) => one.subscriber.counters.get(name)

test('jobs arrive with their number, heartbeats are arrivals', async () => {
  const { grant } = publisher
  const one = receiver(grant)
  await delay(5)
  expect(publisher.publishJob({ jid: 1 })).toBe(1)
  publisher.heartbeat()
  expect(publisher.publishJob({ jid: 2 })).toBe(3)
  await until('both jobs', () => one.jobs.length === 2)
  expect(one.jobs).toEqual([{ jid: 1 }, { jid: 2 }])
  expect(one.arrivals).toEqual([epochName(grant)])
  expect(one.gaps).toEqual([])
})

test('a lost job is noticed by the next job, and by the next heartbeat', async () => {
  const sealer = new EpochSealer(master.privateKey)
  const grant = grantOf(sealer)
  const one = await intercepted(grant)
  const first = sealer.job(1).frame
  sealer.job('lost')
  const third = sealer.job(3).frame
  sealer.job('lost too')
  for (const frame of [first, third, sealer.heartbeat(), sealer.heartbeat(), sealer.job(5).frame])
    one.put(frame)
  await until('the last job', () => one.jobs.length === 3)
  expect(one.jobs).toEqual([1, 3, 5])
  // Each gap is reported once: after job 1, and after job 3.
  expect(one.gaps).toEqual([
    [epochName(grant), 1],
    [epochName(grant), 3],
  ])
})

test('neither lost heartbeats nor what was published before the grant count as a gap', async () => {
  const sealer = new EpochSealer(master.privateKey)
  sealer.job('before')
  const one = await intercepted(grantOf(sealer))
  sealer.heartbeat()
  for (const frame of [sealer.heartbeat(), sealer.job('after').frame]) one.put(frame)
  await until('the job', () => one.jobs.length === 1)
  expect(one.gaps).toEqual([])
})

test('a publication forged by a holder of the group key is refused, and the true one of that number is taken', async () => {
  const sealer = new EpochSealer(master.privateKey)
  const one = await intercepted(grantOf(sealer))
  one.put(sealerOf(grantOf(sealer), makeParty()).job({ fun: 'cmd.run' }).frame)
  await until('it is refused', () => count(one, 'refused_signature_invalid') === 1)
  one.put(sealer.job('true').frame)
  await until('the true one', () => one.jobs.length === 1)
  expect(one.jobs).toEqual(['true'])
})

test('a signed publication that was tampered with is refused', async () => {
  const sealer = new EpochSealer(master.privateKey)
  const one = await intercepted(grantOf(sealer))
  const { frame } = sealer.job('true')
  for (const at of [3, 10, 27, 40, frame.length - 1]) {
    const changed = Buffer.from(frame)
    changed[at] = (changed[at] ?? 0) ^ 1
    one.put(changed)
  }
  for (const end of [0, 3, 30, 60, frame.length - 1]) one.put(frame.subarray(0, end))
  one.put(frame)
  await until('the whole one', () => one.jobs.length === 1)
  expect(one.jobs).toEqual(['true'])
})

test('a replay is refused, at once and after others, and so is one from before the grant', async () => {
  const sealer = new EpochSealer(master.privateKey)
  const before = sealer.job('before').frame
  const one = await intercepted(grantOf(sealer))
  const [first, second] = [sealer.job(1).frame, sealer.job(2).frame]
  for (const frame of [before, first, first, second, first, before]) one.put(frame)
  await until('all but two are refused', () => count(one, 'refused_frame_replayed') === 4)
  expect(one.jobs).toEqual([1, 2])
})

test('a publication of an epoch that is not held is counted', async () => {
  const one = await intercepted(publisher.grant)
  one.put(new EpochSealer(master.privateKey).job('foreign').frame)
  await until('it is counted', () => count(one, 'epochs_unknown') === 1)
  expect(one.jobs).toEqual([])
})

test('after rotation nothing goes out under the old epoch, and its topic is granted no more', async () => {
  const old = publisher.grant
  const stayed = receiver(old)
  await delay(5)
  publisher.rotate()
  const moved = receiver(old, publisher.grant)
  await delay(5)
  publisher.publishJob('secret')
  await until('who holds the new one hears', () => moved.jobs.length === 1)
  expect(stayed.jobs).toEqual([])
  expect(publisher.counters.get('subscriptions_refused')).toBe(1)
})

test('an announced epoch is heard ahead of its use; a rotation discards it', async () => {
  const announced = publisher.announce()
  expect(publisher.announce()).toEqual(announced)
  const one = receiver(publisher.grant, announced)
  await delay(5)
  publisher.heartbeat()
  await until('both heartbeats', () => one.arrivals.length === 2)
  publisher.rotate()
  expect(publisher.announced).toBeUndefined()
  publisher.adopt()
  publisher.publishJob('secret')
  await delay(20)
  expect(one.jobs).toEqual([])
})

test('publications of the old epoch that were under way at a switch are still taken', async () => {
  const old = new EpochSealer(master.privateKey)
  const one = await intercepted(grantOf(old))
  const late = old.job('late').frame
  one.subscriber.hold(publisher.grant)
  one.put(late)
  await until('the late one', () => one.jobs.length === 1)
})

test('the oldest epochs are left', async () => {
  const old = new EpochSealer(master.privateKey)
  const one = await intercepted(grantOf(old))
  for (let index = 0; index < 3; index += 1) one.subscriber.hold(grantOf(new EpochSealer(master.privateKey)))
  await delay(5)
  one.put(old.job('too late').frame)
  await delay(20)
  expect(one.jobs).toEqual([])
})

/** A receiver that listens for the probes of a session, as a minion does after its `_open`. */
async function listening(): Promise<Receiver & { session: Session; topic: Buffer; seals: PeerSeals }> {
  const { session, seals, id } = makeSession()
  const topic = publisher.topicOf(session)
  const one = receiver(publisher.grant)
  one.subscriber.listenToProbes({ id, seals }, topic)
  await until('the probe arrives', () => one.arrivals.length > 0)
  return { ...one, session, topic, seals }
}

test('topics of sessions have their beginning in common, which no other master has, and an end of their own', () => {
  const topics = Array.from({ length: 100 }, () => publisher.topicOf(makeSession().session))
  const beginnings = new Set(topics.map((topic) => topic.toString('hex', 0, 12)))
  expect(topics.every(({ length }) => length === 16)).toBe(true)
  expect(beginnings.size).toBe(1)
  expect(new Set(topics.map((topic) => topic.toString('hex'))).size).toBe(topics.length)
  const other = makePublisher()
  expect(beginnings).not.toContain(other.topicOf(makeSession().session).toString('hex', 0, 12))
})

describe('sessions of a large fleet that share a topic', () => {
  /** The first of 513 sessions and the last, which has the same topic. */
  function crowd(): [Session, Session] {
    const sessions = Array.from({ length: 513 }, () => makeSession().session)
    const topics = sessions.map((session) => publisher.topicOf(session).toString('hex'))
    expect(new Set(topics).size).toBe(512)
    expect(topics.at(-1)).toBe(topics[0])
    return [sessions[0] as Session, sessions.at(-1) as Session]
  }

  test('are both told of when one comes, and once when some leave', async () => {
    const [first, last] = crowd()
    const topic = publisher.topicOf(first)
    const subscribers = [0, 1].map(() =>
      transport.subscribe({ address: 'publish', onFrame: () => undefined }),
    )
    opened.push(...subscribers)
    for (const one of subscribers) one.subscribe(topic)
    await until('both paths, for each of the two', () => paths.length === 4)
    paths.length = 0
    for (const one of subscribers) one.unsubscribe(topic)
    await until('both are reported', () => paths.length > 0)
    expect(paths).toEqual([
      [first, false],
      [last, false],
    ])
  })

  test('keep it until the last of them is forgotten', () => {
    const [first, last] = crowd()
    const topic = publisher.topicOf(first).toString('hex')
    publisher.forget(first)
    expect(publisher.topicOf(last).toString('hex')).toBe(topic)
    publisher.forget(last)
    expect(publisher.topicOf(makeSession().session).toString('hex')).not.toBe(topic)
  })
})

test('a probe confirms the path of one session, and only its', async () => {
  const [one, other] = [await listening(), await listening()]
  const before = other.arrivals.length
  publisher.probe(one.session)
  await until('another arrival', () => one.arrivals.length === 2)
  expect(other.arrivals).toHaveLength(before)
  expect(paths).toEqual([
    [one.session, true],
    [other.session, true],
  ])
})

test('a probe of another session, a replayed and a forged one confirm nothing', async () => {
  const one = await listening()
  const { session: other } = makeSession()
  const overheard: Buffer[] = []
  const listener = transport.subscribe({ address: 'publish', onFrame: (frame) => overheard.push(frame) })
  opened.push(listener)
  listener.subscribe(one.topic)
  await until('its path is probed', () => one.arrivals.length === 2)
  overheard.length = 0
  publisher.probe(one.session)
  const recorded = await until('the probe', () => overheard[0])
  await until('it arrives', () => one.arrivals.length === 3)
  await publisher.close()
  const path = await transport.publish({ address: 'publish', onSubscribe: () => true })
  opened.push(path)
  await delay(5)
  const forged = Buffer.from(recorded)
  forged.writeBigUInt64BE(99n, 20)
  for (const frame of [recorded, forged, other.seals.probe.seal(pack([]))]) path.send(one.topic, frame)
  await until('all are refused', () => count(one, 'sessions_unknown') === 1)
  expect(one.arrivals).toHaveLength(3)
  expect(one.subscriber.counters.snapshot()).toMatchObject({
    refused_frame_replayed: 1,
    refused_seal_broken: 1,
  })
})

test('the topic of a session that ended is granted no more and is sent nothing', async () => {
  const one = await listening()
  publisher.forget(one.session)
  publisher.probe(one.session)
  const late = transport.subscribe({ address: 'publish', onFrame: () => undefined })
  opened.push(late)
  late.subscribe(one.topic)
  late.subscribe(randomBytes(16))
  await until('both are refused', () => publisher.counters.get('subscriptions_refused') === 2)
  expect(one.arrivals).toHaveLength(1)
})

test('a lost publish path is reported, by session', async () => {
  const one = await listening()
  await one.subscriber.close()
  await until('the path broke', () => paths.some(([session, open]) => session === one.session && !open))
})
