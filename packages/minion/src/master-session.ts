// SPDX-License-Identifier: Apache-2.0
import {
  type Clock,
  fingerprint,
  type Identity,
  type Logger,
  type MinionId,
  type MinionOptions,
  messageOf,
  SaltError,
  version,
} from '@halite/core'
import { loads, masterKeyOf, type OpenReply, type VerifySignature } from '@halite/protocol'
import {
  EpochSubscriber,
  MinionHandshake,
  type NewSession,
  PeerChannel,
  type Transport,
  tcpAddress,
} from '@halite/transport'
import type { PinnedMaster } from './master-key.ts'
import { PathWatch } from './path-watch.ts'

/** Who makes sessions with a master, and by which means. */
export interface SessionParty {
  readonly id: MinionId
  /** Random, one per process. */
  readonly instance: Buffer
  readonly options: MinionOptions
  readonly identity: Identity
  readonly pinned: PinnedMaster
  readonly transport: Transport
  readonly clock: Clock
  readonly log: Logger
  readonly verifier?: VerifySignature
  /** Spreads what a fleet would do at once; from 0 up to 1, default `Math.random`. */
  readonly random?: (() => number) | undefined
}

/** What is done when the path to a master changes under its session. */
export interface SessionEvents {
  /** The master may not know the session any more, or the state of our key may have changed. */
  readonly onHint: (hint: 'unknownSession' | 'helloAgain') => void
  /** The connection is another one, and the session may still stand. */
  readonly onReconnected: () => void
}

/** What a daemon does with what arrives in its session. */
export interface DaemonRole {
  readonly grains: () => Readonly<Record<string, unknown>>
  /** `master` is the fingerprint of the master that sent it. */
  readonly onJob: (load: unknown, master: string) => void
}

/** What a session is made for. */
export interface SessionPurpose {
  readonly events: SessionEvents
  /** Of a daemon; a call has none. */
  readonly daemon?: DaemonRole
}

/** Where a master answers requests. */
export interface SessionPlace {
  /** An address, not a name. */
  readonly host: string
  readonly port: number
}

const pingTimeoutMs = 3000
const tellTimeoutMs = 30_000
const maxConfirmDelayMs = 2000

/**
 * One session with a master: the channel for requests, and for a daemon the subscription to what is published. Closed as one.
 */
export class MasterSession {
  readonly watch: PathWatch
  readonly #party: SessionParty
  readonly #place: SessionPlace
  readonly #daemon: DaemonRole | undefined
  readonly #channel: PeerChannel
  readonly #confirmed = new Set<string>()
  #subscriber: EpochSubscriber | undefined
  #fingerprint = ''
  #closing: Promise<unknown> | undefined

