// SPDX-License-Identifier: Apache-2.0
import { randomInt } from 'node:crypto'
import { context, type Subscriber } from 'zeromq'
import type { SocketCounters } from '../sockets.ts'

/** How long the two ends of a new connection may take to agree on a protocol. */
const handshakeInterval = 5000

/** Seconds without a byte after which the kernel asks the master, and how much longer it may be: probes of a fleet must not come in one burst. */
const connectingIdleSeconds = 4
const connectingSpreadSeconds = 4
const probeEverySeconds = 1
const probes = 4

/**
 * That the master vanished is the kernel's to find out: no answer to four probes, or data not acknowledged for as long. ZMTP's
 * own pings would cost each end a turn of its loop.
 */
export function watched(idleSeconds: number) {
  return {
    handshakeInterval,
    tcpKeepalive: 1,
    tcpKeepaliveIdle: idleSeconds,
    tcpKeepaliveInterval: probeEverySeconds,
    tcpKeepaliveCount: probes,
    ...(process.platform === 'win32' ? {} : retransmitLimit(idleSeconds)),
  }
}

/**
 * Linux lets this decide over probes as well. On Windows libzmq sets `TCP_MAXRT`, and gives up every connection where that is
 * refused, as Wine does; Windows gives up data that nobody acknowledges by itself, after five attempts.
 */
function retransmitLimit(idleSeconds: number) {
  return { tcpMaxRetransmitTimeout: (idleSeconds + probes * probeEverySeconds) * 1000 }
}

/** Seconds of silence for a socket that connects, other for each. */
export function connectingIdle(): number {
  return connectingIdleSeconds + randomInt(connectingSpreadSeconds)
}

/** One ZeroMQ context holds every socket of the process; the limit must be set before the first socket. */
export function raiseSocketLimit(): void {
  if (context.maxSockets < 60_000) context.maxSockets = 60_000
}

/** Counters of a socket that connects. */
export function newCounters(): SocketCounters {
  return { malformed: 0, dropped: 0, failed: 0 }
}

/** Hands every message to `take` until the socket is closed. One that `take` throws at is counted and ends nothing. */
export async function receiveAll(
  socket: Subscriber,
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
