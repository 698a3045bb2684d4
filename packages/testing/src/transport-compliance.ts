// SPDX-License-Identifier: Apache-2.0
import { setTimeout as delay } from 'node:timers/promises'
import type { PeerAddress, ServerSocket, SubscriberSocket, Transport } from '@halite/transport'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { until } from './until.ts'

/** Long enough for a frame to cross loopback; what has not come by then was not sent. */
const quietMs = 200
const limit = 100_000

interface Closable {
  close(): Promise<void>
}

interface Received {
  readonly peer: PeerAddress
  readonly text: string
}

/**
 * What every transport promises, as tests. `addressFor` gives an address that nobody uses, and that can be bound, left and
 * bound again.
 */
export function transportCompliance(
  name: string,
  makeTransport: () => Transport,
  addressFor: () => Promise<string>,
): void {
  describe(`transport ${name}`, () => {
    let transport: Transport
    let address: string
    let opened: Closable[]

    beforeEach(async () => {
      transport = makeTransport()
      address = await addressFor()
      opened = []
    })
    afterEach(async () => {
      await Promise.all(opened.map((socket) => socket.close()))
    })

    const bench: Bench = {
      transport: () => transport,
      address: () => address,
      keep: (socket) => {
        opened.push(socket)
        return socket
      },
    }
    exchangeTests(bench)
    serverTests(bench)
    grantTests(bench)
    publisherTests(bench)
  })
}

interface Bench {
  transport(): Transport
  address(): string
  keep<T extends Closable>(socket: T): T
}

/** A server that notes what arrives and, when told to, echoes it. */
async function serve(bench: Bench, echo = false): Promise<{ socket: ServerSocket; received: Received[] }> {
  const received: Received[] = []
  const socket: ServerSocket = await bench.transport().serve({
    address: bench.address(),
    maxFrameBytes: limit,
    onFrame: (peer, frame) => {
      // As a master does with a session: an unproven peer may not have as much in progress.
      if (!received.some((before) => before.peer === peer)) socket.trust(peer)
      received.push({ peer, text: frame.toString('latin1') })
      if (echo) socket.send(peer, Buffer.from(frame))
    },
  })
  return { socket: bench.keep(socket), received }
}

function connect(bench: Bench): {
  send: (text: string) => void
  answers: string[]
  close: () => Promise<void>
} {
  const answers: string[] = []
  const socket = bench.keep(
    bench.transport().connect({
      address: bench.address(),
      onFrame: (frame) => answers.push(frame.toString('latin1')),
    }),
  )
  return {
    answers,
    send: (text) => socket.send(Buffer.from(text, 'latin1')),
    close: () => socket.close(),
  }
}

function exchangeTests(bench: Bench): void {
  test('frames of one peer arrive in order, many under way, both ways', async () => {
    const { received } = await serve(bench, true)
    const client = connect(bench)
    const texts = Array.from({ length: 2000 }, (_, index) => `frame ${index}`)
    for (const text of texts) client.send(text)
    await until('all answers', () => client.answers.length === texts.length)
    expect(received.map(({ text }) => text)).toEqual(texts)
    expect(client.answers).toEqual(texts)
  })

  test('each peer has an address of its own, and an answer goes to nobody else', async () => {
    const { socket, received } = await serve(bench)
    const clients = [connect(bench), connect(bench), connect(bench)]
    for (const [index, client] of clients.entries()) client.send(`from ${index}`)
    await until('all frames', () => received.length === clients.length)
    expect(new Set(received.map(({ peer }) => peer.number)).size).toBe(clients.length)
    for (const { peer, text } of received) socket.send(peer, Buffer.from(`to ${text.slice(5)}`))
    await until('all answers', () => clients.every(({ answers }) => answers.length > 0))
    await delay(quietMs)
    expect(clients.map(({ answers }) => answers)).toEqual([['to 0'], ['to 1'], ['to 2']])
  })

  test('an answer to an address that does not exist is dropped and disturbs nobody', async () => {
    const { socket } = await serve(bench, true)
    const client = connect(bench)
    socket.send({ number: 4711, remote: 'nowhere' }, Buffer.from('into the void'))
    client.send('still there?')
    await until('an answer', () => client.answers.length === 1)
  })
}

