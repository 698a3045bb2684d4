// SPDX-License-Identifier: Apache-2.0
import type { Socket } from 'node:net'
import { Door, type PeerAddress, type PublisherSocket, type ServerSocket } from '@halite/transport'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { rawCommand, rawFrame, rawReady, rawZmtp } from '../../../testing/src/raw-zmtp.ts'
import { until } from '../../../testing/src/until.ts'

const mebibyte = 1024 * 1024

let door: Door
let server: ServerSocket
let publisher: PublisherSocket
let peers: PeerAddress[]
let frames: number[]
let open: Socket[]
/** Whether the first frame of a peer makes it trusted. */
let provesItself: boolean

beforeEach(async () => {
  peers = []
  frames = []
  open = []
  provesItself = true
  door = new Door({ limits: { waitingBytes: 2 * mebibyte, unfinishedBytes: 3 * mebibyte } })
  server = await door.serve({
    address: 'tcp://127.0.0.1:*',
    maxFrameBytes: 4 * mebibyte,
    maxUnprovenBytes: 2048,
    onFrame: (peer, frame) => {
      if (provesItself && !peers.includes(peer)) {
        peers.push(peer)
        server.trust(peer)
      }
      frames.push(frame.length)
    },
  })
  publisher = await door.publish({ address: 'tcp://127.0.0.1:*', onSubscribe: () => true })
})

afterEach(async () => {
  for (const socket of open) socket.destroy()
  await server.close()
  await publisher.close()
  door.close()
})

const portOf = ({ address }: { readonly address: string }) => Number(address.split(':').at(-1))

/** A peer that nothing is known of. Its frames are taken, and prove nothing. */
async function strange(): Promise<Socket> {
  provesItself = false
  const socket = await rawZmtp(portOf(server))
  socket.resume()
  open.push(socket)
  return socket
}

/** A peer that has said one frame and is trusted. */
async function trusted(): Promise<{ socket: Socket; peer: PeerAddress }> {
  const socket = await rawZmtp(portOf(server))
  open.push(socket)
  const before = peers.length
  socket.write(rawFrame(Buffer.from('hello')))
  await until('its frame', () => peers.length > before)
  return { socket, peer: peers.at(-1) as PeerAddress }
}

test('who asks and never reads is disconnected at the limit, and the others are answered', async () => {
  const [slow, good] = [await trusted(), await trusted()]
  slow.socket.pause()
  let heard = 0
  good.socket.on('data', (chunk) => {
    heard += chunk.length
  })
  for (let sent = 0; sent < 40; sent += 1) {
    server.send(slow.peer, Buffer.alloc(mebibyte))
    server.send(good.peer, Buffer.alloc(1000))
  }
  await until('the good one has heard all', () => heard >= 40_000)
  expect(server.counters['ended_too_many_bytes_waiting']).toBe(1)
  expect(server.counters.disconnects).toBe(1)
})

test('a frame above the limit of what waits is sent to who reads', async () => {
  const { socket, peer } = await trusted()
  let heard = 0
  socket.on('data', (chunk) => {
    heard += chunk.length
  })
  server.send(peer, Buffer.alloc(4 * mebibyte))
  server.send(peer, Buffer.alloc(1000))
  await until('all of it', () => heard > 4 * mebibyte + 1000)
  expect(server.counters.disconnects).toBe(0)
})

test('a subscriber that does not read loses publications, then its connection; the others hear all', async () => {
  const topic = Buffer.alloc(16, 7)
  const subscribe = async () => {
    const socket = await rawZmtp(portOf(publisher), { socketType: 'SUB' })
    socket.write(rawFrame(Buffer.concat([Buffer.from([1]), topic])))
    open.push(socket)
    return socket
  }
  const [slow, good] = [await subscribe(), await subscribe()]
  let heard = 0
  good.on('data', (chunk) => {
    heard += chunk.length
  })
  await until('both are granted', () => {
    publisher.send(topic, Buffer.from('now'))
    return heard > 200
  })
  slow.pause()
  const before = heard
  for (let sent = 0; sent < 20; sent += 1) {
    publisher.send(topic, Buffer.alloc(mebibyte))
    const wanted = before + (sent + 1) * mebibyte
    await until('the good one has it', () => heard >= wanted)
  }
  expect(publisher.counters.disconnects).toBe(1)
})

test('who needs more memory for a frame than is free waits for it, and gets it in turn', async () => {
  const [first, second] = [await trusted(), await trusted()]
  const large = rawFrame(Buffer.alloc(2 * mebibyte))
  first.socket.write(large.subarray(0, mebibyte))
  await until('it is begun', () => door.snapshot()['bytes_unfinished'] === 2 * mebibyte)
  second.socket.write(large)
  await until('the other waits', () => door.snapshot()['waiting_for_room'] === 1)
  first.socket.write(large.subarray(mebibyte))
  await until('both came', () => frames.filter((length) => length === 2 * mebibyte).length === 2)
  expect(door.snapshot()).toMatchObject({ bytes_unfinished: 0, waiting_for_room: 0 })
})

