// SPDX-License-Identifier: Apache-2.0
import { XPublisher } from 'zeromq'
import type { PublisherCounters, PublisherOptions, PublisherSocket } from '../sockets.ts'
import {
  bind,
  bound,
  closeBound,
  newServerCounters,
  raiseSocketLimit,
  receiveAll,
  watchConnections,
} from './socket.ts'
import { queueLimit, Writer } from './writer.ts'

const subscribeOption = 6
const unsubscribeOption = 7
const topicBytes = 16
/** A subscription has 17 bytes; whoever sends more than this is disconnected. */
const maxSubscriptionBytes = 256

/** libzmq remembers every subscription it was asked for, granted or not: about 1.2 kB each, until the socket is closed. */
const maxRefused = 50_000
/** Shortest time between two renewals of the socket. */
const renewEveryMs = 10_000

/** The master's end of the publish channel: XPUB in manual mode, which grants what `onSubscribe` allows and nothing else. */
export async function bindPublisher(options: PublisherOptions): Promise<PublisherSocket> {
  const publisher = new ZeromqPublisher(options)
  await publisher.open()
  return publisher
}

/**
 * Owns the XPUB socket. When strangers have filled it with subscriptions that are refused, it is replaced by a new one on the
 * same address, which frees what they cost; subscribers come back by themselves and ask again.
 */
class ZeromqPublisher implements PublisherSocket {
  readonly counters: PublisherCounters = { ...newServerCounters(), withheld: 0, refused: 0, renewals: 0 }
  readonly #options: PublisherOptions
  #socket: XPublisher | undefined
  #writer: Writer | undefined
  #address: string
  #refusedBefore = 0
  #renewedMs = Number.NEGATIVE_INFINITY
  #renewing: Promise<void> | undefined
  #closed = false

  constructor(options: PublisherOptions) {
    this.#options = options
    this.#address = options.address
  }

  get address(): string {
    return this.#address
  }

  /** Binds a new socket. Rejects as `Transport.publish` does. */
  async open(): Promise<void> {
    raiseSocketLimit()
    const { ipv6 = false, backlog = 1000, highWaterMark = 1000 } = this.#options
    const socket = new XPublisher({
      ...bound,
      linger: 0,
      manual: true,
      verbosity: 'allSubsUnsubs',
      ipv6,
      backlog,
      sendHighWaterMark: highWaterMark,
      maxMessageSize: maxSubscriptionBytes,
    })
    watchConnections(socket, this.counters)
    this.#address = await bind(socket, this.#address)
    this.#socket = socket
    this.#writer = new Writer((parts) => socket.send(parts), this.counters, queueLimit)
    const desk = new SubscriptionDesk(socket, this.#options, this.counters)
    void receiveAll(socket, this.counters, (parts) => {
      desk.take(parts)
      this.#considerRenewal()
    })
  }

  send(topic: Buffer, frame: Buffer): void {
    if (this.#writer) this.#writer.write([topic, frame])
    else this.counters.dropped += 1
  }

  async close(): Promise<void> {
    this.#closed = true
    await this.#renewing
    await this.#closeSocket()
  }

  #considerRenewal(): void {
    const isFull = this.counters.refused - this.#refusedBefore > maxRefused
    if (!isFull || this.#renewing || this.#closed || performance.now() - this.#renewedMs < renewEveryMs)
      return
    this.#renewing = this.#renew().finally(() => {
      this.#renewing = undefined
    })
  }

  /** An address that cannot be bound again at once is tried until it can. */
  async #renew(): Promise<void> {
    await this.#closeSocket()
    this.#options.onRenewed?.()
    this.counters.renewals += 1
    this.#refusedBefore = this.counters.refused
    this.#renewedMs = performance.now()
    while (!this.#closed) {
      try {
        await this.open()
        return
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 100))
      }
    }
  }

  async #closeSocket(): Promise<void> {
    const [socket, writer] = [this.#socket, this.#writer]
    this.#socket = undefined
    this.#writer = undefined
    if (socket && writer) await closeBound(socket, writer)
  }
}

/**
 * Decides on subscriptions as they come. A manual grant goes to the peer whose message libzmq believes was read last, and
 * libzmq (4.3.5, `xpub_t::xrecv`) loses count when a peer sends anything that is no subscription: from then on, until its
 * queue is empty, a grant would go to the sender of a later message. Nothing is granted or taken away in that state, and
 * `onDisturbed` tells the owner that subscriptions were lost.
 */
class SubscriptionDesk {
  readonly #socket: XPublisher
  readonly #options: PublisherOptions
  readonly #counters: PublisherCounters
  #lostCount = false

  constructor(socket: XPublisher, options: PublisherOptions, counters: PublisherCounters) {
    this.#socket = socket
    this.#options = options
    this.#counters = counters
  }

  take(parts: Buffer[]): void {
    const [message] = parts
    const verb = message?.[0]
    if (message === undefined || parts.length !== 1 || (verb !== 0 && verb !== 1)) {
      this.#counters.malformed += 1
      this.#lostCount = true
      this.#options.onDisturbed?.()
    } else if (message.length !== 1 + topicBytes) this.#refuse('malformed')
    else if (this.#lostCount) this.#refuse('withheld')
    else if (verb === 1) this.#subscribe(message.subarray(1))
    else this.#unsubscribe(message.subarray(1))
    if (this.#lostCount && !this.#socket.readable) this.#lostCount = false
  }

  #subscribe(topic: Buffer): void {
    if (this.#options.onSubscribe(topic)) this.#set(subscribeOption, topic)
    else this.#counters.refused += 1
  }

  #refuse(reason: 'malformed' | 'withheld'): void {
    this.#counters[reason] += 1
    this.#counters.refused += 1
  }

  #unsubscribe(topic: Buffer): void {
    this.#set(unsubscribeOption, topic)
    this.#options.onUnsubscribe?.(Buffer.from(topic))
  }

  /** zeromq.js types its subscription options for SUB only; libzmq takes them on XPUB in manual mode. */
  #set(option: number, topic: Buffer): void {
    const socket = this.#socket as unknown as { setStringOption(option: number, value: Buffer): void }
    socket.setStringOption(option, topic)
  }
}
