// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { loadOptions } from '@halite/core'
import { Master } from '@halite/master'
import { manifest } from '@halite/modules'
import {
  decodeHello,
  encodeAccept,
  encodeNotice,
  frameKind,
  frameKinds,
  header,
  makeEphemeral,
  maxFrameBytes,
} from '@halite/protocol'
import { type Cluster, startCluster, until } from '@halite/testing'
import { zeromqTransport } from '@halite/transport'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { expectPing, type Party, stranger } from './attacker.ts'

let cluster: Cluster
let refused: unknown[]

beforeEach(async () => {
  cluster = await startCluster({ minions: 1, minion: { acceptance_wait_time: 1, auth_timeout: 1 } })
  refused = []
  cluster.minion('m1').refused.catch((error: unknown) => refused.push(error))
})

afterEach(async () => {
  await cluster.close()
})

/** The true master comes back on its address, and the minion, which never ended, finds it. */
async function expectReturnToTheTrueMaster(): Promise<void> {
  expect(refused).toEqual([])
  await cluster.restartMaster()
  await until('m1 is back', () => cluster.state('m1') === 'up', 20_000)
  await expectPing(cluster)
}

test('another master on the same address, which accepts everybody, is refused and can run nothing', async () => {
  await cluster.master.close()
  const { publish_port, ret_port } = cluster.masterOptions
  const root = join(cluster.directory, 'fake')
  const overrides = { root_dir: root, interface: '127.0.0.1', publish_port, ret_port, auto_accept: true }
  const { options } = loadOptions('master', { configDir: join(root, 'etc'), overrides })
  const fake = new Master({ options, manifest })
  await fake.start()
  try {
    await until('the minion refuses it', () => cluster.state('m1') === 'refused')
    const requests = () => fake.status()['requests'] as Record<string, number>
    await until('it was accepted there', () => (requests()['hellos_accepted'] ?? 0) > 1, 15_000)
    expect(fake.status()['minions']).toBe(0)
    expect(cluster.state('m1')).not.toBe('up')
  } finally {
    await fake.close()
  }
  await expectReturnToTheTrueMaster()
})

/** A socket on the master's address that answers every hello in one way. */
async function answering(
  answer: (hello: Buffer) => Buffer[],
): Promise<{ hellos: () => number; close(): Promise<void> }> {
  await cluster.master.close()
  let hellos = 0
  const server = await zeromqTransport.serve({
    address: cluster.addresses.ret,
    maxFrameBytes,
    onFrame: (peer, frame) => {
      if (frameKind(frame) === frameKinds.hello) hellos += 1
      for (const reply of answer(frame)) server.send(peer, reply)
    },
  })
  return { hellos: () => hellos, close: () => server.close() }
}

/** An accept for `hello` that names one key and is signed by another. */
function accept(
  hello: Buffer,
  status: 'rejected' | 'denied' | 'accepted',
  signer: Party,
  named: Buffer,
): Buffer {
  const body = {
    status,
    key: named,
    ephemeral: makeEphemeral().publicRaw,
    nonce: randomBytes(32),
    session: randomBytes(16),
    version: 1,
    software: 'fake',
    time: Date.now(),
  }
  return encodeAccept(body, hello, signer.privateKey)
}

function masterRaw(): Buffer {
  const pem = cluster.master.keys.master().pem.replace(/-----[^-]+-----|\s/g, '')
  return Buffer.from(pem, 'base64').subarray(-32)
}

test('answers that would end a minion, signed by another key, end nothing', async () => {
  const forger = stranger('forger')
  const pinned = masterRaw()
  const fake = await answering((hello) => [
    accept(hello, 'rejected', forger, pinned),
    accept(hello, 'denied', forger, pinned),
    accept(hello, 'accepted', forger, pinned),
    accept(hello, 'rejected', forger, forger.publicRaw),
  ])
  await until('it asked again and again', () => fake.hellos() >= 3, 15_000)
  expect(cluster.state('m1')).not.toBe('up')
  await fake.close()
  await expectReturnToTheTrueMaster()
})

test('garbage, frames out of nowhere and frames above any limit end nothing', async () => {
  const huge = Buffer.alloc(maxFrameBytes + 1)
  const garbage = [
    randomBytes(100),
    Buffer.alloc(0),
    Buffer.concat([header(frameKinds.accept), randomBytes(200)]),
    Buffer.concat([header(frameKinds.down), randomBytes(200)]),
    Buffer.concat([header(frameKinds.publication), randomBytes(200)]),
    Buffer.concat([header(frameKinds.notice), Buffer.alloc(1000, 0x91)]),
  ]
  const fake = await answering(() => [...garbage, huge].map((frame) => Buffer.from(frame)))
  await until('it asked again and again', () => fake.hellos() >= 3, 15_000)
  await fake.close()
  await expectReturnToTheTrueMaster()
})

test('a master that asks for cookies for ever gets a few hellos, not one for each', async () => {
  const fake = await answering(() =>
    Array.from({ length: 20 }, () => encodeNotice({ notice: 'cookie', cookie: randomBytes(24) })),
  )
  await until('it asked', () => fake.hellos() > 0, 15_000)
  // Each attempt takes a second here: one hello, and three that answer a cookie.
  await delay(3000)
  expect(fake.hellos()).toBeLessThanOrEqual(4 * 4)
  await fake.close()
  await expectReturnToTheTrueMaster()
})

test('busy, another version and hints of every kind keep a minion waiting, and no longer than they last', async () => {
  const fake = await answering((hello) => [
    encodeNotice({ notice: 'helloAgain' }),
    encodeNotice({ notice: 'unknownSession', session: Buffer.from(decodeHello(hello).instance) }),
    encodeNotice({ notice: 'version', min: 200 }),
    encodeNotice({ notice: 'busy' }),
  ])
  await until('it asked again and again', () => fake.hellos() >= 3, 15_000)
  await fake.close()
  await expectReturnToTheTrueMaster()
})