  /** Begins to connect. Whoever makes it closes it, opened or not. */
  constructor(party: SessionParty, place: SessionPlace, { events, daemon }: SessionPurpose) {
    const { host, port } = place
    this.#party = party
    this.#place = place
    this.#daemon = daemon
    this.watch = new PathWatch({ clock: party.clock, subscribes: daemon !== undefined })
    this.#channel = new PeerChannel({
      transport: party.transport,
      address: tcpAddress(host, port),
      log: party.log,
      ipv6: party.options.ipv6,
      onPush: (name, load) => this.#onPush(name, load),
      onHint: (hint) => events.onHint(hint),
      onLink: (state) => {
        if (this.watch.connection(state)) events.onReconnected()
      },
      onAlive: () => this.watch.alive(),
    })
  }

  /**
   * Makes the session. Rejects with what the master decided, `HANDSHAKE_TIMEOUT`, or `SESSION_LOST` when it is closed under
   * way. While the key waits for acceptance the connection stands, so that the master can say when to ask again.
   */
  async open(timeoutMs: number): Promise<void> {
    const { grains } = this.#daemon ?? { grains: () => ({}) }
    const session = await this.#channel.handshake(this.#handshake(), { timeoutMs })
    this.#fingerprint = session.masterKey === undefined ? '' : fingerprint(session.masterKey)
    const reply = await this.request('_open', { grains: grains() }, timeoutMs)
    if (this.#closing !== undefined) throw new SaltError('SESSION_LOST', 'the session was closed')
    const opened = loads.openReplySchema(reply, 'open')
    if (this.#daemon !== undefined) this.#subscribe({ session, opened, daemon: this.#daemon })
    this.watch.opened(opened.heartbeat * 1000)
  }

  /** Of the master's key. */
  get fingerprint(): string {
    return this.#fingerprint
  }

  /** Rejects with the master's error, `SESSION_LOST`, or `REQUEST_TIMEOUT` after this time or `request_channel_timeout`. */
  request(name: string, load: unknown, timeoutMs = Number.POSITIVE_INFINITY): Promise<unknown> {
    const mostMs = this.#party.options.request_channel_timeout * 1000
    return this.#channel.request(name, load, { timeoutMs: Math.min(timeoutMs, mostMs) })
  }

  /** A request whose loss has no consequence. */
  tell(name: string, load: unknown): void {
    this.request(name, load, tellTimeoutMs).catch((error: unknown) => {
      this.#party.log.debug('master not notified', { request: name, reason: messageOf(error) })
    })
  }

  /** Whether the master answers. */
  async isAlive(): Promise<boolean> {
    try {
      await this.request('_ping', {}, pingTimeoutMs)
      return true
    } catch {
      return false
    }
  }

  /** Requests under way reject with `SESSION_LOST`: their frames may have been lost with a connection. */
  abandonRequests(reason: string): void {
    this.#channel.abandonRequests(reason)
  }

  async close(): Promise<void> {
    this.#closing ??= Promise.all([this.#subscriber?.close(), this.#channel.close()])
    await this.#closing
  }

  #handshake(): MinionHandshake {
    const { id, instance, identity, clock, pinned } = this.#party
    return new MinionHandshake({
      id,
      role: this.#daemon === undefined ? 'call' : 'daemon',
      instance,
      clock,
      identity: identity.privateKey,
      publicRaw: identity.publicRaw,
      software: version,
      checkMaster: (key, status) => pinned.check(key, status),
    })
  }

  #subscribe({
    session,
    opened,
    daemon,
  }: {
    readonly session: NewSession
    readonly opened: OpenReply
    readonly daemon: DaemonRole
  }): void {
    const { transport, log, options, verifier } = this.#party
    const { topic, epoch } = opened
    if (session.masterKey === undefined || topic === undefined || epoch === undefined) {
      throw new SaltError('FRAME_MALFORMED', 'the master opened a session without a group key')
    }
    this.#subscriber = new EpochSubscriber({
      transport,
      address: tcpAddress(this.#place.host, opened.publishPort),
      log,
      ipv6: options.ipv6,
      master: masterKeyOf(session.masterKey),
      ...(verifier === undefined ? {} : { verifier }),
      onJob: (load) => {
        this.watch.published()
        daemon.onJob(load, this.#fingerprint)
      },
      onArrival: (arrived) => {
        this.watch.published()
        this.#confirm(arrived)
      },
      onGap: (missed, after) => this.tell('_missed', { epoch: missed, after }),
    })
    this.#subscriber.hold(epoch)
    this.#subscriber.listenToProbes(session, topic)
  }

  /** The first arrival of an epoch is confirmed at once, later heartbeats after a random delay, so that answers spread out. */
  #confirm(epoch: Buffer): void {
    const name = epoch.toString('latin1')
    const isFirst = !this.#confirmed.has(name)
    this.#confirmed.add(name)
    const spreadMs = Math.min(maxConfirmDelayMs, this.watch.heartbeatMs / 4)
    const { random = Math.random } = this.#party
    const delayMs = isFirst ? 0 : random() * spreadMs
    setTimeout(() => this.tell('_confirm', { epoch }), delayMs).unref()
  }

  #onPush(name: string, load: unknown): void {
    if (name === 'job') this.#daemon?.onJob(load, this.#fingerprint)
    else if (name === 'ping') this.tell('_confirm', {})
    else if (name === 'epoch') this.#subscriber?.hold(loads.epochSchema(load, 'epoch'))
    else this.#party.log.debug('push of an unknown kind ignored', { name })
  }
}
