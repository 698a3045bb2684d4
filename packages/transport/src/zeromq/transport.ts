// SPDX-License-Identifier: Apache-2.0
import { maxFrameBytes } from '@halite/protocol'
import { Dealer, Router, Subscriber } from 'zeromq'
import type {
  ClientOptions,
  ClientSocket,
  ServerOptions,
  ServerSocket,
  SubscriberOptions,
  SubscriberSocket,
  Transport,
} from '../sockets.ts'
import { checkIpcPath } from './errors.ts'
import { bindPublisher } from './publisher.ts'
import {
  bind,
  bound,
  closeAfter,
  closeBound,
  closeGraceMs,
  connectingIdle,
  newCounters,
  newServerCounters,
  raiseSocketLimit,
  receiveAll,
  watchConnections,
  watched,
} from './socket.ts'
import { queueLimit, Writer } from './writer.ts'

const reconnect = { reconnectInterval: 100, reconnectMaxInterval: 2000, connectTimeout: 3000 }

/** Frames that may wait for one slow peer. */
const framesPerPeer = 10_000

/** The product's transport. Routing ids are libzmq's own; `routingId` and `handover` are never set. */
export const zeromqTransport: Transport = zeromqTransportWith({ idleSeconds: connectingIdle })

/**
 * The same where who connects asks after another silence: thousands of peers in one process share a kernel, which drops what
 * it sends itself in one burst.
 */
export function zeromqTransportWith({ idleSeconds }: { readonly idleSeconds: () => number }): Transport {
  return {
    name: 'zeromq',
    serve: serveRouter,
    connect: (options) => connectDealer(options, idleSeconds()),
    publish: bindPublisher,
    subscribe: (options) => connectSubscriber(options, idleSeconds()),
  }
}

async function serveRouter(options: ServerOptions): Promise<ServerSocket> {
  raiseSocketLimit()
  const socket = new Router({
    ...bound,
    linger: 0,
    ipv6: options.ipv6 ?? false,
    backlog: options.backlog ?? 1000,
    maxMessageSize: options.maxFrameBytes,
    sendHighWaterMark: framesPerPeer,
    // What a full or vanished peer cannot take is refused at once, so that it is counted and never stalls the others.
    mandatory: true,
    sendTimeout: 0,
  })
  const counters = newServerCounters()
  watchConnections(socket, counters)
  const address = await bind(socket, options.address)
  const writer = new Writer((parts) => socket.send(parts), counters, queueLimit)
  void receiveAll(socket, counters, (parts) => {
    const [peer, frame] = parts
    if (parts.length !== 2 || peer === undefined || frame === undefined) counters.malformed += 1
    else options.onFrame(peer, frame)
  })
  return {
    address,
    counters,
    send: (peer, frame) => writer.write([peer, frame]),
    close: () => closeBound(socket, writer),
  }
}

function connectDealer(options: ClientOptions, idleSeconds: number): ClientSocket {
  raiseSocketLimit()
  checkIpcPath(options.address)
  const socket = new Dealer({
    ...watched(idleSeconds),
    ...reconnect,
    linger: closeGraceMs,
    ipv6: options.ipv6 ?? false,
    maxMessageSize: options.maxFrameBytes ?? maxFrameBytes,
  })
  const counters = newCounters()
  if (options.onLink) watchLink(socket, options.onLink)
  socket.connect(options.address)
  const writer = new Writer((parts) => socket.send(parts), counters, queueLimit)
  void receiveAll(socket, counters, ([frame, ...more]) => {
    if (frame === undefined || more.length > 0) counters.malformed += 1
    else options.onFrame(frame)
  })
  return { counters, send: (frame) => writer.write(frame), close: () => closeAfter(socket, writer) }
}

function watchLink(socket: Dealer, onLink: (state: 'up' | 'down') => void): void {
  socket.events.on('handshake', () => onLink('up'))
  socket.events.on('disconnect', () => onLink('down'))
}

function connectSubscriber(options: SubscriberOptions, idleSeconds: number): SubscriberSocket {
  raiseSocketLimit()
  const socket = new Subscriber({
    ...watched(idleSeconds),
    ...reconnect,
    linger: 0,
    ipv6: options.ipv6 ?? false,
    maxMessageSize: options.maxFrameBytes ?? maxFrameBytes,
    receiveHighWaterMark: 100_000,
  })
  const counters = newCounters()
  socket.connect(options.address)
  void receiveAll(socket, counters, (parts) => {
    const frame = parts[1]
    if (parts.length !== 2 || frame === undefined) counters.malformed += 1
    else options.onFrame(frame)
  })
  return {
    counters,
    subscribe: (topic) => socket.subscribe(topic),
    unsubscribe: (topic) => socket.unsubscribe(topic),
    close: async () => socket.close(),
  }
}
