// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from 'node:crypto'
import { type Cluster, startCluster, until } from '@halite/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { XSubscriber } from 'zeromq'
import { expectBroadcast, expectPing } from './attacker.ts'

let cluster: Cluster

beforeAll(async () => {
  cluster = await startCluster({ minions: 2, heartbeatSeconds: 1 })
  await cluster.waitConfirmed()
})

afterAll(async () => {
  await cluster.close()
})

const publishCounter = (name: string) =>
  Number((cluster.master.status()['publish'] as Record<string, number> | undefined)?.[name] ?? 0)

test('a stranger who subscribes without end is disconnected, costs no memory, and the fleet hears publications', async () => {
  const before = process.memoryUsage().rss
  const socket = new XSubscriber({ linger: 0, sendHighWaterMark: 0 })
  socket.connect(cluster.addresses.publish)
  for (let sent = 0; sent < 60_000; sent += 1) {
    await socket.send(Buffer.concat([Buffer.from([1]), randomBytes(16)]))
  }
  const ended = () =>
    publishCounter('ended_too_many_bytes_unproven') + publishCounter('ended_too_many_commands')
  await until('it is disconnected', () => ended() > 0, 30_000)
  await expectPing(cluster)
  await expectBroadcast(cluster, ['m1', 'm2'])
  expect(publishCounter('refused')).toBeGreaterThan(50)
  socket.close()
  await cluster.waitConfirmed()
  expect(cluster.state('m1')).toBe('up')
  expect(process.memoryUsage().rss - before).toBeLessThan(64 * 1024 * 1024)
}, 60_000)
