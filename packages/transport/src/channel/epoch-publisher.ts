// SPDX-License-Identifier: Apache-2.0
import { type KeyObject, randomBytes } from 'node:crypto'
import { type Logger, pack } from '@halite/core'
import { type EpochGrant, EpochSealer } from '@halite/protocol'
import type { PublisherSocket, Transport } from '../sockets.ts'
import { Counters } from './counters.ts'
import type { Session } from './session.ts'

export interface EpochPublisherOptions {
  readonly transport: Transport
  readonly address: string
  readonly identity: KeyObject
  readonly log: Logger
  /** The publish path of this session began (true) or ceased (false) to have a subscriber. A hint, never presence. */
  readonly onPath: (session: Session, open: boolean) => void
  /** Subscriptions may have been lost: a new epoch, whose topic everybody asks for, repairs it. Can come often. */
  readonly onDisturbed?: () => void
  /** The socket was replaced: nobody hears publications until they subscribe again, which they do by themselves. */
  readonly onRenewed?: () => void
  readonly highWaterMark?: number
  readonly backlog?: number
  readonly ipv6?: boolean
}

/**
 * Topics of sessions begin with the same random bytes, made with the publisher, and differ in the last ones: libzmq keeps
 * subscriptions in a tree with a node for each byte that no other has, and walks the whole of it whenever a connection
 * ends.
 */
const sharedBytes = 12
const ownBytes = 4

/**
 * The master's end of the publish channel: one current epoch, a topic for each session, and nothing for anybody else.
 * Topics are random and travel sealed, so a subscription proves only that somebody holds one.
 */
export class EpochPublisher {
  readonly counters = new Counters()
  readonly #options: EpochPublisherOptions
  readonly #shared = randomBytes(sharedBytes)
  readonly #sessions = new Map<string, Session>()
  readonly #topics = new Map<Session, Buffer>()
  readonly #epochTopics = new Set<string>()
  #epoch: EpochSealer
  #next: EpochSealer | undefined
  #socket: PublisherSocket | undefined

  constructor(options: EpochPublisherOptions) {
    this.#options = options
    this.#epoch = this.#newEpoch()
  }

  /** Binds. Rejects with the errors of `Transport.publish`. */
  async start(): Promise<void> {
    const { transport, address, highWaterMark, backlog, ipv6, onDisturbed, onRenewed } = this.#options
    this.#socket = await transport.publish({
      address,
      ...(highWaterMark === undefined ? {} : { highWaterMark }),
      ...(backlog === undefined ? {} : { backlog }),
      ...(ipv6 === undefined ? {} : { ipv6 }),
      onSubscribe: (topic) => this.#allows(topic),
      onUnsubscribe: (topic) => this.#left(topic),
      ...(onDisturbed === undefined ? {} : { onDisturbed }),
      ...(onRenewed === undefined ? {} : { onRenewed }),
    })
  }

  get address(): string {
    return this.#socket?.address ?? this.#options.address
  }

  async close(): Promise<void> {
    await this.#socket?.close()
  }

  /** All counters, those of the socket included. */
  snapshot(): Record<string, number> {
    return { ...this.counters.snapshot(), ...this.#socket?.counters }
  }

  /** The current epoch as it is handed out, sealed, inside a session. */
  get grant(): EpochGrant {
    return { ...this.#epoch.grant, lastJob: this.#epoch.lastJob }
  }

  /** The current epoch's id, as a key for maps. */
  get epochKey(): string {
    return this.#epoch.grant.id.toString('latin1')
  }

  /** Whether this key names the current or the announced epoch. */
  isCurrent(key: string): boolean {
    return [this.#epoch, this.#next].some((epoch) => epoch?.grant.id.toString('latin1') === key)
  }

  /** Publishes a job to all holders of the current epoch; returns its number in the epoch. */
  publishJob(load: unknown): number {
    const { n, frame } = this.#epoch.job(load)
    this.#socket?.send(this.#epoch.grant.topic, frame)
    return n
  }

  /** One heartbeat under the current epoch, and one under the announced one, so that it can be confirmed ahead. */
  heartbeat(): void {
    for (const epoch of this.#next ? [this.#epoch, this.#next] : [this.#epoch]) {
      this.#socket?.send(epoch.grant.topic, epoch.heartbeat())
    }
  }

  /** The next epoch, to be handed out ahead; made at the first call, the same until `adopt` or `rotate`. */
  announce(): EpochGrant {
    this.#next ??= this.#newEpoch()
    return { ...this.#next.grant, lastJob: this.#next.lastJob }
  }

  /** The announced epoch, if there is one. */
  get announced(): EpochGrant | undefined {
    return this.#next && { ...this.#next.grant, lastJob: this.#next.lastJob }
  }

  /** Makes the announced epoch the current one. Does nothing when none was announced. */
  adopt(): void {
    if (this.#next === undefined) return
    this.#leave(this.#epoch)
    this.#epoch = this.#next
    this.#next = undefined
  }

  /**
   * Begins a new epoch at once and discards an announced one: nothing is ever published under either again, and their
   * topics are granted no more.
   */
  rotate(): void {
    for (const old of this.#next ? [this.#epoch, this.#next] : [this.#epoch]) this.#leave(old)
    this.#next = undefined
    this.#epoch = this.#newEpoch()
  }

  /** The topic on which this session alone is reached; made at the first call. */
  topicOf(session: Session): Buffer {
    const known = this.#topics.get(session)
    if (known) return known
    const topic = this.#unusedTopic()
    this.#topics.set(session, topic)
    this.#sessions.set(topic.toString('latin1'), session)
    return topic
  }

  /** The session ended: its topic is granted no more. */
  forget(session: Session): void {
    const topic = this.#topics.get(session)
    if (topic === undefined) return
    this.#topics.delete(session)
    this.#sessions.delete(topic.toString('latin1'))
  }

  /** Sends a probe down the publish path of one session; a minion that gets it confirms over its session. */
  probe(session: Session): void {
    const topic = this.#topics.get(session)
    if (topic) this.#socket?.send(topic, session.seals.probe.seal(pack([])))
  }

  #unusedTopic(): Buffer {
    for (;;) {
      const topic = Buffer.concat([this.#shared, randomBytes(ownBytes)])
      if (!this.#sessions.has(topic.toString('latin1'))) return topic
    }
  }

  #newEpoch(): EpochSealer {
    const epoch = new EpochSealer(this.#options.identity)
    this.#epochTopics.add(epoch.grant.topic.toString('latin1'))
    return epoch
  }

  #leave(epoch: EpochSealer): void {
    this.#epochTopics.delete(epoch.grant.topic.toString('latin1'))
  }

  #allows(topic: Buffer): boolean {
    const name = topic.toString('latin1')
    if (this.#epochTopics.has(name)) return true
    const session = this.#sessions.get(name)
    if (session === undefined) {
      this.counters.add('subscriptions_refused')
      return false
    }
    // After this call returns the topic is granted; only then can a probe arrive.
    setImmediate(() => {
      this.#options.onPath(session, true)
      this.probe(session)
    })
    return true
  }

  #left(topic: Buffer): void {
    const session = this.#sessions.get(topic.toString('latin1'))
    if (session) this.#options.onPath(session, false)
  }
}
