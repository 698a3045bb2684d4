// SPDX-License-Identifier: Apache-2.0
import { setTimeout as delay } from 'node:timers/promises'
import { EpochOpener, frameKind, frameKinds, masterKeyOf, type WireEvent } from '@halite/protocol'
import { type Cluster, RawSubscriber, startCluster, until } from '@halite/testing'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import {
  counter,
  expectBroadcast,
  expectPing,
  HandMinion,
  insider,
  risen,
  stolen,
  stranger,
} from './attacker.ts'

let cluster: Cluster
/** Speaks as it likes. */
let evil: HandMinion
/** Gets jobs and never answers. */
let quiet: HandMinion
let base: Record<string, number>

beforeAll(async () => {
  cluster = await startCluster({ minions: 2 })
  evil = await insider(cluster, 'evil')
  quiet = await insider(cluster, 'quiet')
  await quiet.ask('_grains', { grains: { kernel: 'None' } })
  await cluster.waitConfirmed()
})

beforeEach(() => {
  base = { ...(cluster.master.status()['requests'] as Record<string, number>) }
})

afterEach(async () => {
  await expectPing(cluster)
})

afterAll(async () => {
  await evil.close()
  await quiet.close()
  await cluster.close()
})

const rises = (name: string, by = 1) => risen(cluster, ['requests', name], { before: base[name] ?? 0, by })
const packedTrue = Buffer.from([0xc3])

async function jobFor(target: string): Promise<string> {
  const jid = await cluster.client.cmdAsync(target, 'test.ping')
  if (jid === undefined) throw new Error(`${target} matches nobody`)
  return jid
}

const returnFor = (jid: string) => ({
  jid,
  return: packedTrue,
  retcode: 0,
  success: true,
})

async function storedIds(jid: string): Promise<string[]> {
  const stored = await cluster.client.connection.request('job_returns', { jid })
  return (stored as { id: string }[]).map(({ id }) => id)
}

test("another's id with one's own key is denied, and who owns the id goes on", async () => {
  await using hand = new HandMinion(cluster.addresses.ret, stranger('m1'))
  for (const role of ['daemon', 'call'] as const) {
    expect((await hand.introduce({ role })).accept.status).toBe('denied')
  }
  await rises('hellos_denied', 2)
  expect(cluster.master.keys.listAll()).toMatchObject({ minions_denied: ['m1'] })
  expect(cluster.state('m1')).toBe('up')
  await expectPing(cluster, 'm1')
})

test("another's id and public key, signed with one's own, is refused without an answer", async () => {
  const { publicRaw } = stolen(cluster, 'm1')
  await using hand = new HandMinion(cluster.addresses.ret, { ...stranger('m1'), publicRaw })
  hand.send(hand.hello())
  await rises('refused_signature_invalid')
  expect(await hand.peer.next(200)).toBeUndefined()
})

test('an id in the body is an unknown field, whatever the request', async () => {
  const jid = await jobFor('m1')
  const loads: [string, object][] = [
    ['_open', { id: 'm1' }],
    ['_return', { ...returnFor(jid), id: 'm1' }],
    ['_return', { ...returnFor(jid), fun: 'cmd.run', fun_args: [] }],
    ['_call', { ...returnFor(jid), fun: 'test.ping', fun_args: [], id: 'm1' }],
    ['_started', { jid, id: 'm1' }],
    ['_confirm', { id: 'm1' }],
    ['_missed', { epoch: Buffer.alloc(16), after: 0, id: 'm1' }],
    ['_grains', { grains: {}, id: 'm1' }],
    ['_minion_event', { tag: 'x', data: 1, id: 'm1' }],
    ['_bye', { id: 'm1' }],
    ['_ping', { id: 'm1' }],
  ]
  for (const [name, load] of loads) {
    expect([name, await evil.refusal(name, load)]).toEqual([name, 'VALUE_MALFORMED'])
  }
  await rises('requests_failed_value_malformed', loads.length)
  expect(cluster.state('m1')).toBe('up')
})

test('a return for a job that was sent to another is refused and not stored', async () => {
  const jid = await jobFor('m1')
  expect(await evil.refusal('_return', returnFor(jid))).toBe('REQUEST_DENIED')
  await until('m1 returned', async () => (await storedIds(jid)).includes('m1'))
  expect(await evil.refusal('_return', returnFor(jid))).toBe('REQUEST_DENIED')
  expect(await storedIds(jid)).toEqual(['m1'])
  await rises('requests_failed_request_denied', 2)
})

test('a return for a job that never was, and one through a call session for a job of another, are refused', async () => {
  expect(await evil.refusal('_return', returnFor('20240101000000000000'))).toBe('REQUEST_DENIED')
  await using call = new HandMinion(cluster.addresses.ret, evil.party)
  await call.call()
  const jid = await jobFor('m1')
  expect(await call.refusal('_return', returnFor(jid))).toBe('REQUEST_DENIED')
  await until('m1 returned', async () => (await storedIds(jid)).includes('m1'))
  expect(await storedIds(jid)).toEqual(['m1'])
  await rises('requests_failed_request_denied', 2)
})

test('nobody acknowledges, misses or confirms for another', async () => {
  const jid = await jobFor('quiet')
  const state = async () => {
    const states = await cluster.client.connection.request('job_state', { jid, ids: ['quiet'] })
    return (states as { acknowledged: boolean }[])[0]?.acknowledged
  }
  const confirmed = cluster.master.status()['minions_confirmed']
  await evil.ask('_started', { jid })
  expect(await state()).toBe(false)
  expect(await evil.ask('_missed', { epoch: evil.opened?.epoch.id, after: 0 })).toMatchObject({ value: 0 })
  await evil.ask('_confirm', { epoch: Buffer.alloc(16) })
  await evil.ask('_confirm', {})
  expect(cluster.master.status()['minions_confirmed']).toBe(confirmed)
  await quiet.ask('_started', { jid })
  expect(await state()).toBe(true)
})

