// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import type { Socket } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { LocalClient } from '@halite/client'
import { findProgram, run } from '@halite/core'
import {
  FaultProxy,
  type ProcessCluster,
  rawCommand,
  rawFrame,
  rawGreeting,
  rawTcp,
  rawZmtp,
  startProcesses,
  temporaryDirectory,
  until,
} from '@halite/testing'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { HandMinion, stranger } from './attacker.ts'

/** `HALITE_LONG=1` attacks with everything this machine has. */
const isLong = process.env['HALITE_LONG'] === '1'
const manyConnections = isLong ? 18_000 : 3000
const mebibyte = 1024 * 1024
const limitMs = 120_000

let cluster: ProcessCluster
let client: LocalClient
let held: Socket[]
let isWarm = false

beforeAll(async () => {
  const pillar = temporaryDirectory('pillar')
  writeFileSync(join(pillar, 'top.sls'), "base:\n  'mute*':\n    - large\n")
  writeFileSync(join(pillar, 'large.sls'), `large: ${'x'.repeat(mebibyte)}\n`)
  cluster = await startProcesses({
    minions: ['m1'],
    masterConfig: { auto_accept: true, max_waiting_bytes: mebibyte, pillar_roots: { base: [pillar] } },
  })
  await cluster.waitConnected()
  client = new LocalClient({ options: cluster.masterOptions })
  for (let round = 0; round < 20; round += 1) await ping()
}, limitMs)

beforeEach(() => {
  held = []
})

afterEach(async () => {
  for (const socket of held) socket.destroy()
  await expectAlive()
}, limitMs)

afterAll(async () => {
  await client.close()
  await cluster.close()
}, limitMs)

const ping = () => client.cmd('m1', 'test.ping', [], { timeout: 10 })

/** A ping is answered within a second; on a busy machine one of a few. */
async function expectAlive(): Promise<void> {
  let bestMs = Number.POSITIVE_INFINITY
  for (let round = 0; round < 5; round += 1) {
    const startMs = performance.now()
    expect(await ping()).toEqual({ m1: true })
    bestMs = Math.min(bestMs, performance.now() - startMs)
  }
  expect(bestMs).toBeLessThan(1000)
}

async function status(): Promise<Record<string, Record<string, number>>> {
  return (await client.connection.request('status', {})) as Record<string, Record<string, number>>
}

async function counter(part: string, name: string): Promise<number> {
  return (await status())[part]?.[name] ?? 0
}

function memoryMiB(): number {
  const text = readFileSync(`/proc/${cluster.master.pid}/status`, 'latin1')
  return Number(/VmRSS:\s+(\d+)/.exec(text)?.[1] ?? 0) / 1024
}

/** Opens connections fifty at a time; what is refused is no fault of this side. */
async function hold(count: number, open: () => Promise<Socket>): Promise<void> {
  for (let made = 0; made < count; made += 50) {
    const opened = await Promise.all(Array.from({ length: 50 }, () => open().catch(() => undefined)))
    held.push(...opened.filter((socket) => socket !== undefined))
  }
}

/** Identities of the form that libzmq makes itself, those it makes first among them. */
function libzmqIdentity(index: number): Buffer {
  const identity = Buffer.alloc(5)
  identity.writeUInt32BE((0x6b8b4567 + index) >>> 0, 1)
  return identity
}

test(
  'connections that take the identities libzmq would make next abort nothing',
  async () => {
    const { ret } = cluster.ports
    for (let index = 0; index < 400; index += 1)
      held.push(await rawZmtp(ret, { identity: libzmqIdentity(index) }))
    held.push(await rawZmtp(ret))
    await expectAlive()
  },
  limitMs,
)

/**
 * The first of many connections that come and go let the heap of the master grow, once: waves of 18,000 took 56 MiB, then none.
 * What is measured after a first wave is what connections cost.
 */
async function firstWave(): Promise<void> {
  if (isWarm) return
  isWarm = true
  await hold(manyConnections, () => rawZmtp(cluster.ports.ret))
  for (const socket of held.splice(0)) socket.destroy()
  await until('they are gone', async () => (await counter('network', 'connections_unproven')) === 0, 30_000)
}

