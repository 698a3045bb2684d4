// SPDX-License-Identifier: Apache-2.0
import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { FaultProxy, freePorts, rawTcp } from '../src/index.ts'

let servers: Server[]
let proxy: FaultProxy

/** A server that answers each chunk with its name and the chunk. */
async function answering(name: string): Promise<number> {
  const [port = 0] = await freePorts(1)
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.on('data', (chunk) => socket.write(`${name}:${chunk}`))
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  servers.push(server)
  return port
}

async function ask(socket: Socket, text: string): Promise<string> {
  socket.write(text)
  const [chunk] = await once(socket, 'data')
  return String(chunk)
}

beforeEach(async () => {
  servers = []
  proxy = await FaultProxy.start({ target: await answering('first') })
})
afterEach(async () => {
  await proxy.close()
  for (const server of servers) server.close()
})

test('forwards in both directions and counts', async () => {
  const socket = await rawTcp(proxy.port)
  expect(await ask(socket, 'hello')).toBe('first:hello')
  expect(proxy.counters).toEqual({ connections: 1, bytesToTarget: 5, bytesFromTarget: 11 })
})

test('frozen it says nothing and closes nothing; thawed it delivers what was held back', async () => {
  const socket = await rawTcp(proxy.port)
  await ask(socket, 'hello')
  let closed = false
  socket.once('close', () => {
    closed = true
  })
  proxy.freeze()
  const late = await rawTcp(proxy.port)
  const answers = Promise.all([ask(socket, 'a'), ask(late, 'b')])
  expect(await Promise.race([answers, delay(150, 'silence')])).toBe('silence')
  expect([closed, proxy.counters.bytesToTarget]).toEqual([false, 5])
  proxy.thaw()
  expect(await answers).toEqual(['first:a', 'first:b'])
})

test('cut destroys what stands and takes what comes', async () => {
  const socket = await rawTcp(proxy.port)
  await ask(socket, 'hello')
  const closed = once(socket, 'close')
  proxy.cut()
  await closed
  expect(await ask(await rawTcp(proxy.port), 'again')).toBe('first:again')
})

test('refuse takes nobody until admit', async () => {
  await proxy.refuse()
  await expect(rawTcp(proxy.port)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  await proxy.admit()
  expect(await ask(await rawTcp(proxy.port), 'again')).toBe('first:again')
})

test('retarget leads new connections elsewhere and leaves the others', async () => {
  const old = await rawTcp(proxy.port)
  await ask(old, 'x')
  proxy.retarget(await answering('second'))
  expect(await ask(await rawTcp(proxy.port), 'new')).toBe('second:new')
  expect(await ask(old, 'old')).toBe('first:old')
})
