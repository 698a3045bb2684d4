// SPDX-License-Identifier: Apache-2.0
import { context, type Dealer, type Router, type Subscriber, type XPublisher } from 'zeromq'
import type { ServerCounters, SocketCounters } from '../sockets.ts'
import { bindError, checkIpcPath } from './errors.ts'
import type { Writer } from './writer.ts'

/** How long the two ends of a new connection may take to agree on a protocol. */
const handshakeInterval = 5000

/** Seconds without a byte after which the master's kernel asks who connected: heartbeats keep it quiet. */
const boundIdleSeconds = 20
/** The same for who connects, and how much longer it may be: probes of a fleet must not come in one burst. */
const connectingIdleSeconds = 4
const connectingSpreadSeconds = 4
const probeEverySeconds = 1
const probes = 4

/**
 * That a peer vanished is the kernel's to find out, at both ends: no answer to four probes, or data not acknowledged for as
 * long. ZMTP's own pings cost a turn of two threads each, and timers that libzmq keeps in one list.
 */
export function watched(idleSeconds: number) {
  return {
    handshakeInterval,
    tcpKeepalive: 1,
    tcpKeepaliveIdle: idleSeconds,
    tcpKeepaliveInterval: probeEverySeconds,
    tcpKeepaliveCount: probes,
    // Linux lets this decide over probes as well.
    tcpMaxRetransmitTimeout: (idleSeconds + probes * probeEverySeconds) * 1000,
  }
}

/** Options of a socket that is bound. */
export const bound = watched(boundIdleSeconds)

/** Seconds of silence for a socket that connects, other for each. */
export function connectingIdle(): number {
  return connectingIdleSeconds + Math.floor(Math.random() * connectingSpreadSeconds)
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
