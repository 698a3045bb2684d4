// SPDX-License-Identifier: Apache-2.0
import { createServer, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import { type ClientSocket, connectDealer, Door, zeromqTransport } from '@halite/transport'
import { afterEach, describe, expect, test } from 'vitest'
import { freePorts } from '../../../testing/src/free-ports.ts'
import { rawCommand, rawFrame, rawGreeting, rawReady } from '../../../testing/src/raw-zmtp.ts'
import { removeTemporaryDirectory, temporaryDirectory } from '../../../testing/src/temporary-directory.ts'
import { transportCompliance } from '../../../testing/src/transport-compliance.ts'
import { until } from '../../../testing/src/until.ts'

transportCompliance(
  'zeromq, with the client of this host',
  () => ({ ...zeromqTransport, connect: (options) => connectDealer(options) }),
  async () => `tcp://127.0.0.1:${(await freePorts(1))[0]}`,
)

const opened: ClientSocket[] = []
const servers: Server[] = []
const sockets: Socket[] = []

afterEach(async () => {
  for (const client of opened.splice(0)) await client.close()
  for (const socket of sockets.splice(0)) socket.destroy()
  for (const server of servers.splice(0)) server.close()
})

/** A master made by hand that answers each connection with these bytes. What all of them say together is returned. */
async function master(port: number, bytes: Buffer): Promise<() => Buffer> {
  const said: Buffer[] = []
  const server = createServer((socket) => {
    sockets.push(socket.on('error', () => undefined).on('data', (chunk) => said.push(chunk)))
    socket.write(bytes)
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return () => Buffer.concat(said)
}

interface Heard {
  readonly client: ClientSocket
  readonly frames: string[]
  readonly links: string[]
}

function connected(address: string, maxFrameBytes = 1024): Heard {
  const [frames, links]: [string[], string[]] = [[], []]
  const client = connectDealer({
    address,
    maxFrameBytes,
    onFrame: (frame) => {
      frames.push(frame.toString('latin1'))
      if (frame.length === 0) throw new Error('empty')
    },
    onLink: (state) => links.push(state),
  })
  opened.push(client)
  return { client, frames, links }
}

const ready = Buffer.concat([rawGreeting(), rawReady({ socketType: 'ROUTER' })])
const hello = rawFrame(Buffer.from('hello'))

describe('a local client', () => {
  test('waits for a master that is not there yet, by path, and sends what was sent before', async () => {
    const directory = temporaryDirectory('dealer')
    const address = `ipc://${join(directory, 'm.ipc')}`
    const { client, links } = connected(address)
    client.send(Buffer.from('first'))
    client.send(Buffer.alloc(70_000, 's'))
    const heard: number[] = []
    const door = new Door()
    const server = await door.serve({
      address,
      maxFrameBytes: 100_000,
      onFrame: (_, frame) => heard.push(frame.length),
    })
    await until('both frames', () => heard.length === 2)
    expect([heard, links]).toEqual([[5, 70_000], ['up']])
    await server.close()
    await until('the connection broke', () => links.length === 2)
    expect(links).toEqual(['up', 'down'])
    await client.close()
    door.close()
    removeTemporaryDirectory(directory)
  })

  test('hears a frame in whatever pieces it comes', async () => {
    const [port = 0] = await freePorts(1)
    await master(port, Buffer.alloc(0))
    const { frames } = connected(`tcp://127.0.0.1:${port}`)
    await until('its connection', () => sockets.length === 1)
    for (const byte of Buffer.concat([ready, hello, rawFrame(Buffer.alloc(300, 'x'))])) {
      sockets[0]?.write(Buffer.from([byte]))
    }
    await until('both', () => frames.length === 2)
    expect(frames).toEqual(['hello', 'x'.repeat(300)])
  })

  test('counts a message of several parts and a frame its reader throws at, and reads on', async () => {
    const [port = 0] = await freePorts(1)
    const parts = Buffer.concat([rawFrame(Buffer.from('a'), 1), rawFrame(Buffer.from('b'))])
    await master(port, Buffer.concat([ready, parts, rawFrame(Buffer.alloc(0)), rawCommand('PONG'), hello]))
    const { client, frames } = connected(`tcp://127.0.0.1:${port}`)
    await until('the last', () => frames.includes('hello'))
    expect([frames, client.counters]).toEqual([['', 'hello'], { malformed: 1, dropped: 0, failed: 1 }])
  })

  test('answers a ping', async () => {
    const [port = 0] = await freePorts(1)
    const ping = rawCommand('PING', Buffer.from([0, 9, 1, 2]))
    const said = await master(port, Buffer.concat([ready, ping]))
    connected(`tcp://127.0.0.1:${port}`)
    await until('PONG', () => said().includes(rawCommand('PONG', Buffer.from([1, 2]))))
  })

  test.each([
    ['no greeting of ZMTP', Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'.repeat(4))],
    ['another version', rawGreeting({ version: [1, 0] })],
    ['another mechanism', rawGreeting({ mechanism: 'CURVE' })],
    ['another type of socket', Buffer.concat([rawGreeting(), rawReady({ socketType: 'PUB' }), hello])],
    ['a message before READY', Buffer.concat([rawGreeting(), hello])],
    ['a command that is not known', Buffer.concat([ready, rawCommand('NOPE'), hello])],
    ['a second READY', Buffer.concat([ready, rawReady({ socketType: 'ROUTER' }), hello])],
    ['a frame over the limit', Buffer.concat([ready, rawFrame(Buffer.alloc(2000)), hello])],
    ['flags that are not known', Buffer.concat([ready, Buffer.from([0xf0, 1, 0]), hello])],
  ])('leaves who says %s, hears nothing of it, and tries again', async (_, bytes) => {
    const [port = 0] = await freePorts(1)
    await master(port, bytes)
    const { frames } = connected(`tcp://127.0.0.1:${port}`)
    await until('it has tried twice', () => sockets.length >= 2)
    await until('it has left', () => sockets[0]?.closed)
    expect(frames).toEqual([])
  })

  test('drops what is sent after it was closed, and hears nothing more', async () => {
    const [port = 0] = await freePorts(1)
    await master(port, ready)
    const { client, frames, links } = connected(`tcp://127.0.0.1:${port}`)
    await until('it is up', () => links.length === 1)
    await client.close()
    client.send(Buffer.from('late'))
    sockets[0]?.write(hello)
    expect([client.counters.dropped, frames, links]).toEqual([1, [], ['up']])
  })

  test('names the option when the path is too long', () => {
    expect(() => connected(`ipc:///${'x'.repeat(120)}`)).toThrow(/107 are possible/)
  })
})

describe('a client of another host', () => {
  const path = { idleSeconds: 60, greetingMs: 200 }

  test('says nothing but its greeting before the master has answered it, and then all that waits', async () => {
    const [port = 0] = await freePorts(1)
    const said = await master(port, rawGreeting())
    const links: string[] = []
    const client = connectDealer(
      {
        address: `tcp://127.0.0.1:${port}`,
        onFrame: () => undefined,
        onLink: (state) => links.push(state),
      },
      { idleSeconds: 60 },
    )
    opened.push(client)
    client.send(Buffer.from('first'))
    await until('its greeting', () => said().includes('DEALER'))
    client.send(Buffer.from('second'))
    expect([said().includes('first'), links]).toEqual([false, []])
    sockets[0]?.write(rawReady({ socketType: 'ROUTER' }))
    await until('both', () => said().includes('first') && said().includes('second'))
    expect(links).toEqual(['up'])
  })

  test('leaves a master that does not answer its greeting, and sends the next what waits', async () => {
    const [port = 0] = await freePorts(1)
    await master(port, Buffer.alloc(0))
    const address = `tcp://127.0.0.1:${port}`
    const client = connectDealer({ address, onFrame: () => undefined }, path)
    opened.push(client)
    client.send(Buffer.from('kept'))
    await until('another connection', () => sockets.length > 1)
    for (const server of servers.splice(0)) server.close()
    for (const socket of sockets.splice(0)) socket.destroy()
    const heard: string[] = []
    const door = new Door()
    const server = await door.serve({
      address,
      maxFrameBytes: 1000,
      onFrame: (_, frame) => heard.push(frame.toString()),
    })
    await until('what waited', () => heard.length > 0)
    expect(heard).toEqual(['kept'])
    await server.close()
    door.close()
  })

  // On one host a client may get the port it connects to as its own, while nobody listens there: then it talks to itself.
  test('leaves a connection to itself, or to an echo, at once, and keeps what it was to send', async () => {
    const [port = 0] = await freePorts(1)
    let connections = 0
    const said: Buffer[] = []
    const server = createServer((socket) => {
      connections += 1
      sockets.push(socket.on('error', () => undefined).on('data', (chunk) => said.push(chunk)))
      socket.pipe(socket)
    })
    servers.push(server)
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
    const [links, heard]: [string[], Buffer[]] = [[], []]
    const address = `tcp://127.0.0.1:${port}`
    const client = connectDealer(
      { address, onFrame: (frame) => heard.push(frame), onLink: (state) => links.push(state) },
      { idleSeconds: 60 },
    )
    opened.push(client)
    client.send(Buffer.from('kept'))
    const startMs = performance.now()
    await until('another connection', () => connections > 1)
    // Far less than the 5 s that two ends may take to agree.
    expect(performance.now() - startMs).toBeLessThan(2000)
    expect([links, heard, Buffer.concat(said).includes('kept')]).toEqual([[], [], false])
  })

  test('gives up an address that does not answer, and closes at once meanwhile', async () => {
    // Nothing there answers: this network is for documentation.
    const client = connectDealer({ address: 'tcp://192.0.2.1:4506', onFrame: () => undefined }, path)
    client.send(Buffer.from('never'))
    const startMs = performance.now()
    await client.close()
    expect(performance.now() - startMs).toBeLessThan(1000)
  })

  test('keeps what it heard of many connections of one process apart', async () => {
    const door = new Door()
    const server = await door.serve({
      address: 'tcp://127.0.0.1:*',
      maxFrameBytes: 1_000_000,
      onFrame: (peer, frame) => server.send(peer, Buffer.from(frame)),
    })
    const heard = new Map<number, Buffer[]>()
    for (let number = 0; number < 20; number += 1) {
      const frames: Buffer[] = []
      heard.set(number, frames)
      const client = connectDealer({ address: server.address, onFrame: (frame) => frames.push(frame) }, path)
      opened.push(client)
      for (const size of [1, 1000, 70_000, 600_000]) client.send(Buffer.alloc(size, number))
    }
    await until('all', () => [...heard.values()].every((frames) => frames.length === 4))
    for (const [number, frames] of heard) {
      expect(frames.map(({ length }) => length)).toEqual([1, 1000, 70_000, 600_000])
      expect(frames.every((frame) => frame.equals(Buffer.alloc(frame.length, number)))).toBe(true)
    }
    await server.close()
    door.close()
  })
})
