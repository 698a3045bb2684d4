// SPDX-License-Identifier: Apache-2.0
import { maxFrameBytes } from '@halite/protocol'
import { Subscriber } from 'zeromq'
import type { SubscriberOptions, SubscriberSocket, Transport } from '../sockets.ts'
import { needsIpv6 } from '../tcp-address.ts'
import { connectDealer } from '../zmtp/dealer.ts'
import { Door } from '../zmtp/door.ts'
import { connectingIdle, newCounters, raiseSocketLimit, receiveAll, watched } from './socket.ts'

const reconnect = { reconnectInterval: 100, reconnectMaxInterval: 2000, connectTimeout: 3000 }

/**
 * The product's transport: subscriptions come over sockets of ZeroMQ, requests go over a dealer of our own, and what is bound here has a
 * door of its own with default limits.
 */
export const zeromqTransport: Transport = zeromqTransportWith({ idleSeconds: connectingIdle })

/**
 * The same where the connecting side asks after another silence: thousands of peers in one process share a kernel, which drops what
 * it sends itself in one burst.
 */
export function zeromqTransportWith({ idleSeconds }: { readonly idleSeconds: () => number }): Transport {
  return {
    name: 'zeromq',
    serve: (options) => new Door().serve(options),
    connect: (options) => connectDealer(options, { idleSeconds: idleSeconds() }),
    publish: (options) => new Door().publish(options),
    subscribe: (options) => connectSubscriber(options, idleSeconds()),
  }
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
