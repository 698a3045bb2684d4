// SPDX-License-Identifier: Apache-2.0
import type { Socket } from 'node:net'
import type { MasterOptions } from '@halite/core'
import { type Cluster, captureLog, FaultProxy, rawZmtp, startCluster, until } from '@halite/testing'
import { afterEach, expect, test } from 'vitest'
import { counter, expectPing, HandMinion, insider, stranger } from './attacker.ts'

const mebibyte = 1024 * 1024

let cluster: Cluster
const held: Socket[] = []
const hands: HandMinion[] = []

afterEach(async () => {
  for (const socket of held.splice(0)) socket.destroy()
  for (const hand of hands.splice(0)) await hand.close()
  await cluster.close()
})

async function start(master: Partial<MasterOptions>): Promise<void> {
  cluster = await startCluster({ minions: 1, master })
  await cluster.waitConfirmed()
}

async function hold(count: number): Promise<void> {
  for (let made = 0; made < count; made += 1) {
    // What is refused may be reset before it was connected.
    const socket = await rawZmtp(cluster.masterOptions.ret_port).catch(() => undefined)
    if (socket) held.push(socket)
  }
}

async function enter(): Promise<HandMinion> {
  const hand = await insider(cluster, 'evil')
  hands.push(hand)
  return hand
}

const network = (name: string) =>
  (cluster.master.status()['network'] as Record<string, number> | undefined)?.[name] ?? 0
const requests = (name: string) => counter(cluster, 'requests', name)

test('max_connections: strangers make room for each other, and no established one ends', async () => {
  await start({ max_connections: 6 })
  await hold(20)
  await until('they made room', () => requests('ended_displaced') >= 16)
  expect(network('connections_open')).toBeLessThanOrEqual(6)
  await expectPing(cluster)
})

test('max_connections_per_address: what is above is refused', async () => {
  await start({ max_connections_per_address: 5 })
  await hold(20)
  await until('they are refused', () => requests('refused_address') >= 17)
  expect(network('connections_open')).toBeLessThanOrEqual(5)
  await expectPing(cluster)
})

test('max_unproven_connections: so many strangers at a time', async () => {
  await start({ max_unproven_connections: 4 })
  await hold(20)
  await until('they made room', () => requests('ended_displaced') >= 16)
  expect(network('connections_unproven')).toBeLessThanOrEqual(4)
  await expectPing(cluster)
})

test('max_unproven_connections_per_address: so many of one address', async () => {
  await start({ max_unproven_connections_per_address: 3 })
  await hold(20)
  await until('they made room', () => requests('ended_displaced') >= 17)
  expect(network('connections_unproven')).toBeLessThanOrEqual(3)
  await expectPing(cluster)
})

test('unproven_connection_timeout: who proves nothing in time is disconnected', async () => {
  await start({ unproven_connection_timeout: 1 })
  await hold(3)
  for (const socket of held) socket.resume()
  await until('they are disconnected', () => requests('ended_unproven') === 3)
  expect(cluster.state('m1')).toBe('up')
  await expectPing(cluster)
})

test('max_open_files and open_files_reserve: what is left is for connections', async () => {
  await start({ max_open_files: 100, open_files_reserve: 40 })
  expect(network('open_files_limit')).toBe(100)
  expect(network('connections_limit')).toBe(60)
})

test('max_open_files above what the system allows is told', async (ctx) => {
  ctx.skip(process.platform !== 'linux', 'the limit is read from /proc')
  const { log, lines } = captureLog()
  cluster = await startCluster({ minions: 0, log, master: { max_open_files: 2_000_000_000 } })
  expect(JSON.stringify(lines)).toContain('fewer open files are allowed than max_open_files asks for')
})

test('max_waiting_bytes: a session whose peer does not read ends, and the connection with it', async () => {
  await start({ max_waiting_bytes: mebibyte })
  await using proxy = await FaultProxy.start({ target: cluster.masterOptions.ret_port })
  const evil = new HandMinion(`tcp://127.0.0.1:${proxy.port}`, stranger('evil'))
  hands.push(evil)
  await evil.introduce()
  cluster.master.keys.accept('evil')
  await evil.connect()
  expect(cluster.master.status()['minions']).toBe(2)
  proxy.freeze()
  const job = ['x'.repeat(mebibyte)]
  for (let sent = 0; sent < 30; sent += 1) await cluster.client.cmdAsync('evil', 'test.echo', job)
  await until('it is disconnected', () => requests('ended_too_many_bytes_waiting') === 1)
  await until('its session ended', () => cluster.master.status()['minions'] === 1)
  await expectPing(cluster)
})

test('max_unfinished_bytes: large frames come one after the other', async () => {
  await start({ max_unfinished_bytes: mebibyte })
  const evil = await enter()
  const large = Buffer.alloc(3 * mebibyte, 0x5a)
  large.set([0xc1, 1, 17, 0])
  for (let sent = 0; sent < 3; sent += 1) evil.peer.send(Buffer.from(large))
  await until('they came', () => requests('frames_unexpected') >= 3)
  expect(network('bytes_unfinished')).toBe(0)
})

test('max_event_size: a larger request is refused before anything is built of it, a return is not', async () => {
  await start({ max_event_size: 10_000 })
  const evil = await enter()
  expect(await evil.refusal('_minion_event', { tag: 'x', data: 'y'.repeat(20_000) })).toBe('VALUE_TOO_LARGE')
  const load = { jid: '20240101000000000000', return: Buffer.alloc(20_000), retcode: 0, success: true }
  expect(await evil.refusal('_return', load)).toBe('REQUEST_DENIED')
})

test('session_bytes_per_second: who sends more is read later, and the others are not', async () => {
  await start({ session_bytes_per_second: 10 * mebibyte })
  const evil = await enter()
  for (let sent = 0; sent < 4; sent += 1)
    evil.send(evil.seal('_minion_event', { tag: 'x', data: Buffer.alloc(30 * mebibyte) }))
  await until('it is read later', () => requests('sessions_throttled') > 0)
  await expectPing(cluster)
})

test('session_work_per_second: the same for the time that requests take', async () => {
  // A ping's own work has to fit, also on a machine that is busy.
  await start({ session_work_per_second: 20 })
  const evil = await enter()
  const data = Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`k${index}`, index]))
  for (let sent = 0; sent < 10; sent += 1) evil.send(evil.seal('_minion_event', { tag: 'x', data }))
  await until('it is read later', () => requests('sessions_throttled') > 0)
  await expectPing(cluster)
})

test('_missed and _open again and again are refused as busy', async () => {
  await start({})
  const evil = await enter()
  const load = { epoch: evil.opened?.epoch.id ?? Buffer.alloc(16), after: 0 }
  for (let asked = 0; asked < 60; asked += 1) evil.send(evil.seal('_missed', load))
  for (let asked = 0; asked < 10; asked += 1) evil.send(evil.seal('_open', {}))
  await until('they are refused', () => requests('requests_failed_busy') >= 40)
  await expectPing(cluster)
})

test('one pillar of a session is compiled at a time', async () => {
  await start({})
  const evil = await enter()
  for (let asked = 0; asked < 200; asked += 1) evil.send(evil.seal('_pillar', {}))
  await until('the others are refused', () => requests('requests_failed_busy') > 50)
  await expectPing(cluster)
})
