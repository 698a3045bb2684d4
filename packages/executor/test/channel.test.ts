// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process'
import { PassThrough } from 'node:stream'
import { startNodeChild } from '@halite/core'
import { until } from '@halite/testing'
import { afterEach, describe, expect, test } from 'vitest'
import { type ChannelEvents, ipcChannel, type MessageChannel, streamChannel } from '../src/channel.ts'

const echo = new URL('fixtures/echo.mjs', import.meta.url).pathname
const maxBytes = 8 * 1024 * 1024

interface Opened {
  readonly channel: MessageChannel
  readonly received: Uint8Array[]
  readonly closed: string[]
  readonly kill: () => void
}

/** A channel to a program that sends back what it receives, over each framing. */
const framings: Readonly<Record<string, () => Opened>> = {
  'the IPC of Node': () => {
    const child = startNodeChild(echo)
    return opened(
      (events) => ipcChannel(child, events),
      () => child.kill('SIGKILL'),
    )
  },
  'standard input and output': () => {
    const child = spawn(process.execPath, [echo], { stdio: ['pipe', 'pipe', 'inherit'] })
    return opened(
      (events) => streamChannel({ input: child.stdout, output: child.stdin, maxBytes }, events),
      () => child.kill('SIGKILL'),
    )
  },
}

function opened(open: (events: ChannelEvents) => MessageChannel, kill: () => void): Opened {
  const received: Uint8Array[] = []
  const closed: string[] = []
  const onMessage = (bytes: Uint8Array) => received.push(Buffer.from(bytes))
  const made = {
    channel: open({ onMessage, onClose: (reason) => closed.push(reason) }),
    received,
    closed,
    kill,
  }
  live.push(made)
  return made
}

const live: Opened[] = []

afterEach(() => {
  for (const { kill } of live.splice(0)) kill()
})

describe.each(Object.entries(framings))('over %s', (_name, open) => {
  test.each([
    ['empty', [0]],
    ['small', [1, 3, 4, 5]],
    ['as large as a pipe', [65_535, 65_536, 65_537]],
    ['of megabytes, between small ones', [1, 4_000_000, 2]],
  ])('messages that are %s arrive whole and in order', async (_what, sizes) => {
    const { channel, received } = open()
    const sent = sizes.map((size, index) => Buffer.alloc(size, index + 1))
    for (const bytes of sent) channel.send(bytes)
    await until('all are back', () => received.length === sent.length)
    expect(received.map((bytes, index) => Buffer.compare(bytes, sent[index] ?? Buffer.alloc(0)))).toEqual(
      sent.map(() => 0),
    )
  })

  test('a thousand messages arrive in order', async () => {
    const { channel, received } = open()
    const sent = Array.from({ length: 1000 }, (_, index) => Buffer.from(`message ${index}`))
    for (const bytes of sent) channel.send(bytes)
    await until('all are back', () => received.length === sent.length)
    expect(received.map(String)).toEqual(sent.map(String))
  })

  test('the end of the other side is reported once, and later messages are lost', async () => {
    const { channel, closed, kill } = open()
    kill()
    await until('it is reported', () => closed.length > 0)
    let isSent = false
    channel.send(Buffer.from('nobody'), () => {
      isSent = true
    })
    await until('it is given up', () => isSent)
    expect(closed).toHaveLength(1)
  })

  test('closing it ends the other side', async () => {
    const { channel, received } = open()
    channel.send(Buffer.from('one'))
    await until('it listens', () => received.length === 1)
    channel.close()
  })
})

describe('a stream', () => {
  function piped(limit = 1000) {
    const input = new PassThrough()
    const received: string[] = []
    const closed: string[] = []
    streamChannel(
      { input, output: new PassThrough(), maxBytes: limit },
      { onMessage: (bytes) => received.push(String(bytes)), onClose: (reason) => closed.push(reason) },
    )
    return { input, received, closed }
  }

  test('cut anywhere gives the same messages', async () => {
    const frames = Buffer.concat(
      ['one', '', 'three'].map((text) =>
        Buffer.concat([Buffer.from([0, 0, 0, text.length]), Buffer.from(text)]),
      ),
    )
    for (let size = 1; size <= frames.length; size += 1) {
      const { input, received } = piped()
      for (let at = 0; at < frames.length; at += size) input.write(frames.subarray(at, at + size))
      await until('all arrived', () => received.length === 3)
      expect(received).toEqual(['one', '', 'three'])
    }
  })

  test('that announces too large a message is closed, and nothing of it is kept', async () => {
    const { input, received, closed } = piped()
    input.write(Buffer.from([0xff, 0xff, 0xff, 0xff, 1, 2, 3]))
    await until('it is closed', () => closed.length === 1)
    expect(closed[0]).toContain('over the limit of 1000')
    expect(received).toEqual([])
  })

  test('that ends within a message reports the end', async () => {
    const { input, received, closed } = piped()
    input.end(Buffer.from([0, 0, 0, 9, 1]))
    await until('it is closed', () => closed.length === 1)
    expect([received, closed]).toEqual([[], ['disconnected']])
  })
})
