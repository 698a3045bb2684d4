// SPDX-License-Identifier: Apache-2.0
import { context, type Dealer, type Router, type Subscriber, type XPublisher } from 'zeromq'
import type { ServerCounters, SocketCounters } from '../sockets.ts'
import { bindError, checkIpcPath } from './errors.ts'
import type { Writer } from './writer.ts'

/** How long the two ends of a new connection may take to agree on a protocol. */
const handshakeInterval = 5000
const requestPingMs = 2000
const publishPingMs = 6000

/** ZMTP heartbeats of who connects: a path that is silent for 6 s is torn down. */
export const connecting = { heartbeatInterval: requestPingMs, heartbeatTimeout: 6000, handshakeInterval }

/** The same for publications, whose path fails with that of requests as a rule; what is lost meanwhile is noticed and repaired. */
export const subscribing = { ...connecting, heartbeatInterval: publishPingMs }

/**
 * Who is bound answers pings and sends none, and is not told how long its peers may be silent: libzmq keeps the timers of
 * all connections in one list and walks it for each message of a connection that has one. That a peer vanished is the
 * kernel's to find out: nothing heard for 6 s and no answer to three probes, or data not acknowledged for 10 s.
 */
export const bound = {
  handshakeInterval,
  tcpKeepalive: 1,
  tcpKeepaliveIdle: 6,
  tcpKeepaliveInterval: 2,
  tcpKeepaliveCount: 3,
  tcpMaxRetransmitTimeout: 10_000,
}
/** How long closing waits for frames under way. */
export const closeGraceMs = 250
const releaseLimitMs = 1000

/** One ZeroMQ context holds every socket of the process; the limit must be set before the first socket. */
export function raiseSocketLimit(): void {
  if (context.maxSockets < 60_000) context.maxSockets = 60_000
}

/** Counters of a socket that connects. */
export function newCounters(): SocketCounters {
  return { malformed: 0, dropped: 0, failed: 0 }
}

/** Counters of a socket that is bound. */
export function newServerCounters(): ServerCounters {
  return { ...newCounters(), connections: 0, handshakes: 0, disconnects: 0 }
}

/** Counts the connections of a socket from now on. */
export function watchConnections(socket: Router | XPublisher, counters: ServerCounters): void {
  socket.events.on('accept', () => {
    counters.connections += 1
  })
  socket.events.on('handshake', () => {
    counters.handshakes += 1
  })
  socket.events.on('disconnect', () => {
    counters.disconnects += 1
  })
}

/** Binds, and says to what: with the real port. Rejects as `Transport.serve` does, the socket closed. */
export async function bind(socket: Router | XPublisher, address: string): Promise<string> {
  checkIpcPath(address)
  try {
    await socket.bind(address)
  } catch (error) {
    socket.close()
    throw bindError(address, error)
  }
  return socket.lastEndpoint ?? address
}

/** Hands every message to `take` until the socket is closed. One that `take` throws at is counted and ends nothing. */
export async function receiveAll(
  socket: Router | Dealer | Subscriber | XPublisher,
  counters: SocketCounters,
  take: (parts: Buffer[]) => void,
): Promise<void> {
  while (!socket.closed) {
    let parts: Buffer[]
    try {
      parts = await socket.receive()
    } catch (error) {
      if (socket.closed) return
      throw error
    }
    try {
      take(parts)
    } catch {
      counters.failed += 1
    }
  }
}

/** Closes the socket after its writer has handed over what it holds, or after a moment. */
export async function closeAfter(socket: Router | Dealer | XPublisher, writer: Writer): Promise<void> {
  await writer.close(closeGraceMs)
  socket.close()
}

/** The same for a socket that is bound; when it resolves, another one can bind its address. */
export async function closeBound(socket: Router | XPublisher, writer: Writer): Promise<void> {
  if (socket.closed) return
  // libzmq lets go of the address on a thread of its own, and its last event says when.
  const released = new Promise<void>((resolve) => socket.events.on('end', () => resolve()))
  await closeAfter(socket, writer)
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, releaseLimitMs)
  })
  await Promise.race([released, limit])
  clearTimeout(timer)
}
