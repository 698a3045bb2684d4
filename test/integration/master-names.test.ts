// SPDX-License-Identifier: Apache-2.0
import { lookup } from 'node:dns/promises'
import { networkInterfaces } from 'node:os'
import { SaltError } from '@halite/core'
import { Caller } from '@halite/minion/caller'
import { manifest } from '@halite/modules'
import { executorFiles, startCluster, until } from '@halite/testing'
import { describe, expect, it } from 'vitest'

const hasIpv6 = Object.values(networkInterfaces()).some((addresses) =>
  addresses?.some(({ address }) => address === '::1'),
)

describe('an IPv6 address decides by itself', () => {
  it.for([
    { listens: '::1', master: '::1' },
    { listens: '[::1]', master: '[::1]' },
    { listens: '::', master: '[::1]' },
    { listens: '::', master: '127.0.0.1' },
  ])('master on $listens, minion and salt-call to $master', async ({ listens, master }, ctx) => {
    ctx.skip(!hasIpv6, 'needs IPv6 on loopback')
    await using cluster = await startCluster({
      minions: 0,
      accept: true,
      master: { interface: listens, ipv6: listens === '::' && master === '127.0.0.1', auto_accept: true },
      minion: { master },
    })
    await cluster.addMinion('m1')
    expect(await cluster.client.cmd('m1', 'test.ping')).toEqual({ m1: true })
    const caller = new Caller({
      id: cluster.minion('m1').id,
      options: cluster.minionOptions('m1'),
      manifest,
      files: executorFiles(),
      local: false,
      user: 'root',
    })
    await caller.connect(10_000)
    expect(await caller.call('test.ping', [])).toMatchObject({ return: true })
    await caller.close()
  })
})

describe('a name that does not resolve', () => {
  it('ends the minion with an error of its own where it shall not be tried again', async () => {
    await using cluster = await startCluster({
      minions: 0,
      accept: false,
      resolve: async (host) => Promise.reject(new SaltError('MASTER_UNRESOLVED', `no ${host}`)),
    })
    const minion = await cluster.addMinion('m1', { master: 'master.test', retry_dns: 0 })
    await expect(minion.refused).rejects.toMatchObject({ code: 'MASTER_UNRESOLVED', exitCode: 69 })
  })

  it('is tried again until it does', async () => {
    let isThere = false
    await using cluster = await startCluster({
      minions: 0,
      accept: false,
      master: { auto_accept: true },
      resolve: async () => {
        if (isThere) return '127.0.0.1'
        isThere = true
        throw new SaltError('MASTER_UNRESOLVED', 'no')
      },
    })
    await cluster.addMinion('m1', { master: 'master.test', retry_dns: 1 })
    await cluster.waitConnected(['m1'])
  })

  it('costs nothing once the master was found: its last address is tried', async () => {
    let isThere = true
    await using cluster = await startCluster({
      minions: 0,
      master: { auto_accept: true },
      resolve: async () => {
        if (isThere) return '127.0.0.1'
        throw new SaltError('MASTER_UNRESOLVED', 'no')
      },
    })
    await cluster.addMinion('m1', { master: 'master.test', retry_dns: 3600 })
    isThere = false
    await cluster.restartMaster()
    await until(
      'm1 is back',
      async () => (await cluster.client.cmd('m1', 'test.ping'))['m1'] === true,
      30_000,
    )
  })

  it('ends salt-call with the same error, in time', async (ctx) => {
    const exists = await lookup('no-such-master.invalid').then(
      () => true,
      () => false,
    )
    ctx.skip(exists, 'the name service here knows every name')
    await using cluster = await startCluster({ minions: ['m1'] })
    const options = { ...cluster.minionOptions('m1'), master: 'no-such-master.invalid' }
    const caller = new Caller({
      id: cluster.minion('m1').id,
      options,
      manifest,
      files: executorFiles(),
      local: false,
      user: 'root',
    })
    await expect(caller.connect(2000)).rejects.toMatchObject({ code: 'MASTER_UNRESOLVED' })
    await caller.close()
  })
})
