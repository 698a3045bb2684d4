// SPDX-License-Identifier: Apache-2.0
import type { PublisherCounters, PublisherOptions, PublisherSocket } from '../sockets.ts'
import type { Connection } from './connection.ts'
import { publisherRole } from './conversation.ts'
import { encodePublication } from './messages.ts'
import { Port } from './port.ts'
import type { Sentry } from './sentry.ts'

const topicBytes = 16
/** A subscription has 17 bytes; whoever sends more than this is disconnected. */
const maxSubscriptionBytes = 256
/** All that a connection may send before one of its topics proves a session. */
const maxUnprovenBytes = 2048
/** Topics one connection may have: three epochs and a session need four. */
const maxTopics = 16
/** How long one turn of the loop is spent on a publication to very many. */
const turnMs = 5
/** Connections between two looks at the clock. */
const aLook = 64

/** Binds the master's end of the publish channel: it grants what `onSubscribe` allows, and nothing else. */
export async function bindPublisher(sentry: Sentry, options: PublisherOptions): Promise<PublisherSocket> {
  const publisher = new ZmtpPublisher(sentry, options)
  await publisher.open()
  return publisher
}

interface Publication {
  readonly pieces: readonly Buffer[]
  readonly to: readonly Connection[]
  next: number
}

/** One buffer for all who get a publication; those of one turn of the loop leave before the next is begun. */
class ZmtpPublisher implements PublisherSocket {
  readonly #options: PublisherOptions
  readonly #port: Port
  readonly #granted = new Map<string, Set<Connection>>()
  readonly #sending: Publication[] = []
  /** Topics that prove a session. */
  readonly #proofs = new Set<string>()
  readonly counters: PublisherCounters

  constructor(sentry: Sentry, options: PublisherOptions) {
    this.#options = options
    this.#port = new Port(sentry, {
      role: publisherRole,
      maxPartBytes: maxSubscriptionBytes,
      maxUnprovenBytes,
      onPart: (connection, body, more) => this.#onMessage(connection, body, more),
      onSubscription: (connection, topic, isWanted) => this.#onSubscription(connection, topic, isWanted),
      onEnd: (connection) => this.#onEnd(connection),
    })
    this.counters = Object.assign(this.#port.counters, { refused: 0 })
  }

  get address(): string {
    return this.#port.address
  }

  open(): Promise<void> {
    return this.#port.open(this.#options)
  }

  send(topic: Buffer, frame: Buffer): void {
    const to = this.#granted.get(topic.toString('latin1'))
    if (to === undefined) return
    this.#sending.push({ pieces: encodePublication(topic, frame), to: [...to], next: 0 })
    if (this.#sending.length === 1) this.#sendOn()
  }

  withdraw(topic: Buffer): void {
    const name = topic.toString('latin1')
    const lost = this.#granted.get(name)
    this.#granted.delete(name)
    for (const connection of lost ?? []) this.#drop(connection, name)
    this.#proofs.delete(name)
  }

  close(): Promise<void> {
    return this.#port.close()
  }

  #sendOn(): void {
    const untilMs = performance.now() + turnMs
    for (let one = this.#sending[0]; one !== undefined; one = this.#sending[0]) {
      while (one.next < one.to.length) {
        const connection = one.to[one.next] as Connection
        one.next += 1
        this.#write(connection, one.pieces)
        if (one.next % aLook === 0 && performance.now() > untilMs) {
          setImmediate(() => this.#sendOn())
          return
        }
      }
      this.#sending.shift()
    }
  }

  #write(connection: Connection, pieces: readonly Buffer[]): void {
    connection.behind = connection.waitingBytes === 0 ? 0 : connection.behind + 1
    if (connection.isEnded || connection.behind > (this.#options.highWaterMark ?? 1000)) {
      this.counters.dropped += 1
      return
    }
    for (const piece of pieces) connection.queue(piece)
    connection.flush()
  }

  /** Subscriptions of ZMTP 3.0. */
  #onMessage(connection: Connection, body: Buffer, more: boolean): void {
    const isFirst = connection.part === 0
    connection.part = more ? 1 : 0
    const verb = body[0]
    if (isFirst && !more && (verb === 0 || verb === 1))
      this.#onSubscription(connection, body.subarray(1), verb === 1)
    else if (!more) this.counters.malformed += 1
  }

  #onSubscription(connection: Connection, topic: Buffer, isWanted: boolean): void {
    const name = topic.toString('latin1')
    if (topic.length !== topicBytes) this.counters.malformed += 1
    if (!isWanted) this.#cancel(connection, name)
    else if (!connection.topics?.includes(name) && !this.#grant(connection, topic)) this.counters.refused += 1
  }

  #grant(connection: Connection, wanted: Buffer): boolean {
    if (wanted.length !== topicBytes || (connection.topics?.length ?? 0) >= maxTopics) return false
    const topic = Buffer.from(wanted)
    const name = topic.toString('latin1')
    const holders = this.#granted.get(name)
    const answer = this.#options.onSubscribe(topic, holders?.size ?? 0)
    if (answer === false) return false
    if (holders) holders.add(connection)
    else this.#granted.set(name, new Set([connection]))
    connection.topics = [...(connection.topics ?? []), name]
    if (answer === 'proof') {
      this.#proofs.add(name)
      connection.trust()
    }
    return true
  }

  #cancel(connection: Connection, name: string): void {
    if (!connection.topics?.includes(name)) return
    this.#drop(connection, name)
    const holders = this.#granted.get(name)
    holders?.delete(connection)
    if (holders?.size === 0) {
      this.#granted.delete(name)
      this.#proofs.delete(name)
    }
    this.#options.onUnsubscribe?.(Buffer.from(name, 'latin1'))
  }

  #drop(connection: Connection, name: string): void {
    connection.topics = connection.topics?.filter((one) => one !== name)
    if (this.#proofs.has(name)) connection.distrust()
  }

  #onEnd(connection: Connection): void {
    for (const name of connection.topics ?? []) this.#cancel(connection, name)
  }
}
