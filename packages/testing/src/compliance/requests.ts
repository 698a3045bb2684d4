// SPDX-License-Identifier: Apache-2.0
import { setTimeout as delay } from 'node:timers/promises'
import type { PeerAddress, ServerSocket } from '@halite/transport'
import { expect, test } from 'vitest'
import { until } from '../until.ts'
import { type Bench, quietMs } from './bench.ts'

const limit = 100_000

interface Received {
  readonly peer: PeerAddress
  readonly text: string
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

/** What is promised of frames between a server and its clients. */
export function exchangeTests(bench: Bench): void {
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

/** What is promised of servers that come back. */
export function serverTests(bench: Bench): void {
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
}

/** What is promised of servers that refuse something, and of clients that leave. */
export function refusalTests(bench: Bench): void {
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
