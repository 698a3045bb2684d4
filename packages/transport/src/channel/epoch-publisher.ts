// SPDX-License-Identifier: Apache-2.0
import type { KeyObject } from 'node:crypto'
import { type Logger, pack } from '@halite/core'
import { type EpochGrant, EpochSealer } from '@halite/protocol'
import type { BoundTransport, PublisherSocket } from '../sockets.ts'
import { Counters } from './counters.ts'
import type { Session } from './session.ts'
import { SessionTopics } from './session-topics.ts'

export interface EpochPublisherOptions {
  readonly transport: BoundTransport
  readonly address: string
  readonly identity: KeyObject
  readonly log: Logger
  /**
   * The publish path of this session may have begun (true) or ceased (false) to have a subscriber; whether it has one, a
   * probe shows. A hint, never presence.
   */
  readonly onPath: (session: Session, open: boolean) => void
  readonly highWaterMark?: number
  readonly backlog?: number
  readonly ipv6?: boolean
}

/** One or many subscribers may have left a shared topic: their sessions are reported together. */
const leftTogetherMs = 500

/**
 * The master's end of the publish channel: one current epoch, topics for its sessions, and nothing for anybody else.
 * Topics are random and travel sealed, so a subscription proves only that somebody holds one.
 */
export class EpochPublisher {
  readonly counters = new Counters()
  readonly #options: EpochPublisherOptions
  readonly #topics = new SessionTopics()
  /** Shared topics that somebody left a moment ago. */
  readonly #left = new Map<string, NodeJS.Timeout>()
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
    const { transport, address, highWaterMark, backlog, ipv6 } = this.#options
    this.#socket = await transport.publish({
      address,
      ...(highWaterMark === undefined ? {} : { highWaterMark }),
      ...(backlog === undefined ? {} : { backlog }),
      ...(ipv6 === undefined ? {} : { ipv6 }),
      onSubscribe: (topic, holders) => this.#allows(topic, holders),
      onUnsubscribe: (topic) => this.#leaves(topic),
    })
  }

  /** The bound address, with the actual port. */
  get address(): string {
    return this.#socket?.address ?? this.#options.address
  }

  async close(): Promise<void> {
    for (const timer of this.#left.values()) clearTimeout(timer)
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

  /** The topic on which this session is reached; found at the first call. */
  topicOf(session: Session): Buffer {
    return this.#topics.of(session)
  }

  /** The session ended: a topic that was its alone is granted no more. */
  forget(session: Session): void {
    const topic = this.#topics.get(session)
    this.#topics.forget(session)
    if (topic && this.#topics.sessions(topic) === undefined) this.#socket?.withdraw(topic)
  }

  /** Sends a probe down the publish path of one session; a minion that gets it confirms over its session. */
  probe(session: Session): void {
    const topic = this.#topics.get(session)
    if (topic) this.#socket?.send(topic, session.seals.probe.seal(pack([])))
  }

  #newEpoch(): EpochSealer {
    const epoch = new EpochSealer(this.#options.identity)
    this.#epochTopics.add(epoch.grant.topic.toString('latin1'))
    return epoch
  }

  #leave(epoch: EpochSealer): void {
    this.#epochTopics.delete(epoch.grant.topic.toString('latin1'))
    this.#socket?.withdraw(epoch.grant.topic)
  }

  /** All may know the topic of an epoch; that of a session is proof of it, of one connection or, while it reconnects, of two. */
  #allows(topic: Buffer, holders: number): boolean | 'proof' {
    if (this.#epochTopics.has(topic.toString('latin1'))) return true
    const sessions = this.#topics.sessions(topic)
    if (sessions === undefined || holders >= 2 * sessions.size) {
      this.counters.add('subscriptions_refused')
      return false
    }
    // After this call returns the topic is granted; only then can a probe arrive.
    setImmediate(() => this.#tellPaths(sessions, true))
    return 'proof'
  }

  /** Who of several left is not said: all of them are looked after, once for all that leave together. */
  #leaves(topic: Buffer): void {
    const sessions = this.#topics.sessions(topic)
    if (sessions === undefined) return
    if (sessions.size === 1) {
      this.#tellPaths(sessions, false)
      return
    }
    const name = topic.toString('latin1')
    if (this.#left.has(name)) return
    const timer = setTimeout(() => {
      this.#left.delete(name)
      this.#tellPaths(sessions, false)
    }, leftTogetherMs)
    this.#left.set(name, timer.unref())
  }

  #tellPaths(sessions: ReadonlySet<Session>, open: boolean): void {
    for (const session of [...sessions]) this.#options.onPath(session, open)
  }
}