test('who waits for memory and leaves keeps it from nobody', async () => {
  const [first, second, third] = [await trusted(), await trusted(), await trusted()]
  const large = rawFrame(Buffer.alloc(2 * mebibyte))
  first.socket.write(large.subarray(0, mebibyte))
  await until('it is begun', () => door.snapshot()['bytes_unfinished'] === 2 * mebibyte)
  second.socket.write(large.subarray(0, 9))
  second.socket.write(large.subarray(9, mebibyte))
  await until('one waits', () => door.snapshot()['waiting_for_room'] === 1)
  third.socket.write(large)
  await until('two wait', () => door.snapshot()['waiting_for_room'] === 2)
  second.socket.destroy()
  first.socket.destroy()
  await until('the third came', () => frames.includes(2 * mebibyte))
  expect(door.snapshot()).toMatchObject({ bytes_unfinished: 0, waiting_for_room: 0 })
})

test('a peer that is throttled is read later, and loses nothing', async () => {
  const { socket, peer } = await trusted()
  server.throttle(peer, 300)
  const startMs = performance.now()
  for (let sent = 0; sent < 100; sent += 1) socket.write(rawFrame(Buffer.alloc(1000)))
  await until('all came', () => frames.filter((length) => length === 1000).length === 100)
  expect(performance.now() - startMs).toBeGreaterThan(200)
})

test('a larger frame than a stranger may send in all is not read; who is no longer trusted is a stranger again', async () => {
  const { socket, peer } = await trusted()
  socket.write(rawFrame(Buffer.alloc(3000)))
  await until('it came', () => frames.includes(3000))
  server.distrust(peer)
  socket.resume()
  socket.write(rawFrame(Buffer.alloc(3001)))
  await until('it is disconnected', () => server.counters['ended_frame_too_large'] === 1)
  expect(frames).not.toContain(3001)
})

test('a stranger has 2 KiB in all: a frame that goes beyond them ends its connection, and is not read', async () => {
  const socket = await strange()
  const frame = Buffer.alloc(400)
  for (let sent = 0; sent < 4; sent += 1) socket.write(rawFrame(frame))
  await until('they came', () => frames.length === 4)
  socket.write(rawFrame(frame))
  await until('it is disconnected', () => server.counters['ended_too_many_bytes_unproven'] === 1)
  expect(frames).toHaveLength(4)
})

test('commands of a stranger count as its frames do', async () => {
  const socket = await strange()
  const ping = rawCommand('PING', Buffer.alloc(2 + 16))
  const room = 2048 - 64 - rawReady().length
  for (let sent = 0; sent < Math.floor(room / ping.length); sent += 1) socket.write(ping)
  socket.write(rawFrame(Buffer.from('x')))
  const isOver = () => server.counters['ended_too_many_bytes_unproven'] === 1
  await until('the last came, or there was no room for it', () => frames.length === 1 || isOver())
  socket.write(ping)
  await until('it is disconnected', isOver)
})

test('who proved a session sends what it likes, and 2 KiB again when that has ended', async () => {
  const { socket, peer } = await trusted()
  for (let sent = 0; sent < 10; sent += 1) socket.write(rawFrame(Buffer.alloc(1500)))
  await until('all came', () => frames.filter((length) => length === 1500).length === 10)
  server.distrust(peer)
  socket.write(rawFrame(Buffer.alloc(1900)))
  await until('it came', () => frames.includes(1900))
  socket.write(rawFrame(Buffer.alloc(200)))
  await until('it is disconnected', () => server.counters['ended_too_many_bytes_unproven'] === 1)
})

test('a frame in large pieces arrives whole, and its memory is freed when it is sent', async () => {
  const { socket, peer } = await trusted()
  const heard: Buffer[] = []
  socket.on('data', (chunk) => heard.push(chunk))
  const pieces = [Buffer.from('head'), Buffer.alloc(mebibyte, 'x'), Buffer.from('tail')]
  const whole = rawFrame(Buffer.concat(pieces))
  server.sendPieces(peer, pieces)
  await until('the frame', () => heard.reduce((sum, { length }) => sum + length, 0) >= whole.length)
  expect(Buffer.concat(heard).subarray(-whole.length).equals(whole)).toBe(true)
  await until('its memory is free', () => pieces[1]?.buffer.byteLength === 0)
  expect(pieces.map(({ length }) => length)).toEqual([4, 0, 4])
})
