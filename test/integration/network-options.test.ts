// SPDX-License-Identifier: Apache-2.0
import type { Socket } from 'node:net'
import { connect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { type MasterOptions, silentLog } from '@halite/core'
import {
  type Cluster,
  FaultProxy,
  rawFrame,
  rawZmtp,
  startCluster,
  startProcesses,
  until,
} from '@halite/testing'
import { afterEach, describe, expect, test } from 'vitest'
import { CallerSession } from '../../packages/minion/src/caller-session.ts'
import { counter, insider } from './hostile/attacker.ts'

const open: Socket[] = []

afterEach(() => {
  for (const socket of open.splice(0)) socket.destroy()
})

describe('zmq_backlog', () => {
  /** How many of 24 connections the system completes while the master takes none. */
  async function completed(zmq_backlog: number): Promise<number> {
    await using cluster = await startProcesses({ minions: [], masterConfig: { zmq_backlog } })
    process.kill(cluster.master.pid, 'SIGSTOP')
    let count = 0
    for (let each = 0; each < 24; each += 1) {
      const socket = connect({ port: cluster.ports.ret, host: '127.0.0.1' }, () => {
        count += 1
      })
      open.push(socket.on('error', () => undefined))
    }
    // What the system completes it completes at once; the others are tried again a second later.
    await until('some connections', () => count > 0)
    await delay(300)
    process.kill(cluster.master.pid, 'SIGCONT')
    return count
  }

  test('is how many connections wait for a busy master', async (ctx) => {
    ctx.skip(process.platform !== 'linux', 'other systems round what they are asked for')
    const [few, many] = await Promise.all([completed(3), completed(1000)])
    expect(many).toBe(24)
    expect(few).toBeLessThan(10)
  })
})

describe('pub_hwm', () => {
  const published = 'x'.repeat(256 * 1024)

  /** Publishes while one subscriber reads nothing; how many publications it was not given. */
  async function droppedOf(pub_hwm: number, count: number): Promise<number> {
    await using cluster = await startCluster({
      minions: 1,
      master: { pub_hwm } satisfies Partial<MasterOptions>,
    })
    await cluster.waitConfirmed()
    await slowSubscriber(cluster)
    for (let sent = 0; sent < count; sent += 1) {
      expect(await cluster.client.cmd('m*', 'test.ping', [published])).toHaveProperty('m1')
    }
    expect(counter(cluster, 'publish', 'ended_too_many_bytes_waiting')).toBe(0)
    return counter(cluster, 'publish', 'dropped')
  }

  async function slowSubscriber(cluster: Cluster): Promise<void> {
    await using hand = await insider(cluster, 'slow')
    const { epoch, topic } = await hand.connect()
    const port = Number(cluster.addresses.publish.split(':').at(-1))
    const socket = await rawZmtp(port, { socketType: 'SUB' })
    open.push(socket)
    let heard = Buffer.alloc(0)
    socket.on('data', (chunk) => {
      heard = Buffer.concat([heard, chunk])
    })
    const wanted = [topic, epoch.topic].map((each) => rawFrame(Buffer.concat([Buffer.from([1]), each])))
    socket.write(Buffer.concat(wanted))
    await until('it is sent a probe', () => heard.includes(topic))
    socket.pause()
  }

  test('is how many publications wait for a slow minion: more are dropped, and it stays connected', async () => {
    expect(await droppedOf(4, 60)).toBeGreaterThan(0)
    expect(await droppedOf(1000, 20)).toBe(0)
  })
})

describe('request_channel_timeout', () => {
  test('bounds every request to a master that does not answer', async () => {
    await using cluster = await startCluster({ minions: 1 })
    const target = Number(cluster.addresses.ret.split(':').at(-1))
    await using proxy = await FaultProxy.start({ target })
    const options = { ...cluster.minionOptions('m1'), master_port: proxy.port, request_channel_timeout: 1 }
    const session = await CallerSession.open({ id: options.id as never, options, log: silentLog }, 10_000)
    if (session === undefined) throw new Error('no session')
    proxy.freeze()
    const startMs = performance.now()
    const asked = [
      session.pillar({ grains: {} }),
      session.ask('_minion_event', { tag: 'a', data: {} }, 60_000),
    ]
    const answers = await Promise.allSettled(asked)
    expect(answers.map((answer) => answer.status === 'rejected' && answer.reason.code)).toEqual(
      asked.map(() => 'REQUEST_TIMEOUT'),
    )
    expect(performance.now() - startMs).toBeLessThan(10_000)
    expect(await session.masters.fireEvent('a', {}, 60_000)).toBe(false)
    proxy.thaw()
    await session.close()
  })
})
