// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { type ServerSocket, zeromqTransport } from '@halite/transport'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Dealer, Router } from 'zeromq'
import { rawTcp } from '../../../testing/src/raw-tcp.ts'
import { until } from '../../../testing/src/until.ts'

let server: ServerSocket
let received: Buffer[] = []

beforeEach(async () => {
  received = []
  server = await zeromqTransport.serve({
    address: 'tcp://127.0.0.1:*',
    maxFrameBytes: 1000,
    onFrame: (_peer, frame) => {
      received.push(frame)
      if (frame.toString() === 'bad') throw new Error('the owner of the socket failed')
    },
  })
})

afterEach(async () => {
  await server.close()
})

test('a message that is not one frame is counted and dropped', async () => {
  const dealer = new Dealer({ linger: 0 })
  dealer.connect(server.address)
  await dealer.send(['one', 'two'])
  await dealer.send(['', 'one', 'two'])
  await dealer.send('whole')
  await until('the whole one', () => received.length === 1)
  expect(server.counters.malformed).toBe(2)
  dealer.close()
})

test('an owner that throws does not end the reception', async () => {
  const dealer = new Dealer({ linger: 0 })
  dealer.connect(server.address)
  await dealer.send('bad')
  await dealer.send('good')
  await until('both', () => received.length === 2)
  expect(server.counters.failed).toBe(1)
  dealer.close()
})

test('a connection that speaks something else is counted', async () => {
  const socket = await rawTcp(Number(server.address.split(':').at(-1)))
  socket.write(Buffer.from('16030100a5010000a10303', 'hex'))
  await delay(50)
  socket.destroy()
  await until('it is counted', () => server.counters.disconnects === 1)
  expect(server.counters).toMatchObject({ connections: 1, handshakes: 0 })
})

/**
 * The kernel's timers of the connections of a port, at the end that has it or at the other: 2 is keep-alive; and when they are due,
 * in hundredths of a second.
 */
function timersOf(port: number, end: 'local' | 'remote'): { kind: number; dueIn: number }[] {
  const hexPort = port.toString(16).toUpperCase().padStart(4, '0')
  const rows = readFileSync('/proc/net/tcp', 'latin1').split('\n').slice(1)
  const fields = rows.map((row) => row.trim().split(/\s+/))
  const established = fields.filter(([, local, remote, state]) => {
    const address = end === 'local' ? local : remote
    return address?.endsWith(`:${hexPort}`) && state === '01'
  })
  return established.map(([, , , , , timer = '']) => {
    const [kind = '', dueIn = ''] = timer.split(':')
    return { kind: Number.parseInt(kind, 16), dueIn: Number.parseInt(dueIn, 16) }
  })
}

test('whether a silent peer is still there is asked by the kernel, at both ends, and first by who connected', async (ctx) => {
  ctx.skip(process.platform !== 'linux', 'the timers of a connection are read from /proc')
  const client = zeromqTransport.connect({ address: server.address, onFrame: () => undefined })
  await until('it is here', () => server.counters.handshakes === 1)
  const port = Number(server.address.split(':').at(-1))
  const ends = () => [timersOf(port, 'local'), timersOf(port, 'remote')] as const
  // What has just been sent may wait to be acknowledged.
  await until('both are quiet', () =>
    ends().every(([timer, ...more]) => timer?.kind === 2 && more.length === 0),
  )
  const [bound, connecting] = ends()
  // Above a heartbeat for the one, a few seconds for the other.
  expect(bound[0]?.dueIn).toBeGreaterThan(1500)
  expect(bound[0]?.dueIn).toBeLessThanOrEqual(2000)
  expect(connecting[0]?.dueIn).toBeLessThanOrEqual(700)
  await client.close()
})

test('a connection on which nothing is said stays', async () => {
  const links: string[] = []
  const client = zeromqTransport.connect({
    address: server.address,
    onFrame: () => undefined,
    onLink: (state) => links.push(state),
  })
  await until('it is here', () => server.counters.handshakes === 1)
  // Longer than the kernel of the client waits for an answer.
  await delay(12_000)
  expect([server.counters.disconnects, links]).toEqual([0, ['up']])
  await client.close()
}, 20_000)

test('a client disconnects a server that sends more than the limit, and keeps its memory', async () => {
  const fake = new Router({ linger: 0 })
  await fake.bind('tcp://127.0.0.1:*')
  const frames: Buffer[] = []
  const links: string[] = []
  const client = zeromqTransport.connect({
    address: fake.lastEndpoint ?? '',
    maxFrameBytes: 1000,
    onFrame: (frame) => frames.push(frame),
    onLink: (state) => links.push(state),
  })
  client.send(Buffer.from('hello'))
  const [peer] = await fake.receive()
  await fake.send([peer ?? '', Buffer.alloc(2000)])
  await until('the link breaks', () => links.includes('down'))
  await delay(50)
  expect(frames).toEqual([])
  await client.close()
  fake.close()
})

test('a socket path that the system cannot bind names the option that shortens it', async () => {
  const address = `ipc:///tmp/${'x'.repeat(120)}`
  const serve = () => zeromqTransport.serve({ address, maxFrameBytes: 1000, onFrame: () => undefined })
  await expect(serve()).rejects.toMatchObject({
    code: 'SOCKET_PATH_TOO_LONG',
    hint: expect.stringContaining('sock_dir'),
  })
})

test('an address of no interface here cannot be bound, and the error says which', async () => {
  const address = 'tcp://192.0.2.1:4506'
  const serve = () => zeromqTransport.serve({ address, maxFrameBytes: 1000, onFrame: () => undefined })
  await expect(serve()).rejects.toMatchObject({ message: expect.stringContaining('192.0.2.1') })
})
