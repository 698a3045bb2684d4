// SPDX-License-Identifier: Apache-2.0
import { context, Dealer, Router, Subscriber, XPublisher } from 'zeromq'
import type {
  ClientOptions,
  ClientSocket,
  PublisherOptions,
  PublisherSocket,
  ServerOptions,
  ServerSocket,
  SocketCounters,
  SubscriberOptions,
  SubscriberSocket,
  Transport,
} from '../sockets.ts'
import { bindError, checkIpcPath } from './errors.ts'
import { Writer } from './writer.ts'

/** ZMTP heartbeats: a path that is silent this long is torn down and connected anew. */
const heartbeat = { heartbeatInterval: 2000, heartbeatTimeout: 6000, heartbeatTimeToLive: 8000 }
const reconnect = {
  reconnectInterval: 100,
  reconnectMaxInterval: 2000,
  connectTimeout: 3000,
  handshakeInterval: 5000,
}
const closeGraceMs = 250
const queueLimit = 1_000_000
const subscribeOption = 6
const unsubscribeOption = 7
const topicBytes = 16

/** One ZeroMQ context holds every socket of the process; the limit must be set before the first socket. */
function raiseSocketLimit(): void {
  if (context.maxSockets < 60_000) context.maxSockets = 60_000
}

/** The product's transport. Routing ids are libzmq's own; `routingId` and `handover` are never set. */
export const zeromqTransport: Transport = {
  name: 'zeromq',
  serve: serveRouter,
  connect: connectDealer,
  publish: bindPublisher,
  subscribe: connectSubscriber,
}

function newCounters(): SocketCounters {
  return { malformed: 0, dropped: 0 }
}

async function bind(socket: Router | XPublisher, address: string): Promise<string> {
  checkIpcPath(address)
  try {
    await socket.bind(address)
  } catch (error) {
    socket.close()
    throw bindError(address, error)
  }
  return socket.lastEndpoint ?? address
}

/** Hands every message to `take` until the socket is closed. */
async function receiveAll(
  socket: Router | Dealer | Subscriber | XPublisher,
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
    take(parts)
  }
}

async function serveRouter(options: ServerOptions): Promise<ServerSocket> {
  raiseSocketLimit()
  const socket = new Router({
    ...heartbeat,
    linger: 0,
    ipv6: options.ipv6 ?? false,
    backlog: options.backlog ?? 1000,
    maxMessageSize: options.maxFrameBytes,
    // Not mandatory: what a full or vanished peer cannot take is dropped and never stalls the others.
    mandatory: false,
  })
  const counters = newCounters()
  const address = await bind(socket, options.address)
  const writer = new Writer((parts) => socket.send(parts), counters, queueLimit)
  void receiveAll(socket, (parts) => {
    const [peer, frame] = parts
    if (parts.length !== 2 || peer === undefined || frame === undefined) counters.malformed += 1
    else options.onFrame(peer, frame)
  })
  return {
    address,
    counters,
    send: (peer, frame) => writer.write([peer, frame]),
    close: () => closeAfter(socket, writer),
  }
}

function connectDealer(options: ClientOptions): ClientSocket {
  raiseSocketLimit()
  checkIpcPath(options.address)
  const socket = new Dealer({ ...heartbeat, ...reconnect, linger: closeGraceMs, ipv6: options.ipv6 ?? false })
  const counters = newCounters()
  if (options.onLink) watchLink(socket, options.onLink)
  socket.connect(options.address)
  const writer = new Writer((parts) => socket.send(parts), counters, queueLimit)
  void receiveAll(socket, ([frame, ...more]) => {
    if (frame === undefined || more.length > 0) counters.malformed += 1
    else options.onFrame(frame)
  })
  return { counters, send: (frame) => writer.write(frame), close: () => closeAfter(socket, writer) }
}

function watchLink(socket: Dealer, onLink: (state: 'up' | 'down') => void): void {
  socket.events.on('handshake', () => onLink('up'))
  socket.events.on('disconnect', () => onLink('down'))
}

async function bindPublisher(options: PublisherOptions): Promise<PublisherSocket> {
  raiseSocketLimit()
  const socket = new XPublisher({
    ...heartbeat,
    linger: 0,
    manual: true,
    verbosity: 'allSubsUnsubs',
    ipv6: options.ipv6 ?? false,
    backlog: options.backlog ?? 1000,
    sendHighWaterMark: options.highWaterMark ?? 1000,
    maxMessageSize: 256,
  })
  const counters = newCounters()
  const address = await bind(socket, options.address)
  const writer = new Writer((parts) => socket.send(parts), counters, queueLimit)
  void receiveAll(socket, (parts) => decideSubscription(socket, parts, options, counters))
  return {
    address,
    counters,
    send: (topic, frame) => writer.write([topic, frame]),
    close: () => closeAfter(socket, writer),
  }
}

/** Runs right after its message was received: a manual grant applies to the peer whose message was read last. */
function decideSubscription(
  socket: XPublisher,
  parts: Buffer[],
  options: PublisherOptions,
  counters: SocketCounters,
): void {
  const message = parts[0]
  if (
    parts.length !== 1 ||
    message === undefined ||
    message.length !== 1 + topicBytes ||
    (message[0] ?? 2) > 1
  ) {
    counters.malformed += 1
    return
  }
  const topic = message.subarray(1)
  if (message[0] === 1) {
    if (options.onSubscribe(topic)) grant(socket, subscribeOption, topic)
    return
  }
  grant(socket, unsubscribeOption, topic)
  options.onUnsubscribe?.(Buffer.from(topic))
}

/** zeromq.js types its subscription options for SUB only; libzmq takes them on XPUB in manual mode. */
function grant(socket: XPublisher, option: number, topic: Buffer): void {
  const options = socket as unknown as { setStringOption(option: number, value: Buffer): void }
  options.setStringOption(option, topic)
}

function connectSubscriber(options: SubscriberOptions): SubscriberSocket {
  raiseSocketLimit()
  const socket = new Subscriber({
    ...heartbeat,
    ...reconnect,
    linger: 0,
    ipv6: options.ipv6 ?? false,
    receiveHighWaterMark: 100_000,
  })
  const counters = newCounters()
  socket.connect(options.address)
  void receiveAll(socket, (parts) => {
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

async function closeAfter(socket: Router | Dealer | XPublisher, writer: Writer): Promise<void> {
  await writer.close(closeGraceMs)
  socket.close()
}
