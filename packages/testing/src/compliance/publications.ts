// SPDX-License-Identifier: Apache-2.0
import { setTimeout as delay } from 'node:timers/promises'
import type { SubscriberSocket } from '@halite/transport'
import { expect, test } from 'vitest'
import { until } from '../until.ts'
import { type Bench, quietMs } from './bench.ts'

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

/** What is promised of topics. */
export function grantTests(bench: Bench): void {
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
}

/** What is promised of publishers and subscribers that leave. */
export function publisherTests(bench: Bench): void {
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

  test('the publisher learns that a holder of a topic went away', async () => {
    const publishing = await publish(bench)
    const { socket, heard } = subscribe(bench, granted)
    await untilHeard(publishing, granted, heard)
    await socket.close()
    await until('the leaving', () => publishing.left.includes(granted.toString('hex')))
  })
}

/** What is promised of publishers that come back. */
export function returnTests(bench: Bench): void {
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
