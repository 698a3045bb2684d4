// SPDX-License-Identifier: Apache-2.0
import { setTimeout as delay } from 'node:timers/promises'
import { type EpochGrant, EpochOpener, frameKind, frameKinds, loads, masterKeyOf } from '@halite/protocol'
import { type Cluster, RawSubscriber, startCluster, until } from '@halite/testing'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { expectBroadcast, HandMinion, insider, risen } from './attacker.ts'

const jobMarker = 'not for you any more'
/** Seconds that a group key is used; the next one is handed out a quarter of it ahead. */
const epochSeconds = 6

let cluster: Cluster
let serial = 0

beforeAll(async () => {
  cluster = await startCluster({
    minions: 2,
    heartbeatSeconds: 1,
    master: { publish_session: epochSeconds, loop_interval: 1 },
  })
  await cluster.waitConfirmed()
})

afterAll(async () => {
  await cluster.close()
})

/** A minion that keeps all it was ever given: session keys, group keys, topics, sockets. */
interface Gone {
  readonly id: string
  readonly hand: HandMinion
  readonly subscriber: RawSubscriber
  readonly grants: EpochGrant[]
}

let gone: Gone

beforeEach(async () => {
  serial += 1
  const id = `gone${serial}`
  const hand = await insider(cluster, id)
  const { epoch, topic } = await hand.connect()
  const subscriber = new RawSubscriber(cluster.addresses.publish)
  for (const one of [epoch.topic, topic]) subscriber.subscribe(one)
  gone = { id, hand, subscriber, grants: [epoch] }
  // A broadcast before the removal is heard and opens: what follows is not silence of the apparatus.
  await until('it hears what is published', async () => {
    await expectBroadcast(cluster, ['m1', 'm2'])
    return (await heard(300)).jobs.length > 0
  })
  return async () => {
    await hand.close()
    await subscriber.close()
  }
})

/** What comes on the publish socket within `ms`: frames, and the jobs among them that its keys open. */
async function heard(ms: number): Promise<{ frames: Buffer[]; jobs: unknown[] }> {
  const frames: Buffer[] = []
  const endMs = performance.now() + ms
  for (let left = ms; left > 0; left = endMs - performance.now()) {
    const frame = await gone.subscriber.next(left)
    if (frame) frames.push(frame)
  }
  return { frames, jobs: frames.flatMap(openWithAll) }
}

function openWithAll(frame: Buffer): unknown[] {
  const pem = cluster.master.keys.master().pem.replace(/-----[^-]+-----|\s/g, '')
  const master = masterKeyOf(Buffer.from(pem, 'base64').subarray(-32))
  return gone.grants.flatMap((grant) => {
    try {
      const { load } = new EpochOpener({ ...grant, lastJob: 0 }, master).open(frame)
      return load === undefined ? [] : [load]
    } catch {
      // Not under this key.
      return []
    }
  })
}

/** Publishes to all, broadcast and named, right now and for a while, and shows that the one who is gone learns nothing. */
async function expectNothingLearned(): Promise<void> {
  // What the master published before the removal may still be on its way, or unread.
  await heard(50)
  const ids = ['m1', 'm2']
  const answers = Promise.all([
    cluster.client.cmd('*', 'test.echo', [jobMarker]),
    cluster.client.cmd([...ids, gone.id], 'test.echo', [jobMarker], { tgtType: 'list' }),
    cluster.client.cmd('m*', 'test.echo', [jobMarker]),
  ])
  for (const answer of await answers) {
    expect(Object.keys(answer)).toEqual(expect.arrayContaining(ids))
    expect(answer).not.toHaveProperty(gone.id)
  }
  await cluster.waitConfirmed()
  expect(await cluster.client.cmd('m*', 'test.echo', [jobMarker])).toEqual({ m1: jobMarker, m2: jobMarker })
  const { frames } = await heard(1500)
  expect(frames).toEqual([])
  // On its other socket it is told once, clear, that its session is no more; nothing sealed comes.
  const rest = await gone.hand.allWithin(100)
  expect(rest.map(frameKind).filter((kind) => kind !== frameKinds.notice)).toEqual([])
}

test('after salt-key -d a minion with all its keys and sockets hears of no job, not even of the next', async () => {
  await cluster.client.connection.request('wheel', { fun: 'key.delete', arg: [gone.id], kwarg: {} })
  await expectNothingLearned()
})

test('after its key is rejected neither', async () => {
  cluster.master.keys.reject(gone.id, { includeAccepted: true })
  await expectNothingLearned()
  await using again = new HandMinion(cluster.addresses.ret, gone.hand.party)
  expect((await again.introduce()).accept.status).toBe('rejected')
})

test('its session answers nothing, its topics are granted no more, and its key has to wait again', async () => {
  const requests = cluster.master.status()['requests'] as Record<string, number>
  const publish = cluster.master.status()['publish'] as Record<string, number>
  cluster.master.keys.delete(gone.id)
  for (const [name, load] of [
    ['_ping', {}],
    ['_open', {}],
    ['_missed', { epoch: gone.grants[0]?.id, after: 0 }],
  ] as const) {
    gone.hand.send(gone.hand.seal(name, load))
  }
  await risen(cluster, ['requests', 'sessions_unknown'], { before: requests['sessions_unknown'] ?? 0, by: 3 })
  const rest = await gone.hand.allWithin(200)
  expect(new Set(rest.map(frameKind))).toEqual(new Set([frameKinds.notice]))
  await using late = new RawSubscriber(cluster.addresses.publish)
  for (const topic of [gone.grants[0]?.topic, gone.hand.opened?.topic]) if (topic) late.subscribe(topic)
  await risen(cluster, ['publish', 'subscriptions_refused'], {
    before: publish['subscriptions_refused'] ?? 0,
    by: 2,
  })
  await using again = new HandMinion(cluster.addresses.ret, gone.hand.party)
  expect((await again.introduce()).accept.status).toBe('pending')
  await expectBroadcast(cluster, ['m1', 'm2'])
})

test('a group key it was handed ahead of time is discarded with it', async () => {
  const ahead = await nextGrant()
  gone.grants.push(ahead)
  gone.subscriber.subscribe(ahead.topic)
  await until('it hears what is published ahead', async () =>
    (await heard(300)).frames.some((frame) => frame.includes(ahead.id)),
  )
  await until('all its pings are answered', async () => (await gone.hand.allWithin(500)).length === 0)
  cluster.master.keys.delete(gone.id)
  await expectNothingLearned()
  await delay(1000)
  expect((await heard(100)).frames).toEqual([])
})

/** The group key that is pushed to this minion next; pings keep its session alive meanwhile. */
async function nextGrant(): Promise<EpochGrant> {
  const endMs = performance.now() + 3 * epochSeconds * 1000
  while (performance.now() < endMs) {
    gone.hand.send(gone.hand.seal('_ping', {}))
    for (const frame of await gone.hand.allWithin(300)) {
      const down = frameKind(frame) === frameKinds.down ? gone.hand.open(frame) : undefined
      if (down?.type === 'push' && down.name === 'epoch') return loads.epochSchema(down.load, 'epoch')
    }
  }
  throw new Error('no group key was handed out ahead')
}
