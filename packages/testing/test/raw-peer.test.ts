// SPDX-License-Identifier: Apache-2.0
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Cluster, RawPeer, RawSubscriber, rawTcp, startCluster } from '../src/index.ts'

let cluster: Cluster

beforeAll(async () => {
  cluster = await startCluster({ minions: ['web1'] })
})
afterAll(() => cluster?.close())

const counters = (part: 'requests' | 'publish') => cluster.master.status()[part] as Record<string, number>

test('a raw peer reaches the master, which refuses what it sends and goes on', async () => {
  await using peer = new RawPeer(cluster.addresses.ret)
  peer.send(Buffer.from('no frame of ours'))
  await expect.poll(() => counters('requests')['refused_frame_malformed']).toBeGreaterThan(0)
  expect(await peer.next(50)).toBeUndefined()
  expect(await cluster.client.cmd('*', 'test.ping')).toEqual({ web1: true })
})

test('a raw subscriber is granted nothing', async () => {
  await using subscriber = new RawSubscriber(cluster.addresses.publish)
  subscriber.subscribe(Buffer.alloc(0))
  subscriber.subscribe(Buffer.alloc(16))
  await expect.poll(() => counters('publish')['subscriptions_refused']).toBeGreaterThan(0)
  await cluster.client.cmd('*', 'test.ping')
  expect(await subscriber.next(100)).toBeUndefined()
})

test('raw bytes reach the port and disturb nobody', async () => {
  const socket = await rawTcp(cluster.master.ports.ret)
  socket.write('GET / HTTP/1.1\r\nHost: master\r\n\r\n')
  expect(await cluster.client.cmd('*', 'test.ping')).toEqual({ web1: true })
  socket.destroy()
  await expect(rawTcp(1)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
})
