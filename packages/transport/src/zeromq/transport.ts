// SPDX-License-Identifier: Apache-2.0
import { maxFrameBytes } from '@halite/protocol'
import { Dealer, Subscriber } from 'zeromq'
import { checkIpcPath } from '../bind-errors.ts'
import type {
  ClientOptions,
  ClientSocket,
  SubscriberOptions,
  SubscriberSocket,
  Transport,
} from '../sockets.ts'
import { needsIpv6 } from '../tcp-address.ts'
import { Door } from '../zmtp/door.ts'
import {
  closeAfter,
  closeGraceMs,
  connectingIdle,
  newCounters,
  raiseSocketLimit,
  receiveAll,
  watched,
} from './socket.ts'
import { queueLimit, Writer } from './writer.ts'

const reconnect = { reconnectInterval: 100, reconnectMaxInterval: 2000, connectTimeout: 3000 }

/** The product's transport: the connecting side has sockets of ZeroMQ, what is bound here has a door of its own with default limits. */
export const zeromqTransport: Transport = zeromqTransportWith({ idleSeconds: connectingIdle })

/**
 * The same where the connecting side asks after another silence: thousands of peers in one process share a kernel, which drops what
 * it sends itself in one burst.
 */
export function zeromqTransportWith({ idleSeconds }: { readonly idleSeconds: () => number }): Transport {
  return {
    name: 'zeromq',
    serve: (options) => new Door().serve(options),
    connect: (options) => connectDealer(options, idleSeconds()),
    publish: (options) => new Door().publish(options),
    subscribe: (options) => connectSubscriber(options, idleSeconds()),
  }
}

function connectDealer(options: ClientOptions, idleSeconds: number): ClientSocket {
  raiseSocketLimit()
  checkIpcPath(options.address)
  const socket = new Dealer({
    ...watched(idleSeconds),
    ...reconnect,
    linger: closeGraceMs,
    ipv6: needsIpv6(options),
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
    ipv6: needsIpv6(options),
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
