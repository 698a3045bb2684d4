// SPDX-License-Identifier: Apache-2.0
import { XPublisher } from 'zeromq'
import type { PublisherCounters, PublisherOptions, PublisherSocket } from '../sockets.ts'
import {
  bind,
  closeBound,
  liveness,
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

/** The master's end of the publish channel: XPUB in manual mode, which grants what `onSubscribe` allows and nothing else. */
export async function bindPublisher(options: PublisherOptions): Promise<PublisherSocket> {
  raiseSocketLimit()
  const socket = new XPublisher({
    ...liveness,
    linger: 0,
    manual: true,
    verbosity: 'allSubsUnsubs',
    ipv6: options.ipv6 ?? false,
    backlog: options.backlog ?? 1000,
    sendHighWaterMark: options.highWaterMark ?? 1000,
    maxMessageSize: maxSubscriptionBytes,
  })
  const counters = { ...newServerCounters(), withheld: 0 }
  watchConnections(socket, counters)
  const address = await bind(socket, options.address)
  const writer = new Writer((parts) => socket.send(parts), counters, queueLimit)
  const desk = new SubscriptionDesk(socket, options, counters)
  void receiveAll(socket, counters, (parts) => desk.take(parts))
  return {
    address,
    counters,
    send: (topic, frame) => writer.write([topic, frame]),
    close: () => closeBound(socket, writer),
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
    } else if (message.length !== 1 + topicBytes) this.#counters.malformed += 1
    else if (this.#lostCount) this.#counters.withheld += 1
    else if (verb === 1) this.#subscribe(message.subarray(1))
    else this.#unsubscribe(message.subarray(1))
    if (this.#lostCount && !this.#socket.readable) this.#lostCount = false
  }

  #subscribe(topic: Buffer): void {
    if (this.#options.onSubscribe(topic)) this.#set(subscribeOption, topic)
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
