// SPDX-License-Identifier: Apache-2.0
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseJid } from '@halite/core'
import { type Cluster, FaultProxy, startCluster, until } from '@halite/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

/** A path that came back has to carry jobs again within this time. */
const backWithinMs = 10_000
const heartbeatSeconds = 2
/**
 * A proxy that freezes leaves its connections standing, so no kernel notices: a heartbeat is missed after 5 s of grace, and a
 * question is not answered for 3 s.
 */
const noticedWithinMs = 20_000

let cluster: Cluster
let proxies: FaultProxy[]
let masterHost: string

/** Proxies on `host` in front of both ports of the master, under the same numbers. */
async function openPath(host: string): Promise<FaultProxy[]> {
  const { publish_port, ret_port } = cluster.masterOptions
  return Promise.all([publish_port, ret_port].map((port) => FaultProxy.start({ target: port, port, host })))
}

async function closePath(): Promise<void> {
  await Promise.all(proxies.map((proxy) => proxy.close()))
}

/** Resolves to how long it took until the minion answered a ping. */
async function msUntilPing(): Promise<number> {
  const began = performance.now()
  const answers = async () => (await cluster.client.cmd('m1', 'test.ping', [], { timeout: 1 }))['m1'] === true
  await until('m1 answers a ping', answers, 30_000)
  return performance.now() - began
}

/** How often the job of `appendLine` ran. */
function runs(): number {
  const file = join(cluster.directory, 'runs')
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n').length - 1 : 0
}

/** Publishes a job that notes that it ran, and ends only after `seconds`. */
async function appendLine(seconds: number): Promise<string> {
  const command = `echo ran >> ${join(cluster.directory, 'runs')}; sleep ${seconds}; echo done`
  const jid = await cluster.client.cmdAsync('m1', 'cmd.run', [command])
  await until('the job runs', () => runs() === 1)
  return jid ?? ''
}

/** The stored returns of a job, once there is one. */
async function storedReturns(jid: string): Promise<unknown[]> {
  const stored = async () => {
    const returns = await cluster.client.connection.request('job_returns', { jid: parseJid(jid) })
    return Array.isArray(returns) && returns.length > 0 ? returns : undefined
  }
  return until('the return is stored', stored, 30_000)
}

beforeEach(async (ctx) => {
  ctx.skip(process.platform !== 'linux', 'needs several loopback addresses, as Linux has them')
  masterHost = '127.0.0.2'
  cluster = await startCluster({
    minions: 0,
    heartbeatSeconds,
    master: { auto_accept: true },
    resolve: async () => masterHost,
  })
  proxies = await openPath(masterHost)
  await cluster.addMinion('m1', { master: 'master.test' })
  await msUntilPing()
})

afterEach(async () => {
  await closePath()
  await cluster.close()
})

describe('a minion comes back by itself', () => {
  it('after the path was silent, without a reset, for longer than heartbeats allow', async () => {
    for (const proxy of proxies) proxy.freeze()
    await until('the silence is noticed', () => cluster.state('m1') !== 'up', noticedWithinMs)
    for (const proxy of proxies) proxy.thaw()
    expect(await msUntilPing()).toBeLessThan(backWithinMs)
  }, 60_000)

  it('after publications alone were lost, though the master answers', async () => {
    const losses = cluster.losses('m1')
    proxies[0]?.freeze()
    await until('the silence is noticed', () => cluster.losses('m1') > losses, noticedWithinMs)
    await until('it has a session again', () => cluster.state('m1') === 'up', noticedWithinMs)
    expect(await msUntilPing()).toBeLessThan(backWithinMs)
    proxies[0]?.thaw()
    expect(await msUntilPing()).toBeLessThan(backWithinMs)
  }, 60_000)

  it('after its connections were cut', async () => {
    for (const proxy of proxies) proxy.cut()
    expect(await msUntilPing()).toBeLessThan(backWithinMs)
  }, 30_000)

  it('when the name of the master leads to another address', async () => {
    await closePath()
    masterHost = '127.0.0.3'
    proxies = await openPath(masterHost)
    expect(await msUntilPing()).toBeLessThan(backWithinMs)
  }, 30_000)

  it('after a restart of the master', async () => {
    await cluster.restartMaster()
    expect(await msUntilPing()).toBeLessThan(backWithinMs)
  }, 30_000)

  it('after its own restart', async () => {
    await cluster.restartMinion('m1')
    expect(await msUntilPing()).toBeLessThan(backWithinMs)
  }, 30_000)
})

describe('a return under way is stored exactly once, and its job runs once', () => {
  it('when the path falls silent while the job runs', async () => {
    const jid = await appendLine(1)
    for (const proxy of proxies) proxy.freeze()
    await until('the silence is noticed', () => cluster.state('m1') !== 'up', noticedWithinMs)
    for (const proxy of proxies) proxy.thaw()
    expect(await storedReturns(jid)).toHaveLength(1)
    expect(runs()).toBe(1)
  }, 60_000)

  it('when the master restarts while the job runs', async () => {
    const jid = await appendLine(1)
    await cluster.restartMaster(() => new Promise((resolve) => setTimeout(resolve, 1500)))
    expect(await storedReturns(jid)).toHaveLength(1)
    expect(runs()).toBe(1)
  }, 30_000)

  it('when connections are cut again and again', async () => {
    const jid = await appendLine(1)
    for (let cuts = 0; cuts < 10; cuts += 1) {
      for (const proxy of proxies) proxy.cut()
      await new Promise((resolve) => setTimeout(resolve, 200))
    }
    expect(await storedReturns(jid)).toHaveLength(1)
    expect(runs()).toBe(1)
  }, 60_000)
})

describe('a job published while the path is down', () => {
  it('reaches a minion that is back within the lifetime of the job, once', async () => {
    for (const proxy of proxies) proxy.cut()
    const jid = await cluster.client.cmdAsync('m1', 'cmd.run', [
      `echo ran >> ${join(cluster.directory, 'runs')}`,
    ])
    expect(await storedReturns(jid ?? '')).toHaveLength(1)
    expect(runs()).toBe(1)
  }, 30_000)
})
