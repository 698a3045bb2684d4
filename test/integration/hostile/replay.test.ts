// SPDX-License-Identifier: Apache-2.0
import type { KeyObject } from 'node:crypto'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { loadIdentity } from '@halite/core'
import {
  decodeHello,
  EpochSealer,
  encodeNotice,
  frameKind,
  frameKinds,
  maxClearBytes,
} from '@halite/protocol'
import { type Cluster, RawPeer, startCluster } from '@halite/testing'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { counter, expectBroadcast, expectPing, HandMinion, insider, risen, stolen } from './attacker.ts'
import { Tap, type Tapped, wireOf } from './tap.ts'

/** Where the tapped minion believes its master is. */
const host = '127.0.0.2'

let cluster: Cluster
let requests: Tap
let publications: Tap
let onThisSystem = true

beforeAll(async () => {
  cluster = await startCluster({ minions: 1, heartbeatSeconds: 1 })
  const { publish, ret } = cluster.master.ports
  try {
    requests = await Tap.start({ host, port: ret })
    publications = await Tap.start({ host, port: publish })
  } catch {
    onThisSystem = false
    return
  }
  await cluster.addMinion('m2', { master: host })
  await cluster.waitConfirmed()
})

afterAll(async () => {
  await cluster.close()
  if (!onThisSystem) return
  await requests.close()
  await publications.close()
})

beforeEach((ctx) => {
  ctx.skip(!onThisSystem, 'needs a second loopback address, 127.0.0.2')
})

const kindOf = ({ parts }: Tapped) => frameKind(parts.at(-1) ?? Buffer.alloc(0))
const ofKind = (messages: readonly Tapped[], kind: number) => messages.filter((one) => kindOf(one) === kind)
const frameOf = ({ parts }: Tapped) => parts.at(-1) ?? Buffer.alloc(0)

function sessions(): number {
  return Number(cluster.master.status()['minions'])
}

const jobs = 8

/** What is done makes the minion send nothing but its confirmations: each job that ran again would be heard of at once. */
async function expectSilence(act: () => void): Promise<void> {
  const sent = () => ofKind(requests.fromMinion, frameKinds.up).length
  await delay(500)
  const before = sent()
  act()
  await delay(700)
  expect(sent() - before).toBeLessThan(jobs / 2)
}

test('the whole conversation of a minion, played again on other connections, opens nothing and moves nothing', async () => {
  const before = { ...(cluster.master.status()['requests'] as Record<string, number>) }
  const live = sessions()
  const recorded = requests.fromMinion.map(frameOf)
  expect(recorded.length).toBeGreaterThan(3)
  // A connection ends at 2 KiB that prove nothing, and what is larger ends it unread.
  const small = recorded.filter((frame) => frame.length <= maxClearBytes - 256)
  const thieves = small.map(() => new RawPeer(cluster.addresses.ret))
  for (const [index, frame] of small.entries()) thieves[index]?.send(Buffer.from(frame))
  const sealed = small.filter((frame) => frameKind(frame) === frameKinds.up).length
  expect(sealed).toBeGreaterThan(2)
  await risen(cluster, ['requests', 'refused_frame_replayed'], {
    before: before['refused_frame_replayed'] ?? 0,
    by: sealed,
  })
  const large = recorded.find((frame) => frame.length > maxClearBytes)
  await using other = new RawPeer(cluster.addresses.ret)
  other.send(Buffer.from(large ?? Buffer.alloc(maxClearBytes + 1)))
  await risen(cluster, ['requests', 'ended_frame_too_large'], {
    before: before['ended_frame_too_large'] ?? 0,
    by: 1,
  })
  expect(sessions()).toBe(live)
  await expectPing(cluster, 'm2')
  const heard = await Promise.all(thieves.map((thief) => thief.next(300)))
  await Promise.all(thieves.map((thief) => thief.close()))
  const answers = heard.flatMap((frame) => (frame === undefined ? [] : [frameKind(frame)]))
  // The hello alone is answered: with an accept for whoever holds the secret behind its exchange key.
  expect(answers).toEqual([frameKinds.accept])
})

test('the same on the very connection of the minion: its session goes on untouched', async () => {
  const before = counter(cluster, 'requests', 'refused_frame_replayed')
  const recorded = ofKind(requests.fromMinion, frameKinds.up)
  for (const { wire } of recorded) requests.injectToMaster(wire)
  await risen(cluster, ['requests', 'refused_frame_replayed'], { before, by: recorded.length })
  expect(cluster.state('m2')).toBe('up')
  await expectPing(cluster, 'm2')
})

