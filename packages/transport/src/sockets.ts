// SPDX-License-Identifier: Apache-2.0

/** Where a frame came from: one connection, until it ends. Nothing of it is chosen by the peer. */
export interface PeerAddress {
  /** Names the connection among those of its server; never used again. */
  readonly number: number
  /** Host and port of the peer, as in `192.0.2.7:51234`; `local` for a path. */
  readonly remote: string
}

/** Counters of a socket; they only rise. */
export interface SocketCounters {
  /** Messages with the wrong number of parts, dropped unread. */
  malformed: number
  /** Frames not sent because the queue towards the socket was full. */
  dropped: number
  /** Messages whose receiver threw. */
  failed: number
}

/**
 * Counters of a socket that is bound. Connections in excess of handshakes come from peers that do not speak ZMTP. Beside
 * these: `refused_…`, why connections were not taken, and `ended_…`, why they were ended.
 */
export interface ServerCounters extends SocketCounters {
  [reason: string]: number
  /** TCP or local connections taken. */
  connections: number
  /** Connections on which both sides agreed to speak this transport's protocol. */
  handshakes: number
  /** Connections that ended, whoever ended them; a peer that sends too large a frame is disconnected. */
  disconnects: number
}

/** Counters of a publisher. */
export interface PublisherCounters extends ServerCounters {
  /** Subscriptions that were not granted, for whatever reason. */
  refused: number
}

/** The master's end of the request channel (ZeroMQ: ROUTER). */
export interface ServerSocket {
  /** The address bound, with the real port. */
  readonly address: string
  readonly counters: Readonly<ServerCounters>
  /** Queues a frame; never blocks, and drops (counted) what a slow peer cannot take. The caller never touches `frame` again. */
  send(peer: PeerAddress, frame: Buffer): void
  /** The same with a frame in pieces, each large one all of an array buffer: its memory is freed once it is sent. */
  sendPieces(peer: PeerAddress, pieces: readonly Uint8Array[]): void
  /** Notes that the peer proved a session on this connection, whose frames may now be as large as those of sessions. */
  trust(peer: PeerAddress): void
  /** Such a session ended, or goes on elsewhere. Called once for each `trust`. */
  distrust(peer: PeerAddress): void
  /** Bytes queued for a peer that are not with the system yet. */
  waitingBytes(peer: PeerAddress): number
  /** Reads nothing of the peer for so long; what it sends meanwhile waits with it. */
  throttle(peer: PeerAddress, ms: number): void
  /** Reads nothing more of the peer until `resume`. What its last frame was granted of memory stays taken as long. */
  hold(peer: PeerAddress): void
  resume(peer: PeerAddress): void
  /** Whether the connection stands. */
  isOpen(peer: PeerAddress): boolean
  /** Ends the connection, after what was sent to it. */
  end(peer: PeerAddress): void
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
  /** Takes a topic from all who were granted it. */
  withdraw(topic: Buffer): void
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
  /** A peer that does not read what it is sent was disconnected: more waited for it than may. */
  readonly onOverrun?: (peer: PeerAddress) => void
  /** Largest frame taken from a trusted peer, bytes; a peer that sends a larger one is disconnected. */
  readonly maxFrameBytes: number
  /** All that a connection may send, bytes, until it is trusted; then it is disconnected. No limit by default. */
  readonly maxUnprovenBytes?: number
  readonly backlog?: number
  readonly ipv6?: boolean
}

export interface ClientOptions {
  readonly address: string
  /** The frame and its memory belong to who is called. */
  readonly onFrame: (frame: Buffer) => void
  /** The connection broke (`down`) or stands again (`up`). */
  readonly onLink?: (state: 'up' | 'down') => void
  /** Largest frame taken, bytes; default the largest the protocol has. A peer that sends a larger one is disconnected. */
  readonly maxFrameBytes?: number
  readonly ipv6?: boolean
}

export interface PublisherOptions {
  readonly address: string
  /**
   * Decides on a subscription to a topic that has so many holders. It is granted unless this is false; `proof` says that only
   * the peer of a session can know the topic, so that its connection counts as proven.
   */
  readonly onSubscribe: (topic: Buffer, holders: number) => boolean | 'proof'
  /** A granted topic lost a subscriber. */
  readonly onUnsubscribe?: (topic: Buffer) => void
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

/** The ends that a master binds. */
export interface BoundTransport {
  readonly name: string
  /** Rejects with `ADDRESS_IN_USE`, `PERMISSION_DENIED` or `SOCKET_PATH_TOO_LONG`. */
  serve(options: ServerOptions): Promise<ServerSocket>
  publish(options: PublisherOptions): Promise<PublisherSocket>
}

/** The end of the request channel that connects. */
export interface Connector {
  connect(options: ClientOptions): ClientSocket
}

/** Carries frames between endpoints: ZMTP in the product, memory in tests. Both pass one compliance suite. */
export interface Transport extends BoundTransport, Connector {
  subscribe(options: SubscriberOptions): SubscriberSocket
}