function serverTests(bench: Bench): void {
  test('a client finds its server again after a restart', async () => {
    const first = await serve(bench, true)
    const client = connect(bench)
    client.send('before')
    await until('an answer', () => client.answers.includes('before'))
    await first.socket.close()
    await serve(bench, true)
    const ask = () => {
      client.send('after')
      return delay(100).then(() => client.answers.includes('after'))
    }
    await until('an answer of the new server', ask)
  })

  test('an address is free as soon as its server is closed, with clients connected', async () => {
    const client = connect(bench)
    for (let round = 0; round < 10; round += 1) {
      const { socket, received } = await serve(bench)
      // What is sent while the connection to the server before comes to its end may go with it.
      const ask = () => {
        client.send('hello')
        return delay(20).then(() => received.length > 0)
      }
      await until('the client is there', ask)
      await socket.close()
    }
  })

  test('a frame above the limit does not arrive; one at the limit does, and other peers are served', async () => {
    const { received } = await serve(bench, true)
    const [loud, good] = [connect(bench), connect(bench)]
    loud.send('x'.repeat(limit + 1))
    good.send('y'.repeat(limit))
    await until('the answer', () => good.answers.length === 1)
    await delay(quietMs)
    expect(received.map(({ text }) => text.length)).toEqual([limit])
    expect(loud.answers).toEqual([])
  })

  test('an address that is bound cannot be bound again', async () => {
    await serve(bench)
    await expect(serve(bench)).rejects.toMatchObject({ code: 'ADDRESS_IN_USE' })
  })

  test('nothing arrives at a client that was closed, and its server goes on', async () => {
    const { socket, received } = await serve(bench)
    const [leaving, staying] = [connect(bench), connect(bench)]
    leaving.send('hello')
    await until('the frame', () => received.length === 1)
    await leaving.close()
    socket.send(received[0]?.peer ?? { number: 0, remote: '' }, Buffer.from('too late'))
    leaving.send('too late')
    staying.send('here')
    await until('the other frame', () => received.length === 2)
    await delay(quietMs)
    expect(leaving.answers).toEqual([])
    expect(received.map(({ text }) => text)).toEqual(['hello', 'here'])
  })
}

const granted = Buffer.alloc(16, 0xa1)
const alsoGranted = Buffer.alloc(16, 0xb2)

interface Publishing {
  /** Publishes the text under the topic. */
  say(topic: Buffer, text: string): void
  readonly asked: string[]
  readonly left: string[]
  close(): Promise<void>
}

async function publish(bench: Bench): Promise<Publishing> {
  const asked: string[] = []
  const left: string[] = []
  const socket = await bench.transport().publish({
    address: bench.address(),
    onSubscribe: (topic) => {
      asked.push(topic.toString('hex'))
      return topic.equals(granted) || topic.equals(alsoGranted)
    },
    onUnsubscribe: (topic) => left.push(topic.toString('hex')),
  })
  bench.keep(socket)
  const say = (topic: Buffer, text: string) => socket.send(topic, Buffer.from(text))
  return { say, asked, left, close: () => socket.close() }
}

function subscribe(bench: Bench, ...topics: Buffer[]): { socket: SubscriberSocket; heard: string[] } {
  const heard: string[] = []
  const socket = bench.transport().subscribe({
    address: bench.address(),
    onFrame: (frame) => heard.push(frame.toString()),
  })
  for (const topic of topics) socket.subscribe(topic)
  return { socket: bench.keep(socket), heard }
}

