// SPDX-License-Identifier: Apache-2.0
import { type ChildProcess, spawn } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
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

/** A process that connects and then does nothing but what its socket does. */
function connectedProcess(address: string): ChildProcess {
  const built = fileURLToPath(new URL('../../dist/index.js', import.meta.url))
  const script = `
    import { zeromqTransport } from ${JSON.stringify(built)}
    zeromqTransport.connect({ address: process.argv[1], onFrame: () => undefined })
    setInterval(() => undefined, 1000)`
  const argv = ['--input-type=module', '--eval', script, address]
  return spawn(process.execPath, argv, { stdio: 'ignore' })
}

test('a client that went silent is given up after the time it told, and one that is idle is not', async () => {
  const [idle, silent] = [connectedProcess(server.address), connectedProcess(server.address)]
  try {
    await until('both are here', () => server.counters.handshakes === 2)
    // Its first ping, which tells how long it may be silent, comes after two seconds.
    await delay(3000)
    silent.kill('SIGSTOP')
    await until('the silent one is given up', () => server.counters.disconnects > 0, 12_000)
    await delay(500)
    expect(server.counters.disconnects).toBe(1)
  } finally {
    idle.kill('SIGKILL')
    silent.kill('SIGKILL')
  }
}, 40_000)

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
