// SPDX-License-Identifier: Apache-2.0
import { SaltError } from '@halite/core'
import type {
  ClientOptions,
  ClientSocket,
  PeerAddress,
  PublisherOptions,
  PublisherSocket,
  ServerCounters,
  ServerOptions,
  ServerSocket,
  SocketCounters,
  SubscriberOptions,
  SubscriberSocket,
  Transport,
} from '../sockets.ts'

type Deliver = (frame: Buffer) => void

interface Server {
  readonly options: ServerOptions
  readonly peers: Map<PeerAddress, Deliver>
}

interface Publisher {
  readonly options: PublisherOptions
  readonly granted: Map<string, Set<Deliver>>
}

/**
 * Frames between endpoints of one process, for tests: each delivery is a task of its own, frames are copied, a client may
 * connect before its server is there, and a server that comes back is found again.
 */
export class MemoryTransport implements Transport {
  readonly name = 'memory'
  readonly #servers = new Map<string, Server>()
  readonly #publishers = new Map<string, Publisher>()
  readonly #subscribers = new Map<string, Set<(publisher: Publisher) => void>>()
  #connections = 0

  async serve(options: ServerOptions): Promise<ServerSocket> {
    if (this.#servers.has(options.address)) throw inUse(options.address)
    const server: Server = { options, peers: new Map() }
    this.#servers.set(options.address, server)
    return {
      address: options.address,
      counters: serverCounters(),
      send: (peer, frame) => server.peers.get(peer)?.(frame),
      trust: () => undefined,
      distrust: () => undefined,
      sendPieces: (peer, pieces) => server.peers.get(peer)?.(Buffer.concat(pieces)),
      waitingBytes: () => 0,
      throttle: () => undefined,
      hold: () => undefined,
      resume: () => undefined,
      isOpen: (peer) => server.peers.has(peer),
      end: (peer) => server.peers.delete(peer),
      close: async () => {
        this.#servers.delete(options.address)
        server.peers.clear()
      },
    }
  }

  connect(options: ClientOptions): ClientSocket {
    this.#connections += 1
    const address: PeerAddress = { number: this.#connections, remote: 'memory' }
    const counters = newCounters()
    let closed = false
    const deliver = later((frame) => {
      if (!closed) options.onFrame(frame)
    })
    setImmediate(() => options.onLink?.('up'))
    return {
      counters,
      send: (frame) => {
        const server = this.#servers.get(options.address)
        if (closed || server === undefined || frame.length > server.options.maxFrameBytes) {
          counters.dropped += 1
          return
        }
        server.peers.set(address, deliver)
        later((copy) => {
          if (this.#servers.get(options.address) === server) server.options.onFrame(address, copy)
        })(frame)
      },
      close: async () => {
        closed = true
        this.#servers.get(options.address)?.peers.delete(address)
      },
    }
  }

  async publish(options: PublisherOptions): Promise<PublisherSocket> {
    if (this.#publishers.has(options.address)) throw inUse(options.address)
    const publisher: Publisher = { options, granted: new Map() }
    this.#publishers.set(options.address, publisher)
    for (const attach of this.#subscribers.get(options.address) ?? []) attach(publisher)
    return {
      address: options.address,
      counters: { ...serverCounters(), refused: 0 },
      send: (topic, frame) => {
        for (const deliver of publisher.granted.get(topic.toString('latin1')) ?? []) deliver(frame)
      },
      withdraw: (topic) => publisher.granted.delete(topic.toString('latin1')),
      close: async () => {
        this.#publishers.delete(options.address)
      },
    }
  }

  subscribe(options: SubscriberOptions): SubscriberSocket {
    const topics = new Map<string, Buffer>()
    let closed = false
    const deliver = later((frame) => {
      if (!closed) options.onFrame(frame)
    })
    const ask = (publisher: Publisher, topic: Buffer) => askFor(publisher, topic, deliver)
    const attach = (publisher: Publisher) => {
      for (const topic of topics.values()) ask(publisher, topic)
    }
    const waiting = this.#subscribers.get(options.address) ?? new Set()
    this.#subscribers.set(options.address, waiting.add(attach))
    const leave = (name: string, topic: Buffer) => {
      const publisher = this.#publishers.get(options.address)
      if (publisher?.granted.get(name)?.delete(deliver)) publisher.options.onUnsubscribe?.(topic)
      topics.delete(name)
    }
    return {
      counters: newCounters(),
      subscribe: (topic) => {
        topics.set(topic.toString('latin1'), topic)
        const publisher = this.#publishers.get(options.address)
        if (publisher) ask(publisher, topic)
      },
      unsubscribe: (topic) => leave(topic.toString('latin1'), topic),
      close: async () => {
        closed = true
        for (const [name, topic] of topics) leave(name, topic)
        waiting.delete(attach)
      },
    }
  }
}

function newCounters(): SocketCounters {
  return { malformed: 0, dropped: 0, failed: 0 }
}

function serverCounters(): ServerCounters {
  return { ...newCounters(), connections: 0, handshakes: 0, disconnects: 0 }
}

function askFor(publisher: Publisher, topic: Buffer, deliver: Deliver): void {
  setImmediate(() => {
    const name = topic.toString('latin1')
    const holders = publisher.granted.get(name) ?? new Set()
    if (topic.length !== 16 || publisher.options.onSubscribe(topic, holders.size) === false) return
    publisher.granted.set(name, holders.add(deliver))
  })
}

function later(deliver: Deliver): Deliver {
  return (frame) => {
    const copy = Buffer.from(frame)
    setImmediate(() => deliver(copy))
  }
}

function inUse(address: string): SaltError {
  return new SaltError('ADDRESS_IN_USE', `address ${address} is already in use`)
}