test('a replayed hello gets an accept that is of no use; the live session of that minion goes on', async () => {
  const hello = ofKind(requests.fromMinion, frameKinds.hello).at(-1)
  const live = sessions()
  const provisional = Number(cluster.master.status()['provisional_sessions'])
  await using thief = new HandMinion(cluster.addresses.ret, stolen(cluster, 'm1'))
  thief.send(Buffer.from(hello ? frameOf(hello) : Buffer.alloc(0)))
  const accept = await thief.next(frameKinds.accept)
  expect(frameKind(accept)).toBe(frameKinds.accept)
  expect(cluster.master.status()['provisional_sessions']).toBe(provisional + 1)
  // Guessing at its keys: the session never opens, so it never replaces the one that stands.
  const broken = counter(cluster, 'requests', 'refused_seal_broken')
  const at = accept.indexOf('session') + 'session'.length + 2
  const guess = Buffer.alloc(80, 7)
  guess.set([0xc1, 1, frameKinds.up, 0])
  accept.copy(guess, 4, at, at + 16)
  guess.writeBigUInt64BE(1n, 20)
  thief.send(guess)
  await risen(cluster, ['requests', 'refused_seal_broken'], { before: broken })
  expect(sessions()).toBe(live)
  expect(cluster.state('m2')).toBe('up')
  await expectPing(cluster, 'm2')
})

test('a changed hello is refused: id, role, exchange key and instance are all under the signature', async () => {
  const recorded = ofKind(requests.fromMinion, frameKinds.hello).at(-1)
  const frame = recorded ? frameOf(recorded) : Buffer.alloc(0)
  const hello = decodeHello(frame)
  const before = counter(cluster, 'requests', 'refused_signature_invalid')
  await using thief = new RawPeer(cluster.addresses.ret)
  const changes: [Buffer, Buffer][] = [
    [Buffer.from('m2'), Buffer.from('m1')],
    [Buffer.from(hello.ephemeral), Buffer.alloc(32, 9)],
    [Buffer.from(hello.instance), Buffer.alloc(16, 9)],
    [Buffer.from(hello.nonce), Buffer.alloc(32, 9)],
  ]
  for (const [from, to] of changes) {
    const changed = Buffer.from(frame)
    to.copy(changed, changed.indexOf(from))
    thief.send(changed)
  }
  await risen(cluster, ['requests', 'refused_signature_invalid'], { before, by: changes.length })
  expect(await thief.next(200)).toBeUndefined()
  await expectPing(cluster, 'm2')
})

test('frames of a session sent in another order: what is late is refused, the session goes on', async () => {
  await using hand = await insider(cluster, 'orderly')
  const before = counter(cluster, 'requests', 'refused_frame_replayed')
  const [first, second, third] = [1, 2, 3].map(() => hand.seal('_ping', {}))
  for (const frame of [third, first, second]) if (frame) hand.send(frame)
  await risen(cluster, ['requests', 'refused_frame_replayed'], { before, by: 2 })
  expect(await hand.ask('_ping', {})).toMatchObject({ type: 'reply', value: true })
  await expectPing(cluster, 'm2')
})

test('frames of one session under the id of another, and of an ended session, open nothing', async () => {
  await using one = await insider(cluster, 'one')
  await using other = await insider(cluster, 'other')
  const broken = counter(cluster, 'requests', 'refused_seal_broken')
  const crossed = one.seal('_ping', {})
  other.sessionId.copy(crossed, 4)
  one.send(crossed)
  await risen(cluster, ['requests', 'refused_seal_broken'], { before: broken })
  const unknown = counter(cluster, 'requests', 'sessions_unknown')
  const old = one.seal('_ping', {})
  await one.ask('_bye', {})
  one.send(old)
  await risen(cluster, ['requests', 'sessions_unknown'], { before: unknown })
  expect(await other.ask('_ping', {})).toMatchObject({ type: 'reply', value: true })
  await expectPing(cluster, 'm2')
})