test.each(['ret', 'publish'] as const)(
  'idle connections to the %s port cost little, and make room for who comes',
  async (port) => {
    await firstWave()
    const before = memoryMiB()
    await hold(manyConnections, () =>
      rawZmtp(cluster.ports[port], { socketType: port === 'ret' ? 'DEALER' : 'SUB' }),
    )
    await expectAlive()
    expect(await counter('network', 'connections_unproven')).toBeLessThanOrEqual(1024)
    expect(await counter(port === 'ret' ? 'requests' : 'publish', 'ended_displaced')).toBeGreaterThan(0)
    expect(memoryMiB() - before).toBeLessThan(32)
    const call = await cluster.run('salt-call', 'test.ping')
    expect([call.code, call.stdout]).toEqual([0, expect.stringContaining('True')])
  },
  limitMs,
)

test(
  'connections that say nothing at all are ended, and a greeting that comes a byte at a time is not waited for',
  async () => {
    const slow = await rawTcp(cluster.ports.ret)
    await hold(500, () => rawTcp(cluster.ports.ret))
    for (const byte of rawGreeting()) {
      if (slow.destroyed) break
      slow.write(Buffer.from([byte]))
      await delay(200)
    }
    expect(slow.destroyed).toBe(true)
    await until('they are ended', () => held.every((socket) => socket.destroyed), 30_000)
  },
  limitMs,
)

test(
  'strangers that send all but the last byte of a large frame are disconnected, and cost nothing',
  async () => {
    const before = memoryMiB()
    const head = Buffer.from([2, 0, 0, 0, 0, 4, 0, 0, 0])
    for (let round = 0; round < 40; round += 1) {
      const socket = await rawZmtp(cluster.ports.ret)
      held.push(socket)
      socket.write(head)
      for (let sent = 0; sent < 16 && !socket.destroyed; sent += 1) socket.write(Buffer.alloc(mebibyte, 0xc1))
    }
    await until('they are disconnected', () => held.every((socket) => socket.destroyed), 30_000)
    expect(memoryMiB() - before).toBeLessThan(32)
  },
  limitMs,
)

test(
  'pings without end are cut off, and salt works meanwhile',
  async () => {
    const pings = Buffer.concat(Array.from({ length: 50 }, () => rawCommand('PING', Buffer.from([3, 0xe8]))))
    let isOver = false
    const flood = async () => {
      while (!isOver) {
        const socket = await rawZmtp(cluster.ports.ret).catch(() => undefined)
        if (socket === undefined) continue
        for (let sent = 0; sent < 100 && !socket.destroyed && !isOver; sent += 1) {
          socket.write(pings)
          await delay(1)
        }
        socket.destroy()
      }
    }
    const attackers = Array.from({ length: isLong ? 500 : 50 }, flood)
    await delay(500)
    await expectAlive()
    const salt = await cluster.run('salt', '-t', '10', 'm1', 'test.ping')
    isOver = true
    await Promise.all(attackers)
    expect([salt.code, salt.stdout]).toEqual([0, expect.stringContaining('True')])
    expect(await counter('requests', 'ended_too_many_commands')).toBeGreaterThan(10)
  },
  limitMs,
)

test.each([
  { port: 'ret', part: 'requests', wrongType: 'SUB' },
  { port: 'publish', part: 'publish', wrongType: 'DEALER' },
] as const)(
  'other protocols, versions, mechanisms and kinds of sockets are refused at the $port port, and counted',
  async ({ port: name, part, wrongType }) => {
    const port = cluster.ports[name]
    const counts = async (reason: string) => counter(part, `ended_${reason}`)
    const before = { notZmtp: await counts('not_zmtp'), version: await counts('version_refused') }
    // ZMTP 1.0 has no signature: it begins with the length of an identity.
    const first = await rawTcp(port)
    first.write(Buffer.from([1, 0]))
    const second = await rawZmtp(port, { version: [1, 0] })
    const curve = await rawZmtp(port, { mechanism: 'CURVE' })
    const wrong = await rawZmtp(port, { socketType: wrongType })
    const browser = await rawTcp(port)
    browser.write('GET / HTTP/1.1\r\nHost: master\r\n\r\n')
    const noise = await rawTcp(port)
    noise.write(Buffer.alloc(100_000, 0xff))
    held.push(first, second, curve, wrong, browser, noise)
    for (const socket of held) socket.resume()
    await until('all are refused', () => held.every((socket) => socket.destroyed))
    expect((await counts('not_zmtp')) - before.notZmtp).toBeGreaterThanOrEqual(3)
    expect((await counts('version_refused')) - before.version).toBe(1)
    expect(await counts('mechanism_refused')).toBe(1)
    expect(await counts('socket_type_refused')).toBe(1)
  },
  limitMs,
)

