// SPDX-License-Identifier: Apache-2.0
import { run } from '@halite/core'
import { Door, type PeerAddress, type PublisherSocket, type ServerSocket } from '@halite/transport'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Dealer, Request, Subscriber } from 'zeromq'
import { rawTcp } from '../../../testing/src/raw-tcp.ts'
import { rawFrame, rawGreeting, rawReady } from '../../../testing/src/raw-zmtp.ts'
import { until } from '../../../testing/src/until.ts'

const topic = Buffer.alloc(16, 'T')

let server: ServerSocket
let publisher: PublisherSocket

beforeEach(async () => {
  const door = new Door()
  const known = new Set<PeerAddress>()
  server = await door.serve({
    address: 'tcp://127.0.0.1:*',
    maxFrameBytes: 1_000_000,
    onFrame: (peer, frame) => {
      // For a stranger hardly anything may wait.
      if (!known.has(peer)) server.trust(peer)
      known.add(peer)
      server.send(peer, Buffer.concat([Buffer.from('re '), frame]))
    },
  })
  publisher = await door.publish({ address: 'tcp://127.0.0.1:*', onSubscribe: (one) => one.equals(topic) })
})

afterEach(async () => {
  await server.close()
  await publisher.close()
})

test.each([
  ['without an identity', {}],
  ['with one', { routingId: 'me' }],
])('DEALER of zeromq.js %s gets its answers in order, small and large', async (_name, options) => {
  const dealer = new Dealer({ linger: 0, ...options })
  dealer.connect(server.address)
  const texts = Array.from({ length: 300 }, (_, index) => `${index} ${'x'.repeat(index * 100)}`)
  const sending = (async () => {
    for (const text of texts) await dealer.send(text)
  })()
  for (const text of texts) expect(String((await dealer.receive())[0])).toBe(`re ${text}`)
  await sending
  dealer.close()
})

test('two DEALERs with the same identity have a connection each', async () => {
  const dealers = [1, 2].map(() => new Dealer({ linger: 0, routingId: 'same' }))
  for (const [index, dealer] of dealers.entries()) {
    dealer.connect(server.address)
    await dealer.send(`from ${index}`)
  }
  for (const [index, dealer] of dealers.entries()) {
    expect(String((await dealer.receive())[0])).toBe(`re from ${index}`)
    dealer.close()
  }
})

test('REQ of zeromq.js is answered behind its empty part, again and again', async () => {
  const request = new Request({ linger: 0 })
  request.connect(server.address)
  for (let round = 0; round < 20; round += 1) {
    await request.send(`question ${round}`)
    expect(String((await request.receive())[0])).toBe(`re question ${round}`)
  }
  request.close()
})

test('SUB of zeromq.js gets what it was granted in order, and again after a reconnect', async () => {
  const subscriber = new Subscriber({ linger: 0, reconnectInterval: 50 })
  const heard: string[] = []
  subscriber.connect(publisher.address)
  subscriber.subscribe(topic)
  void (async () => {
    for await (const [, frame] of subscriber) heard.push(String(frame))
  })()
  await until('it is granted', () => {
    publisher.send(topic, Buffer.from('hello'))
    return heard.length > 0
  })
  for (let index = 0; index < 200; index += 1) publisher.send(topic, Buffer.from(`n${index}`))
  await until('all came', () => heard.at(-1) === 'n199')
  expect(heard.filter((text) => text.startsWith('n'))).toEqual(
    Array.from({ length: 200 }, (_, index) => `n${index}`),
  )
  const { address } = publisher
  await publisher.close()
  publisher = await new Door().publish({ address, onSubscribe: (one) => one.equals(topic) })
  await until('it is back', () => {
    publisher.send(topic, Buffer.from('again'))
    return heard.at(-1) === 'again'
  })
  subscriber.close()
})

test('a peer of ZMTP 3.0, which subscribes by messages and sends its greeting in parts, is served', async () => {
  const heard: Buffer[] = []
  const socket = await rawTcp(Number(publisher.address.split(':').at(-1)))
  socket.on('data', (chunk: Buffer) => heard.push(chunk))
  const greeting = rawGreeting({ version: [3, 0] })
  socket.write(greeting.subarray(0, 10))
  await until('the other greeting', () => Buffer.concat(heard).length >= 64)
  socket.write(greeting.subarray(10))
  socket.write(rawReady({ socketType: 'SUB' }))
  socket.write(rawFrame(Buffer.concat([Buffer.from([1]), topic])))
  await until('a publication', () => {
    publisher.send(topic, Buffer.from('over 3.0'))
    return Buffer.concat(heard).includes('over 3.0')
  })
  socket.write(rawFrame(Buffer.concat([Buffer.from([0]), topic])))
  socket.destroy()
})

const python = `
import sys, zmq
router, publisher = sys.argv[1:3]
context = zmq.Context()
for kind, identity in ((zmq.DEALER, None), (zmq.DEALER, b"me"), (zmq.REQ, None)):
    peer = context.socket(kind)
    peer.linger = 0
    peer.rcvtimeo = 5000
    if identity: peer.identity = identity
    peer.connect(router)
    for index in range(50):
        peer.send(b"%d" % index)
        assert peer.recv() == b"re %d" % index
    peer.close()
listener = context.socket(zmq.SUB)
listener.rcvtimeo = 10000
listener.subscribe(b"T" * 16)
listener.connect(publisher)
print(listener.recv_multipart()[1].decode())
`

test('DEALER, REQ and SUB of pyzmq', async (ctx) => {
  const program = process.env['HALITE_PYZMQ'] ?? 'python3'
  const has = await run([program, '-c', 'import zmq']).catch(() => undefined)
  ctx.skip(has?.retcode !== 0, 'needs a Python with pyzmq; HALITE_PYZMQ names one')
  const timer = setInterval(() => publisher.send(topic, Buffer.from('published')), 100)
  const result = await run([program, '-c', python, server.address, publisher.address], { timeoutMs: 30_000 })
  clearInterval(timer)
  expect([result.stderr.toString(), result.stdout.toString().trim()]).toEqual(['', 'published'])
}, 60_000)
