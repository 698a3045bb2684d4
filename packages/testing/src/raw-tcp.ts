// SPDX-License-Identifier: Apache-2.0
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** A plain TCP connection to a port on 127.0.0.1, for bytes that are no ZeroMQ. Rejects when nobody listens. */
export async function rawTcp(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1' })
  await once(socket, 'connect')
  // The other side may close or reset whenever it dislikes what it reads; listen for `close` to find out.
  socket.on('error', () => undefined)
  return socket
}