test(
  'subscriptions without end are cut off, and publications arrive meanwhile',
  async () => {
    const before = memoryMiB()
    let isOver = false
    const flood = async () => {
      while (!isOver) {
        const socket = await rawZmtp(cluster.ports.publish, { socketType: 'SUB' }).catch(() => undefined)
        if (socket === undefined) continue
        for (let sent = 0; sent < 60 && !socket.destroyed && !isOver; sent += 1) {
          const topics = Array.from({ length: 500 }, () =>
            rawFrame(Buffer.concat([Buffer.from([1]), randomBytes(16)])),
          )
          socket.write(Buffer.concat(topics))
          await delay(1)
        }
        socket.destroy()
      }
    }
    const attackers = Array.from({ length: 4 }, flood)
    await until('some are cut off', async () => {
      const { publish = {} } = await status()
      return (publish['ended_too_many_bytes_unproven'] ?? 0) + (publish['ended_too_many_commands'] ?? 0) > 2
    })
    await expectAlive()
    // A glob goes out as a publication.
    expect(await client.cmd('m*', 'test.ping', [], { timeout: 10 })).toEqual({ m1: true })
    isOver = true
    await Promise.all(attackers)
    expect(await counter('publish', 'refused')).toBeGreaterThan(1000)
    expect(memoryMiB() - before).toBeLessThan(32)
  },
  limitMs,
)

test(
  'an accepted minion that asks and never reads is disconnected, and fills nothing',
  async () => {
    await using proxy = await FaultProxy.start({ target: cluster.ports.ret })
    const evil = new HandMinion(`tcp://127.0.0.1:${proxy.port}`, stranger(`mute${Date.now()}`))
    await evil.connect()
    await expectAlive()
    const { type } = await evil.ask('_pillar', {})
    expect(type).toBe('reply')
    const before = memoryMiB()
    proxy.freezeAnswers()
    await until(
      'it is disconnected',
      async () => {
        evil.send(evil.seal('_pillar', {}))
        return (await counter('requests', 'ended_too_many_bytes_waiting')) > 0
      },
      60_000,
    )
    await expectAlive()
    // What was made for it and not sent is garbage until V8 collects it.
    await until('its memory is free', async () => {
      await ping()
      return memoryMiB() - before < 32
    })
    await evil.close()
  },
  limitMs,
)

test(
  'with hardly any file left to open strangers are turned away, and salt works',
  async (ctx) => {
    ctx.skip(findProgram('prlimit') === undefined, 'needs prlimit of util-linux')
    const { pid } = cluster.master
    const before = /^Max open files\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/limits`, 'latin1'))?.[1]
    const limitTo = (files?: string) => run(['prlimit', '--pid', String(pid), `--nofile=${files}:`])
    expect((await limitTo('200')).retcode).toBe(0)
    await until('the master has noticed', async () => (await counter('network', 'open_files_limit')) === 200)
    await hold(1000, () => rawZmtp(cluster.ports.ret))
    await expectAlive()
    const salt = await cluster.run('salt', '-t', '10', 'm1', 'test.ping')
    expect([salt.code, salt.stdout]).toEqual([0, expect.stringContaining('True')])
    expect(existsSync(`/proc/${pid}`)).toBe(true)
    await limitTo(before)
    await until('the master has noticed', async () => (await counter('network', 'open_files_limit')) > 200)
  },
  limitMs,
)

test(
  'accepted minions that send a quarter of a million values each hold nobody up',
  async () => {
    const evil = Array.from(
      { length: 6 },
      (_, index) => new HandMinion(`tcp://127.0.0.1:${cluster.ports.ret}`, stranger(`evil${index}`)),
    )
    await Promise.all(evil.map((one) => one.connect()))
    const grains = Object.fromEntries(Array.from({ length: 250_000 }, (_, index) => [`k${index}`, index]))
    const before = memoryMiB()
    // One each: a session that is not read again soon enough, and confirms nothing, ends.
    for (const one of evil) one.send(one.seal('_open', { grains }))
    await until('some wait', async () => (await counter('requests', 'large_frames_waiting')) > 0)
    await expectAlive()
    await until(
      'all were served',
      async () => {
        const { requests = {} } = await status()
        return requests['large_frames'] === 6 && requests['large_frames_waiting'] === 0
      },
      60_000,
    )
    await until('their memory is free', async () => (await counter('network', 'bytes_unfinished')) === 0)
    expect(memoryMiB() - before).toBeLessThan(256)
    await Promise.all(evil.map((one) => one.close()))
  },
  limitMs,
)
