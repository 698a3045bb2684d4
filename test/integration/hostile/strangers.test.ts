// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from 'node:crypto'
import type { Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { localAddress, pack, silentLog } from '@halite/core'
import { encodeLocalHello, frameKinds, header, makeEphemeral } from '@halite/protocol'
import { type Cluster, RawPeer, RawSubscriber, rawTcp, startCluster, until } from '@halite/testing'
import { LocalHandshake, PeerChannel, zeromqTransport } from '@halite/transport'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { XSubscriber } from 'zeromq'
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

beforeAll(async () => {
  cluster = await startCluster({ minions: 2, heartbeatSeconds: 1 })
  await cluster.waitConfirmed()
})

afterEach(async () => {
  await expectPing(cluster)
})

afterAll(async () => {
  await cluster.close()
})

const tlsHello = Buffer.concat([Buffer.from('16030100a5010000a10303', 'hex'), randomBytes(160)])
const scans: [string, (socket: Socket) => void][] = [
  ['connect and close', (socket) => socket.destroy()],
  ['connect and end', (socket) => socket.end()],
  ['HTTP', (socket) => socket.write('GET / HTTP/1.1\r\nHost: master\r\n\r\n')],
  ['TLS', (socket) => socket.write(tlsHello)],
  ['random bytes', (socket) => socket.write(randomBytes(5000))],
  ['SSH', (socket) => socket.write('SSH-2.0-OpenSSH_9.6\r\n')],
  ['half a greeting', (socket) => socket.write(Buffer.from([0xff, 0, 0, 0, 0]))],
  ['a greeting and then nonsense', (socket) => socket.write(greeting(randomBytes(2000)))],
  [
    'a greeting and a frame of 2^62 bytes',
    (socket) => socket.write(greeting(Buffer.from('067fffffffffffffff', 'hex'))),
  ],
  ['nothing at all', () => undefined],
]

/** What a peer of ZMTP 3.1 without security sends first, then `rest`. */
function greeting(rest: Buffer): Buffer {
  const bytes = Buffer.alloc(64)
  bytes.set([0xff, 0, 0, 0, 0, 0, 0, 0, 1, 0x7f, 3, 1])
  bytes.write('NULL', 12)
  return Buffer.concat([bytes, rest])
}

test('a port scan of both ports is counted and disturbs nobody, while its connections are held open', async () => {
  const { publish, ret } = cluster.master.ports
  const sockets: Socket[] = []
  for (const [part, port] of [
    ['publish', publish],
    ['requests', ret],
  ] as const) {
    const before = counter(cluster, part, 'connections')
    const handshakes = counter(cluster, part, 'handshakes')
    for (const [, scan] of scans) {
      const socket = await rawTcp(port)
      sockets.push(socket)
      scan(socket)
    }
    await risen(cluster, [part, 'connections'], { before, by: scans.length })
    expect(counter(cluster, part, 'handshakes')).toBeLessThanOrEqual(handshakes + 1)
  }
  await expectBroadcast(cluster, ['m1', 'm2'])
  for (const socket of sockets) socket.destroy()
})

test('a connection that never says what it speaks is closed by the master', async () => {
  const socket = await rawTcp(cluster.master.ports.ret)
  socket.resume()
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  socket.write(Buffer.from([0xff, 0, 0]))
  await Promise.race([closed, delay(9000).then(() => expect.fail('the connection is still open'))])
})

test('two hundred connections that come and go do not keep a minion from its master', async () => {
  const { publish, ret } = cluster.master.ports
  const before = counter(cluster, 'requests', 'disconnects')
  for (let index = 0; index < 100; index += 1) {
    for (const port of [publish, ret]) (await rawTcp(port)).destroy()
  }
  await risen(cluster, ['requests', 'disconnects'], { before, by: 100 })
})

test('who subscribes to what it was not granted hears nothing, whatever it asks for', async () => {
  const before = counter(cluster, 'publish', 'subscriptions_refused')
  const malformed = counter(cluster, 'publish', 'malformed')
  await using spy = new RawSubscriber(cluster.addresses.publish)
  const prefixes = Array.from({ length: 256 }, (_, byte) => Buffer.from([byte]))
  for (const topic of [Buffer.alloc(0), Buffer.alloc(16), randomBytes(16), randomBytes(17), ...prefixes])
    spy.subscribe(topic)
  await risen(cluster, ['publish', 'subscriptions_refused'], { before, by: 2 })
  await risen(cluster, ['publish', 'malformed'], { before: malformed, by: 258 })
  await expectBroadcast(cluster, ['m1', 'm2'])
  // Longer than a heartbeat, which would be heard by all who are granted anything.
  expect(await spy.next(1500)).toBeUndefined()
})

test('a connection that guesses eight hundred topics hears nothing', async () => {
  const before = counter(cluster, 'publish', 'subscriptions_refused')
  await using spy = new RawSubscriber(cluster.addresses.publish)
  for (let index = 0; index < 800; index += 1) spy.subscribe(randomBytes(16))
  await risen(cluster, ['publish', 'subscriptions_refused'], { before, by: 800 })
  await expectBroadcast(cluster, ['m1', 'm2'])
  expect(await spy.next(1200)).toBeUndefined()
})

test('a peer that sends what is no subscription disturbs those of others for seconds at most', async () => {
  const before = counter(cluster, 'publish', 'malformed')
  const disturber = new XSubscriber({ linger: 0 })
  disturber.connect(cluster.addresses.publish)
  const disturb = async () => {
    for (let index = 0; index < 200; index += 1) await disturber.send([Buffer.from([7]), Buffer.alloc(0)])
    await delay(5)
  }
  await disturb()
  await risen(cluster, ['publish', 'malformed'], { before, by: 200 })
  // The subscriptions of this minion come in the middle of it.
  const back = cluster.restartMinion('m2')
  for (let round = 0; round < 100; round += 1) await disturb()
  await back
  disturber.close()
  await cluster.waitConnected()
  await expectPing(cluster, 'm2')
  await cluster.waitConfirmed()
  await expectBroadcast(cluster, ['m1', 'm2'])
}, 30_000)

const badIds = [
  '../../../etc/cron.d/halite',
  'a/b',
  'a\\b',
  '/etc/passwd',
  '..',
  '.',
  '',
  'm1\0',
  '\0',
  'm1\nsalt-key -A',
  '\u001b[2Jm1',
  'x'.repeat(300),
  'ü'.repeat(128),
  'm1\u2028',
  'm1\u0085',
  'm1\u202e',
  // What commands for keys read as globs, lists or options, and shells as their own.
  '*',
  'x,m1',
  'web[1-9]',
  'm?',
  '-y',
  '--help',
  '$(reboot)',
  '`id`',
  // What looks like another id, or like none.
  ' m1',
  'm1 ',
  'm1\u00a0',
  'm1\u200b',
  'm1\u2060',
  'm1\u00ad',
  'm1\ufe0f',
  'm1\u3164',
  'ｍ1',
  'e\u0301',
  '.hidden',
  '.abc.tmp',
]

test('ids that could be a path, break a line or overflow a name are refused, counted, and leave no file', async () => {
  const keys = cluster.master.keys.listAll()
  const before = counter(cluster, 'requests', 'refused_value_malformed')
  for (const id of badIds) {
    await using one = new HandMinion(cluster.addresses.ret, stranger('any'))
    one.send(one.hello({ id: id as never }))
    await risen(cluster, ['requests', 'refused_value_malformed'], { before: before + badIds.indexOf(id) })
  }
  expect(counter(cluster, 'requests', 'refused_value_malformed')).toBe(before + badIds.length)
  expect(cluster.master.keys.listAll()).toEqual(keys)
})

const lookalikes = ['M1', 'm1.', 'constructor', '__proto__', 'con']

test('ids that look like another are ids of their own, and wait like any new key', async () => {
  const accepted = cluster.master.keys.listAll()['minions']
  for (const id of lookalikes) {
    await using one = new HandMinion(cluster.addresses.ret, stranger(id))
    expect([id, (await one.introduce()).accept.status]).toEqual([id, 'pending'])
  }
  const keys = cluster.master.keys.listAll()
  expect(keys['minions']).toEqual(accepted)
  expect(new Set(keys['minions_pre'])).toEqual(new Set(lookalikes))
  for (const id of lookalikes) cluster.master.keys.delete({ minions_pre: [id] })
})

test('ids of other scripts are rejected without a file, unless the option admits them', async () => {
  const keys = cluster.master.keys.listAll()
  for (const id of ['é', 'м1', 'm1\u0301', 'a~b']) {
    await using one = new HandMinion(cluster.addresses.ret, stranger(id))
    expect([id, (await one.introduce()).accept.status]).toEqual([id, 'rejected'])
  }
  expect(cluster.master.keys.listAll()).toEqual(keys)
  await using open = await startCluster({ minions: 0, master: { permissive_ids: true } })
  await using one = new HandMinion(open.addresses.ret, stranger('é'))
  expect((await one.introduce()).accept.status).toBe('pending')
})

test('clear frames that only a master sends, or that belong to another socket, are counted', async () => {
  const before = counter(cluster, 'requests', 'frames_unexpected')
  await using peer = new RawPeer(cluster.addresses.ret)
  const { accept, notice, localHello, localAccept, down, publication, probe } = frameKinds
  const kinds = [accept, notice, localHello, localAccept, down, publication, probe]
  for (const kind of kinds) peer.send(Buffer.concat([header(kind), randomBytes(100)]))
  await risen(cluster, ['requests', 'frames_unexpected'], { before, by: kinds.length })
  expect(await peer.next(100)).toBeUndefined()
})

test('a frame of another version is told which one is spoken here, and a hello of one is refused', async () => {
  await using peer = new HandMinion(cluster.addresses.ret, stolen(cluster, 'm1'))
  const frame = peer.hello()
  frame[1] = 9
  peer.send(frame)
  expect(await peer.nextNotice()).toMatchObject({ notice: 'version', min: 1 })
  peer.send(peer.hello({ minVersion: 8, maxVersion: 9 }))
  expect(await peer.nextNotice()).toMatchObject({ notice: 'version', min: 1 })
})

async function clientRefused(user: string, key: Buffer): Promise<void> {
  const before = counter(cluster, 'local', 'refused_signature_invalid')
  const { sock_dir, ret_port } = cluster.masterOptions
  const channel = new PeerChannel({
    transport: zeromqTransport,
    address: localAddress(sock_dir, ret_port),
    log: silentLog,
    onPush: () => undefined,
  })
  const attempt = channel.handshake(new LocalHandshake(user, key), { timeoutMs: 400 })
  await expect(attempt).rejects.toMatchObject({ code: 'HANDSHAKE_TIMEOUT' })
  await channel.close()
  await risen(cluster, ['local', 'refused_signature_invalid'], { before })
}

test('a local client without a key, with a wrong one, or under a name nobody has, gets nothing', async () => {
  await clientRefused('root', Buffer.alloc(32))
  await clientRefused('root', randomBytes(32))
  await clientRefused('mallory', randomBytes(32))
  await clientRefused('__proto__', Buffer.alloc(32))
})

test('a local request before any handshake, and local frames on the port of minions, reach no handler', async () => {
  const before = counter(cluster, 'local', 'sessions_unknown')
  const { sock_dir, ret_port } = cluster.masterOptions
  await using peer = new RawPeer(localAddress(sock_dir, ret_port))
  peer.send(
    Buffer.concat([header(frameKinds.up), randomBytes(24), pack([1, 'publish', {}]), randomBytes(16)]),
  )
  await risen(cluster, ['local', 'sessions_unknown'], { before })
  const hello = {
    user: 'root',
    ephemeral: makeEphemeral().publicRaw,
    nonce: randomBytes(32),
    minVersion: 1,
    maxVersion: 1,
  }
  const unexpected = counter(cluster, 'requests', 'frames_unexpected')
  await using outside = new RawPeer(cluster.addresses.ret)
  outside.send(encodeLocalHello(hello, randomBytes(32)))
  await risen(cluster, ['requests', 'frames_unexpected'], { before: unexpected })
})

test('a flood of new keys fills the place for pending keys and no more; who waits already keeps its place', async () => {
  await using small = await startCluster({ minions: 1, master: { max_pending_keys: 20 } })
  const hands = Array.from(
    { length: 60 },
    (_, index) => new HandMinion(small.addresses.ret, stranger(`flood${index}`)),
  )
  const answers = await Promise.all(hands.map((hand) => hand.introduce()))
  const statuses = answers.map(({ accept }) => accept.status)
  expect(statuses.filter((status) => status === 'pending')).toHaveLength(20)
  expect(statuses.filter((status) => status === 'full')).toHaveLength(40)
  expect(counter(small, 'requests', 'hellos_full')).toBe(40)
  expect(small.master.keys.listAll()['minions_pre']).toHaveLength(20)
  const waiting = hands[statuses.indexOf('pending')]
  expect((await waiting?.introduce())?.accept.status).toBe('pending')
  await expectPing(small)
  await Promise.all(hands.map((hand) => hand.close()))
})

test('a flood of other keys for known ids fills the place for denied keys and no more', async () => {
  await using small = await startCluster({ minions: 3, master: { max_pending_keys: 3 } })
  await using other = await insider(small, 'other')
  const statuses: string[] = []
  for (const id of ['m1', 'm2', 'm3', 'other']) {
    await using hand = new HandMinion(small.addresses.ret, stranger(id))
    statuses.push((await hand.introduce()).accept.status)
  }
  expect(statuses).toEqual(['denied', 'denied', 'denied', 'full'])
  expect(await other.ask('_ping', {})).toMatchObject({ value: true })
  await until('all minions still answer', async () => {
    const answers = await small.client.cmd('m*', 'test.ping')
    return Object.keys(answers).length === 3
  })
})
