// SPDX-License-Identifier: Apache-2.0

/** Where a frame came from: valid until its connection ends, never chosen by the peer. */
export type PeerAddress = Buffer

/** Counters of a socket; they only rise. */
export interface SocketCounters {
  /** Messages with the wrong number of parts, dropped unread. */
  malformed: number
  /** Frames not sent because the queue towards the socket was full. */
  dropped: number
  /** Messages whose receiver threw. */
  failed: number
}

/** Counters of a socket that is bound. Connections above handshakes are those of strangers who speak something else. */
export interface ServerCounters extends SocketCounters {
  /** TCP or local connections taken. */
  connections: number
  /** Connections on which both sides agreed to speak this transport's protocol. */
  handshakes: number
  /** Connections that ended, whoever ended them; a peer that sends too large a frame is disconnected. */
  disconnects: number
}

/** Counters of a publisher. */
export interface PublisherCounters extends ServerCounters {
  /** Subscriptions neither granted nor refused, because their sender was not certain. */
  withheld: number
  /** Subscriptions that were not granted, for whatever reason. */
  refused: number
  /** How often the socket was replaced because refused subscriptions had filled it. */
  renewals: number
}

/** The master's end of the request channel (ZeroMQ: ROUTER). */
export interface ServerSocket {
  /** The address bound, with the real port. */
  readonly address: string
  readonly counters: Readonly<ServerCounters>
  /** Queues a frame; never blocks, and drops (counted) what a slow peer cannot take. The caller never touches `frame` again. */
  send(peer: PeerAddress, frame: Buffer): void
  close(): Promise<void>
}

/** The minion's or client's end of the request channel (ZeroMQ: DEALER). Reconnects by itself. */
export interface ClientSocket {
  readonly counters: Readonly<SocketCounters>
  send(frame: Buffer): void
  close(): Promise<void>
}

/** The master's end of the publish channel (ZeroMQ: XPUB in manual mode). */
export interface PublisherSocket {
  readonly address: string
  readonly counters: Readonly<PublisherCounters>
  send(topic: Buffer, frame: Buffer): void
  close(): Promise<void>
}

/** The minion's end of the publish channel (ZeroMQ: SUB). */
export interface SubscriberSocket {
  readonly counters: Readonly<SocketCounters>
  subscribe(topic: Buffer): void
  unsubscribe(topic: Buffer): void
  close(): Promise<void>
}

export interface ServerOptions {
  readonly address: string
  readonly onFrame: (peer: PeerAddress, frame: Buffer) => void
  /** Largest frame taken from a peer, bytes; a peer that sends a larger one is disconnected. */
  readonly maxFrameBytes: number
  readonly backlog?: number
  readonly ipv6?: boolean
}

export interface ClientOptions {
  readonly address: string
  readonly onFrame: (frame: Buffer) => void
  /** The connection broke (`down`) or stands again (`up`). */
  readonly onLink?: (state: 'up' | 'down') => void
  /** Largest frame taken, bytes; default the largest the protocol has. Who sends a larger one is disconnected. */
  readonly maxFrameBytes?: number
  readonly ipv6?: boolean
}

export interface PublisherOptions {
  readonly address: string
  /** Decides on a subscription; only a topic it returns true for is granted. */
  readonly onSubscribe: (topic: Buffer) => boolean
  /** A granted topic lost a subscriber. */
  readonly onUnsubscribe?: (topic: Buffer) => void
  /** A peer sent what is no subscription, and subscriptions of others may have been lost by it: they should ask again. */
  readonly onDisturbed?: () => void
  /** The socket was replaced: every subscription is gone, and subscribers come back by themselves. */
  readonly onRenewed?: () => void
  /** Messages kept per slow subscriber before further ones are dropped. */
  readonly highWaterMark?: number
  readonly backlog?: number
  readonly ipv6?: boolean
}

export interface SubscriberOptions {
  readonly address: string
  readonly onFrame: (frame: Buffer) => void
  /** Largest frame taken, bytes; default the largest the protocol has. */
  readonly maxFrameBytes?: number
  readonly ipv6?: boolean
}

/** Carries frames between endpoints: ZeroMQ in the product, memory in tests. Both pass one compliance suite. */
export interface Transport {
  readonly name: string
  /** Rejects with `ADDRESS_IN_USE`, `PERMISSION_DENIED` or `SOCKET_PATH_TOO_LONG`. */
  serve(options: ServerOptions): Promise<ServerSocket>
  connect(options: ClientOptions): ClientSocket
  publish(options: PublisherOptions): Promise<PublisherSocket>
  subscribe(options: SubscriberOptions): SubscriberSocket
}