test('a frame from the master, sent back to it, and a frame of the minion turned round, open nothing', async () => {
  const before = counter(cluster, 'requests', 'frames_unexpected')
  const down = ofKind(requests.fromMaster, frameKinds.down).at(-1)
  requests.injectToMaster(down?.wire ?? Buffer.alloc(0))
  await risen(cluster, ['requests', 'frames_unexpected'], { before })
  const broken = counter(cluster, 'requests', 'refused_seal_broken')
  const disguised = Buffer.from(down ? frameOf(down) : Buffer.alloc(0))
  disguised[2] = frameKinds.up
  disguised.writeBigUInt64BE(1_000_000n, 20)
  requests.injectToMaster(wireOf(disguised))
  await risen(cluster, ['requests', 'refused_seal_broken'], { before: broken })
  await expectPing(cluster, 'm2')
})

test('frames of the master, played again to the minion, run nothing twice and end nothing', async () => {
  for (let job = 0; job < jobs; job += 1) await expectPing(cluster, 'm2')
  await expectSilence(() => {
    for (const { wire } of [...requests.fromMaster]) requests.injectToMinion(wire)
  })
  expect(cluster.state('m2')).toBe('up')
  await expectPing(cluster, 'm2')
})

test('publications, heartbeats and probes, played again to the minion, run nothing twice', async () => {
  await cluster.waitConfirmed()
  for (let job = 0; job < jobs; job += 1) await expectBroadcast(cluster, ['m1', 'm2'])
  const recorded = [...publications.fromMaster]
  expect(new Set(recorded.map(kindOf))).toEqual(new Set([frameKinds.publication, frameKinds.probe]))
  await expectSilence(() => {
    for (const { wire } of recorded) publications.injectToMinion(wire)
    for (const { wire } of recorded.reverse()) publications.injectToMinion(wire)
  })
  await expectBroadcast(cluster, ['m1', 'm2'])
})

test('a publication replayed to a restarted minion is from before its time, and is not run', async () => {
  await cluster.waitConfirmed()
  for (let job = 0; job < jobs; job += 1) await expectBroadcast(cluster, ['m1', 'm2'])
  const published = ofKind(publications.fromMaster, frameKinds.publication)
  await cluster.restartMinion('m2')
  await cluster.waitConnected(['m2'])
  await expectPing(cluster, 'm2')
  await expectSilence(() => {
    for (const { wire } of published) publications.injectToMinion(wire)
  })
  await expectBroadcast(cluster, ['m1', 'm2'])
})

test('a publication forged by a holder of the group key is not run; signed by the master it would be', async () => {
  await using holder = await insider(cluster, 'holder')
  await cluster.waitConnected(['m2'])
  await cluster.waitConfirmed()
  const { epoch } = await holder.connect()
  const master = loadIdentity(join(cluster.masterOptions.pki_dir, 'master_ed25519'))
  const before = counter(cluster, 'requests', 'requests_failed_request_denied')
  const forge = (signer: KeyObject, jid: string) => {
    const sealer = new EpochSealer(signer, epoch)
    // Far above what the master has numbered, so that it is the signature that decides.
    for (let n = 0; n < 1000; n += 1) sealer.heartbeat()
    const job = { jid, fun: 'test.ping', arg: [], tgt: 'm2', tgt_type: 'glob', ret: '', user: 'root' }
    const { frame } = sealer.job(job)
    publications.injectToMinion(Buffer.concat([Buffer.from([1, 16]), epoch.topic, wireOf(frame)]))
  }
  await expectSilence(() => {
    for (let job = 0; job < jobs; job += 1) forge(holder.party.privateKey, `2024010100000000000${job}`)
  })
  expect(counter(cluster, 'requests', 'requests_failed_request_denied')).toBe(before)
  forge(master.privateKey, '20240101000000000009')
  // It ran, and its return is refused: the master never sent that job.
  await risen(cluster, ['requests', 'requests_failed_request_denied'], { before })
  await expectPing(cluster, 'm2')
})

test('forged notices end no session for long and cost no job', async () => {
  const session = frameOf(ofKind(requests.fromMinion, frameKinds.up).at(-1) as Tapped).subarray(4, 20)
  for (const notice of [
    { notice: 'busy' },
    { notice: 'version', min: 9 },
    { notice: 'cookie', cookie: Buffer.alloc(24) },
    { notice: 'unknownSession', session: Buffer.alloc(16) },
    { notice: 'unknownSession', session: Buffer.from(session) },
    { notice: 'helloAgain' },
  ] as const) {
    requests.injectToMinion(wireOf(encodeNotice(notice)))
  }
  await delay(100)
  await cluster.waitConnected(['m2'])
  await expectPing(cluster, 'm2')
})
