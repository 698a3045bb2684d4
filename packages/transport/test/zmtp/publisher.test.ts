// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { type PublisherSocket, zeromqTransport } from '@halite/transport'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { XSubscriber } from 'zeromq'
import { until } from '../../../testing/src/until.ts'

const topic = randomBytes(16)
const subscription = (wanted: Buffer) => Buffer.concat([Buffer.from([1]), wanted])
const noSubscription = Buffer.from([7, 7, 7])

let publisher: PublisherSocket
const open: XSubscriber[] = []

beforeEach(async () => {
  publisher = await zeromqTransport.publish({
    address: 'tcp://127.0.0.1:*',
    onSubscribe: (wanted) => wanted.equals(topic),
  })
})

afterEach(async () => {
  for (const socket of open.splice(0)) socket.close()
  await publisher.close()
})

/** A peer that can send anything upstream, as a raw connection could. */
function peer(): { socket: XSubscriber; heard: Buffer[] } {
  const socket = new XSubscriber({ linger: 0 })
  const heard: Buffer[] = []
  socket.connect(publisher.address)
  open.push(socket)
  void listen(socket, heard)
  return { socket, heard }
}

async function listen(socket: XSubscriber, heard: Buffer[]): Promise<void> {
  for await (const [, frame] of socket) if (frame) heard.push(frame)
}

/** Keeps the loop busy, so that what is sent meanwhile waits together in the publisher's queue. */
function block(ms: number): void {
  const endMs = performance.now() + ms
  while (performance.now() < endMs);
}

async function connected(peers: number): Promise<void> {
  await until('the peers are connected', () => publisher.counters.handshakes === peers)
}

test('a peer that sends what is no subscription does not get the grant of another', async () => {
  const [disturber, victim, thief] = [peer(), peer(), peer()]
  await connected(3)
  void disturber.socket.send(noSubscription)
  block(30)
  void victim.socket.send(subscription(topic))
  block(30)
  void thief.socket.send(subscription(randomBytes(16)))
  block(30)
  await until('the queue is worked off', () => publisher.counters.malformed === 1)
  await delay(50)
  publisher.send(topic, Buffer.from('secret'))
  await delay(200)
  expect(thief.heard).toEqual([])
  expect(disturber.heard).toEqual([])
  expect(victim.heard.map(String)).toEqual(['secret'])
  expect(publisher.counters.refused).toBe(1)
})

test('a message of several parts grants nothing, and takes nothing from others', async () => {
  const [disturber, victim] = [peer(), peer()]
  await connected(2)
  await disturber.socket.send([noSubscription, subscription(topic)])
  await disturber.socket.send([subscription(topic), noSubscription])
  await until('both are counted', () => publisher.counters.malformed === 2)
  await heardAfterAsking(victim)
  expect(disturber.heard).toEqual([])
})

test('messages that are no subscriptions are counted; who sends very many is disconnected', async () => {
  const [disturber, good] = [peer(), peer()]
  await connected(2)
  for (let index = 0; index < 1000; index += 1) await disturber.socket.send([noSubscription, Buffer.alloc(0)])
  await until('it is disconnected', () => publisher.counters['ended_too_many_bytes_unproven'] === 1)
  expect(publisher.counters.malformed).toBeGreaterThan(100)
  await heardAfterAsking(good)
  expect(disturber.heard).toEqual([])
})

test('a topic that is withdrawn reaches nobody any more', async () => {
  const one = peer()
  await connected(1)
  await heardAfterAsking(one)
  publisher.withdraw(topic)
  one.heard.length = 0
  publisher.send(topic, Buffer.from('too late'))
  await delay(100)
  expect(one.heard).toEqual([])
})

test('a subscription above the size of any topic ends the connection', async () => {
  const loud = peer()
  await connected(1)
  await loud.socket.send(Buffer.concat([Buffer.from([1]), Buffer.alloc(10_000)]))
  await until('it is disconnected', () => publisher.counters.disconnects > 0)
})

async function heardAfterAsking(one: { socket: XSubscriber; heard: Buffer[] }): Promise<void> {
  await until('it hears', async () => {
    await one.socket.send(subscription(topic))
    publisher.send(topic, Buffer.from('again'))
    await delay(50)
    return one.heard.some((frame) => frame.toString() === 'again')
  })
}
