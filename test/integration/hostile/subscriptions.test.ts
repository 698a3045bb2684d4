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

test('a stranger who subscribes without end has the socket renewed, and the fleet hears publications again', async () => {
  const socket = new XSubscriber({ linger: 0, sendHighWaterMark: 0 })
  socket.connect(cluster.addresses.publish)
  for (let sent = 0; sent < 60_000; sent += 1) {
    await socket.send(Buffer.concat([Buffer.from([1]), randomBytes(16)]))
  }
  await until('the socket was renewed', () => publishCounter('renewals') === 1, 30_000)
  socket.close()
  await expectPing(cluster)
  await cluster.waitConfirmed()
  await expectBroadcast(cluster, ['m1', 'm2'])
  expect(publishCounter('refused')).toBeGreaterThan(50_000)
}, 60_000)