test('grains of one minion do not become those of another', async () => {
  await evil.ask('_grains', { grains: { id: 'm1', os: 'Evil', kernel: 'Evil' } })
  expect(await cluster.client.preview('kernel:Evil', { tgtType: 'grain' })).toEqual(['evil'])
  expect(await cluster.client.cmd('m1', 'grains.get', ['kernel'])).not.toEqual({ m1: 'Evil' })
})

test('a goodbye of one minion ends the session of no other', async () => {
  await using hand = await insider(cluster, 'leaving')
  const before = Number(cluster.master.status()['minions'])
  await hand.ask('_bye', {})
  await until('it has left', () => cluster.master.status()['minions'] === before - 1)
  await expectBroadcast(cluster, ['m1', 'm2'])
})

const tags = [
  'salt/job/20240101000000000000/ret/m1',
  'salt/auth',
  'salt/key',
  'salt/minion/m1/start',
  '../../salt/auth',
  '/salt/auth',
  '\0salt/auth',
  '',
  '__proto__',
]

test('events of a minion stay below minion/<id>/, whatever tag it gives them', async () => {
  const seen: WireEvent[] = []
  const owner = {}
  cluster.master.events.subscribe(owner, '', (events) => seen.push(...events))
  for (const tag of tags)
    expect(await evil.ask('_minion_event', { tag, data: { forged: true, id: 'm1' } })).toMatchObject({
      type: 'reply',
    })
  await until(
    'all events',
    () => seen.filter(({ tag }) => tag.startsWith('minion/evil/')).length === tags.length,
  )
  await delay(100)
  cluster.master.events.forget(owner)
  const outside = seen.filter(({ tag }) => !tag.startsWith('minion/evil/'))
  expect(outside.filter(({ data }) => JSON.stringify(data).includes('forged'))).toEqual([])
  const inside = seen.filter(({ tag }) => tag.startsWith('minion/evil/'))
  expect(inside.map(({ tag }) => tag)).toEqual(tags.map((tag) => `minion/evil/${tag}`))
  for (const { data } of inside) expect(data).toMatchObject({ id: 'evil' })
})

test('a job that names its minions is published to nobody else, not even sealed', async () => {
  const { opened } = evil
  if (opened === undefined) throw new Error('evil has no session')
  await using subscriber = new RawSubscriber(cluster.addresses.publish)
  subscriber.subscribe(opened.epoch.topic)
  subscriber.subscribe(opened.topic)
  const opener = new EpochOpener(opened.epoch, masterKeyOf(masterRaw()))
  const heard: unknown[] = []
  const listen = async (ms: number) => {
    const endMs = performance.now() + ms
    while (performance.now() < endMs) {
      const frame = await subscriber.next(endMs - performance.now())
      if (frame?.[2] === 18) heard.push(opener.open(frame).load)
    }
  }
  const hearsJobs = async () => {
    await expectBroadcast(cluster, ['m1', 'm2'])
    await listen(100)
    return heard.length > 0
  }
  await until('it hears what is for all', hearsJobs)
  heard.length = 0
  await cluster.client.cmd('m1', 'test.echo', ['secret of m1'])
  await cluster.client.cmd(['m1', 'm2'], 'test.echo', ['secret of both'], { tgtType: 'list' })
  await expectBroadcast(cluster, ['m1', 'm2'])
  await listen(500)
  const jobs = heard.filter((load) => load !== undefined)
  expect(jobs).toMatchObject([{ fun: 'test.ping', tgt: 'm*' }])
  expect(JSON.stringify(heard)).not.toContain('secret')
  expect((await evil.allWithin(100)).map(frameKind)).not.toContain(frameKinds.down)
})

function masterRaw(): Buffer {
  const pem = cluster.master.keys.master().pem.replace(/-----[^-]+-----|\s/g, '')
  return Buffer.from(pem, 'base64').subarray(-32)
}

test('a call session is given no group key and no topic', async () => {
  await using call = new HandMinion(cluster.addresses.ret, evil.party)
  const reply = await call.call()
  expect([reply.epoch, reply.topic]).toEqual([undefined, undefined])
})

test('a thirteenth process of one minion ends its oldest call, and never its daemon', async () => {
  const party = stranger('many')
  await using daemon = new HandMinion(cluster.addresses.ret, party)
  await daemon.introduce()
  cluster.master.keys.accept('many')
  await daemon.connect()
  const calls: HandMinion[] = []
  for (let index = 0; index < 12; index += 1) {
    const call = new HandMinion(cluster.addresses.ret, party)
    calls.push(call)
    await call.call()
  }
  expect(await daemon.ask('_ping', {})).toMatchObject({ value: true })
  // The master still counts it among those that are given jobs.
  const jid = await jobFor('many')
  expect(await nextJob(daemon)).toMatchObject({ jid, fun: 'test.ping' })
  const unknown = counter(cluster, 'requests', 'sessions_unknown')
  calls[0]?.send(calls[0].seal('_ping', {}))
  await risen(cluster, ['requests', 'sessions_unknown'], { before: unknown })
  await Promise.all(calls.map((call) => call.close()))
})

/** The load of the next job that is pushed down a session; what else comes is passed over. */
async function nextJob(hand: HandMinion): Promise<unknown> {
  for (;;) {
    const down = hand.open(await hand.next(frameKinds.down))
    if (down.type === 'push' && down.name === 'job') return down.load
  }
}
