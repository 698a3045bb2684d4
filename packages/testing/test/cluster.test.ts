// SPDX-License-Identifier: Apache-2.0
import { existsSync } from 'node:fs'
import { expect, test } from 'vitest'
import { startCluster } from '../src/index.ts'

test('a cluster answers, survives restarts of either side, and leaves nothing', async () => {
  const cluster = await startCluster({ minions: ['web1', 'db1'] })
  const { directory, client } = cluster
  try {
    await cluster.waitConfirmed()
    expect(await client.cmd('*', 'test.ping')).toEqual({ web1: true, db1: true })
    expect(await client.cmd('web*', 'cmd.run', ['echo hello'])).toEqual({ web1: 'hello' })
    await cluster.restartMaster()
    await cluster.restartMinion('db1')
    await cluster.waitConnected()
    expect(await client.cmd('*', 'test.ping')).toEqual({ web1: true, db1: true })
  } finally {
    await cluster.close()
  }
  expect(existsSync(directory)).toBe(false)
})

test('keys wait when nobody accepts them', async () => {
  await using cluster = await startCluster({ minions: 2, accept: false })
  await expect.poll(() => cluster.master.keys.listAll()['minions_pre']).toEqual(['m1', 'm2'])
  expect(cluster.state('m1')).not.toBe('up')
})
