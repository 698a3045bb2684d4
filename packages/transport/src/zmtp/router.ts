// SPDX-License-Identifier: Apache-2.0
import type { PeerAddress, ServerOptions, ServerSocket } from '../sockets.ts'
import { Connection } from './connection.ts'
import { routerRole } from './conversation.ts'
import { encodeMessage, encodePieces, encodeReply } from './messages.ts'
import { Port } from './port.ts'
import type { Sentry } from './sentry.ts'

/** Binds the master's end of the request channel. */
export async function serveRouter(sentry: Sentry, options: ServerOptions): Promise<ServerSocket> {
  const { maxFrameBytes, maxUnprovenBytes = Number.POSITIVE_INFINITY, onFrame } = options
  const port: Port = new Port(sentry, {
    role: routerRole,
    maxPartBytes: maxFrameBytes,
    maxUnprovenBytes,
    onSubscription: () => {
      port.counters.malformed += 1
    },
    onEnd: (connection, reason) => {
      if (reason === 'too_many_bytes_waiting' || reason === 'stalled') options.onOverrun?.(connection)
    },
    onPart: (connection, body, more) => {
      if (!isWholeMessage(connection, body, more)) return
      if (connection.part < 0) {
        connection.part = 0
        port.counters.malformed += 1
        return
      }
      connection.part = 0
      deliver(connection, body)
    },
  })
  /** One that `onFrame` throws at is counted and ends nothing. */
  const deliver = (connection: Connection, body: Buffer) => {
    try {
      // The frame of an unproven peer may be queued for long; a copy does not retain the entire chunk it was read from.
      onFrame(connection, connection.sessions > 0 ? body : Buffer.from(body))
    } catch {
      port.counters.failed += 1
    }
  }
  await port.open(options)
  return routerSocket(port, sentry)
}

function routerSocket(port: Port, sentry: Sentry): ServerSocket {
  return {
    address: port.address,
    counters: port.counters,
    send: (peer, frame) => {
      if (!(peer instanceof Connection) || peer.isEnded) port.counters.dropped += 1
      else for (const piece of peer.isRequester ? encodeReply(frame) : encodeMessage(frame)) peer.write(piece)
    },
    trust: (peer) => ifOpen(peer, (connection) => connection.trust()),
    distrust: (peer) => ifOpen(peer, (connection) => connection.distrust()),
    sendPieces: (peer, pieces) => {
      if (!(peer instanceof Connection) || peer.isEnded) port.counters.dropped += 1
      else for (const piece of encodePieces(pieces, peer.isRequester)) peer.writeOwn(piece)
    },
    waitingBytes: (peer) => (peer instanceof Connection ? peer.waitingBytes : 0),
    throttle: (peer, ms) => ifOpen(peer, (connection) => sentry.throttle(connection, ms)),
    hold: (peer) => ifOpen(peer, (connection) => connection.hold('decoding')),
    resume: (peer) => ifOpen(peer, (connection) => connection.goOn('decoding')),
    isOpen: (peer) => peer instanceof Connection && !peer.isEnded,
    end: (peer) => ifOpen(peer, (connection) => connection.end('session_ended')),
    close: () => port.close(),
  }
}

function ifOpen(peer: PeerAddress, act: (connection: Connection) => void): void {
  if (peer instanceof Connection && !peer.isEnded) act(peer)
}

/**
 * Takes a part; true when it is the last of its message. A message has one part, from a REQ an empty one in front; of any
 * other `part` is negative.
 */
function isWholeMessage(connection: Connection, body: Buffer, more: boolean): boolean {
  const { part, isRequester } = connection
  const isDelimiter = isRequester && part === 0 && body.length === 0 && more
  const isBody = part === (isRequester ? 1 : 0) && !more
  if (isDelimiter) connection.part = 1
  else if (!isBody) connection.part = -1
  return !more
}
