// SPDX-License-Identifier: Apache-2.0
import { LocalClient } from '@halite/client'
import { localAddress } from '@halite/core'
import { frameKind, frameKinds, type WireEvent } from '@halite/protocol'
import { type Cluster, RawPeer, startCluster } from '@halite/testing'
import { type Transport, zeromqTransport } from '@halite/transport'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { counter, expectPing, risen } from './attacker.ts'

let cluster: Cluster

beforeAll(async () => {
  cluster = await startCluster({ minions: 1 })
})

afterAll(async () => {
  await cluster.close()
})

/** The product's transport, and every frame that a client sends over it. */
function recording(): { transport: Transport; sent: Buffer[] } {
  const sent: Buffer[] = []
  const transport: Transport = {
    ...zeromqTransport,
    connect: (options) => {
      const socket = zeromqTransport.connect(options)
      const send = (frame: Buffer) => {
        sent.push(Buffer.from(frame))
        socket.send(frame)
      }
      return { counters: socket.counters, send, close: () => socket.close() }
    },
  }
  return { transport, sent }
}

test('the whole conversation of a local client, played again, runs no job and opens no session', async () => {
  const { transport, sent } = recording()
  await using client = new LocalClient({ options: cluster.masterOptions, transport })
  expect(await client.cmd('m1', 'test.ping')).toEqual({ m1: true })
  const recorded = [...sent]
  const sealed = recorded.filter((frame) => frameKind(frame) === frameKinds.up)
  expect(sealed.length).toBeGreaterThan(0)
  const events: WireEvent[] = []
  const owner = {}
  cluster.master.events.subscribe(owner, '', (some) => events.push(...some))
  const before = counter(cluster, 'local', 'refused_frame_replayed')
  const { sock_dir, ret_port } = cluster.masterOptions
  await using thief = new RawPeer(localAddress(sock_dir, ret_port))
  for (const frame of recorded) thief.send(Buffer.from(frame))
  await risen(cluster, ['local', 'refused_frame_replayed'], { before, by: sealed.length })
  const answers: number[] = []
  for (let frame = await thief.next(200); frame; frame = await thief.next(200)) answers.push(frameKind(frame))
  expect(answers).toEqual([frameKinds.localAccept])
  expect(events.filter(({ tag }) => tag.startsWith('salt/job/'))).toEqual([])
  cluster.master.events.forget(owner)
  expect(await client.cmd('m1', 'test.ping')).toEqual({ m1: true })
  await expectPing(cluster)
})

test('frames of one client under the session of another, and sent in another order, run nothing', async () => {
  const [one, other] = [recording(), recording()]
  await using first = new LocalClient({ options: cluster.masterOptions, transport: one.transport })
  await using second = new LocalClient({ options: cluster.masterOptions, transport: other.transport })
  for (const client of [first, second]) expect(await client.cmd('m1', 'test.ping')).toEqual({ m1: true })
  const frames = [one, other].map(({ sent }) => sent.filter((frame) => frameKind(frame) === frameKinds.up))
  const [mine, theirs] = frames.map((sealed) => Buffer.from(sealed.at(-1) ?? Buffer.alloc(0)))
  if (mine === undefined || theirs === undefined) throw new Error('nothing was recorded')
  const crossed = Buffer.from(mine)
  theirs.copy(crossed, 4, 4, 20)
  crossed.writeBigUInt64BE(1_000_000n, 20)
  const before = counter(cluster, 'local', 'refused_seal_broken')
  const replayed = counter(cluster, 'local', 'refused_frame_replayed')
  const { sock_dir, ret_port } = cluster.masterOptions
  await using thief = new RawPeer(localAddress(sock_dir, ret_port))
  for (const frame of [crossed, theirs, mine]) thief.send(frame)
  await risen(cluster, ['local', 'refused_seal_broken'], { before })
  await risen(cluster, ['local', 'refused_frame_replayed'], { before: replayed, by: 2 })
  for (const client of [first, second]) expect(await client.cmd('m1', 'test.ping')).toEqual({ m1: true })
})
