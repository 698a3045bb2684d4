// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs'
import type { Socket } from 'node:net'
import { join } from 'node:path'
import { Door, type PeerAddress, type PublisherSocket, type ServerSocket } from '@halite/transport'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { rawTcp } from '../../../testing/src/raw-tcp.ts'
import { until } from '../../../testing/src/until.ts'

/** What one peer of jeromq 0.6.0 sent on a connection; `jeromq/record.mjs` says how it was recorded. */
interface Recorded {
  readonly peer: string
  readonly port: 'router' | 'publisher'
  /** In hexadecimal, in the pieces in which they came. */
  readonly pieces: readonly string[]
}

const recording = JSON.parse(
  readFileSync(join(import.meta.dirname, 'jeromq', 'recording.json'), 'utf8'),
) as readonly Recorded[]
const recorded = (port: Recorded['port']) => recording.filter((one) => one.port === port)

const topic = Buffer.alloc(16, 'T')
/** What `jeromq/Peers.java` sends with DEALER and REQ. */
const sent = [0, 1, 255, 256, 1500].map((size) => 'x'.repeat(size)).concat('last')

let door: Door
let server: ServerSocket
let publisher: PublisherSocket
let frames: Map<PeerAddress, string[]>
let subscriptions: string[]
let sockets: Socket[]

beforeEach(async () => {
  door = new Door()
  frames = new Map()
  subscriptions = []
  sockets = []
  server = await door.serve({
    address: 'tcp://127.0.0.1:*',
    maxFrameBytes: 1_000_000,
    maxUnprovenBytes: 2048,
    onFrame: (peer, frame) => {
      server.trust(peer)
      frames.set(peer, [...(frames.get(peer) ?? []), frame.toString('latin1')])
      server.send(peer, Buffer.concat([Buffer.from('re '), frame]))
    },
  })
  publisher = await door.publish({
    address: 'tcp://127.0.0.1:*',
    onSubscribe: (one) => {
      subscriptions.push(one.toString('latin1'))
      return one.equals(topic)
    },
    onUnsubscribe: (one) => subscriptions.push(`-${one.toString('latin1')}`),
  })
})

afterEach(async () => {
  for (const socket of sockets) socket.destroy()
  await server.close()
  await publisher.close()
  door.close()
})

/** The three ways in which a network may cut what was sent. */
const cuts: [string, (pieces: readonly Buffer[]) => Buffer[]][] = [
  ['as it came', (pieces) => [...pieces]],
  ['in one piece', (pieces) => [Buffer.concat(pieces)]],
  ['in pieces of seven bytes', (pieces) => inSevens(Buffer.concat(pieces))],
]

function inSevens(bytes: Buffer): Buffer[] {
  return Array.from({ length: Math.ceil(bytes.length / 7) }, (_, index) =>
    bytes.subarray(index * 7, index * 7 + 7),
  )
}

/** Connects and sends what was recorded; gives what was answered so far. */
async function replay(
  { port, pieces }: Recorded,
  cut: (pieces: readonly Buffer[]) => Buffer[],
): Promise<() => Buffer> {
  const { address } = port === 'router' ? server : publisher
  const socket = await rawTcp(Number(address.split(':').at(-1)))
  sockets.push(socket)
  const heard: Buffer[] = []
  socket.on('data', (bytes: Buffer) => heard.push(bytes))
  for (const piece of cut(pieces.map((text) => Buffer.from(text, 'hex')))) {
    socket.write(piece)
    await new Promise((resolve) => setImmediate(resolve))
  }
  return () => Buffer.concat(heard)
}

describe.each(recorded('router'))('$peer of jeromq', (one) => {
  test.each(cuts)(
    'is read and answered in order, its bytes %s, and again when it reconnects',
    async (_how, cut) => {
      for (const round of [1, 2]) {
        const heard = await replay(one, cut)
        await until('all are read', () => [...frames.values()].at(round - 1)?.length === sent.length)
        expect([...frames.values()][round - 1]).toEqual(sent)
        await until('the last answer', () => heard().includes('re last'))
        const text = heard().toString('latin1')
        const places = sent.map((each) => text.indexOf(`re ${each}`))
        expect(places).toEqual([...places].sort((a, b) => a - b))
        // Its heartbeats are answered.
        expect(text.includes('PONG')).toBe(true)
      }
      expect(server.counters.malformed).toBe(0)
      expect(server.counters.disconnects).toBe(0)
    },
  )
})

describe.each(recorded('publisher'))('$peer of jeromq', (one) => {
  test.each(cuts)('is granted its topic and hears publications, its bytes %s', async (_how, cut) => {
    for (const _round of [1, 2]) {
      const heard = await replay(one, cut)
      await until('a publication', () => {
        publisher.send(topic, Buffer.from('published'))
        return heard().includes('published')
      })
    }
    expect(subscriptions.filter((each) => each === topic.toString('latin1'))).toHaveLength(2)
    expect(publisher.counters.disconnects).toBe(0)
    // The other topic that it asked for.
    expect(publisher.counters.refused).toBe(2)
  })
})

test('each kind of peer was recorded, with and without an identity', () => {
  expect(recording.map(({ peer }) => peer)).toEqual(
    ['DEALER', 'REQ', 'SUB'].flatMap((kind) => [kind, `${kind} with an identity`]),
  )
  const [, named] = recording
  expect(Buffer.from(named?.pieces.join('') ?? '', 'hex').includes('minion-1')).toBe(true)
})