/** Publishes until the subscriber hears: its subscription takes a moment to be granted. */
async function untilHeard(publishing: Publishing, topic: Buffer, heard: string[]): Promise<void> {
  const say = () => {
    publishing.say(topic, 'warm')
    return delay(20).then(() => heard.includes('warm'))
  }
  await until('the subscription stands', say)
}

function grantTests(bench: Bench): void {
  test('a granted topic is received, in order, by every holder', async () => {
    const publishing = await publish(bench)
    const subscribers = [subscribe(bench, granted), subscribe(bench, granted)]
    for (const { heard } of subscribers) await untilHeard(publishing, granted, heard)
    const texts = Array.from({ length: 500 }, (_, index) => `n${index}`)
    for (const text of texts) publishing.say(granted, text)
    await until('all heard', () => subscribers.every(({ heard }) => heard.includes('n499')))
    for (const { heard } of subscribers) expect(heard.filter((text) => text !== 'warm')).toEqual(texts)
  })

  test('a topic that was not granted, a prefix, a longer one and the empty one hear nothing', async () => {
    const publishing = await publish(bench)
    const good = subscribe(bench, granted)
    const others = [
      subscribe(bench, Buffer.alloc(16, 0xc3)),
      subscribe(bench, granted.subarray(0, 15)),
      subscribe(bench, granted.subarray(0, 1)),
      subscribe(bench, Buffer.concat([granted, Buffer.from([0])])),
      subscribe(bench, Buffer.alloc(0)),
    ]
    await untilHeard(publishing, granted, good.heard)
    await until('the refusal', () => publishing.asked.includes('c3'.repeat(16)))
    for (const topic of [granted, alsoGranted, Buffer.alloc(16, 0xc3)]) publishing.say(topic, 'secret')
    await until('the holder hears', () => good.heard.includes('secret'))
    await delay(quietMs)
    expect(good.heard.filter((text) => text === 'secret')).toHaveLength(1)
    for (const { heard } of others) expect(heard).toEqual([])
    expect(new Set(publishing.asked)).toEqual(new Set([granted.toString('hex'), 'c3'.repeat(16)]))
  })

  test('only what was asked for is heard, and nothing after leaving', async () => {
    const publishing = await publish(bench)
    const { socket, heard } = subscribe(bench, granted, alsoGranted)
    await untilHeard(publishing, alsoGranted, heard)
    socket.unsubscribe(granted)
    await until('the leaving', () => publishing.left.includes(granted.toString('hex')))
    publishing.say(granted, 'left')
    publishing.say(alsoGranted, 'kept')
    await until('the other topic', () => heard.includes('kept'))
    await delay(quietMs)
    expect(heard).not.toContain('left')
  })
}

function publisherTests(bench: Bench): void {
  test('the publisher learns that a holder of a topic went away', async () => {
    const publishing = await publish(bench)
    const { socket, heard } = subscribe(bench, granted)
    await untilHeard(publishing, granted, heard)
    await socket.close()
    await until('the leaving', () => publishing.left.includes(granted.toString('hex')))
  })

  test('a subscriber asks a publisher that came back for its topics, those it has by then', async () => {
    const first = await publish(bench)
    const { socket, heard } = subscribe(bench, granted, alsoGranted)
    await untilHeard(first, alsoGranted, heard)
    await first.close()
    socket.unsubscribe(granted)
    heard.length = 0
    const second = await publish(bench)
    await untilHeard(second, alsoGranted, heard)
    expect(new Set(second.asked)).toEqual(new Set([alsoGranted.toString('hex')]))
  })

  test('an address is free as soon as its publisher is closed, with subscribers connected', async () => {
    const { heard } = subscribe(bench, granted)
    for (let round = 0; round < 5; round += 1) {
      const publishing = await publish(bench)
      heard.length = 0
      await untilHeard(publishing, granted, heard)
      await publishing.close()
    }
  })

  test('a subscriber may come before its publisher', async () => {
    const { heard } = subscribe(bench, granted)
    await delay(quietMs)
    const publishing = await publish(bench)
    await untilHeard(publishing, granted, heard)
  })
}
