// SPDX-License-Identifier: Apache-2.0
import { existsSync, readFileSync } from 'node:fs'
import type { Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { LocalClient } from '@halite/client'
import { findProgram, run } from '@halite/core'
import {
  type ProcessCluster,
  rawCommand,
  rawGreeting,
  rawTcp,
  rawZmtp,
  startProcesses,
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

beforeAll(async () => {
  cluster = await startProcesses({ minions: ['m1'], masterConfig: { auto_accept: true } })
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

test.each(['ret', 'publish'] as const)(
  'idle connections to the %s port cost little, and make room for who comes',
  async (port) => {
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
  'connections that say nothing at all are ended',
  async () => {
    await hold(500, () => rawTcp(cluster.ports.ret))
    await until('they are ended', () => held.every((socket) => socket.destroyed), 30_000)
  },
  limitMs,
)

test(
  'a greeting that comes a byte at a time is not waited for',
  async () => {
    const socket = await rawTcp(cluster.ports.ret)
    held.push(socket)
    const greeting = rawGreeting()
    for (const byte of greeting) {
      if (socket.destroyed) break
      socket.write(Buffer.from([byte]))
      await delay(200)
    }
    expect(socket.destroyed).toBe(true)
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

test(
  'other versions, mechanisms and kinds of sockets are refused, and counted',
  async () => {
    const { ret } = cluster.ports
    // ZMTP 1.0 has no signature: it begins with the length of an identity.
    const first = await rawTcp(ret)
    first.write(Buffer.from([1, 0]))
    const second = await rawZmtp(ret, { version: [1, 0] })
    const curve = await rawZmtp(ret, { mechanism: 'CURVE' })
    const wrongType = await rawZmtp(ret, { socketType: 'SUB' })
    const browser = await rawTcp(ret)
    browser.write('GET / HTTP/1.1\r\nHost: master\r\n\r\n')
    held.push(first, second, curve, wrongType, browser)
    for (const socket of held) socket.resume()
    await until('all are refused', () => held.every((socket) => socket.destroyed))
    const { requests = {} } = await status()
    expect(requests['ended_not_zmtp']).toBeGreaterThanOrEqual(2)
    expect(requests['ended_version_refused']).toBe(1)
    expect(requests['ended_mechanism_refused']).toBe(1)
    expect(requests['ended_socket_type_refused']).toBe(1)
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
      { length: 3 },
      (_, index) => new HandMinion(`tcp://127.0.0.1:${cluster.ports.ret}`, stranger(`evil${index}`)),
    )
    await Promise.all(evil.map((one) => one.connect()))
    const grains = Object.fromEntries(Array.from({ length: 250_000 }, (_, index) => [`k${index}`, index]))
    const before = memoryMiB()
    for (const one of evil) for (let sent = 0; sent < 2; sent += 1) one.send(one.seal('_open', { grains }))
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
