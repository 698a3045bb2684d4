// SPDX-License-Identifier: Apache-2.0
import { isSaltError, SaltError } from '@halite/core'
import {
  decodeRequest,
  encodeNotice,
  encodePush,
  frameKind,
  frameKinds,
  maxClearBytes,
  maxFrameBytes,
  minimumWireVersion,
  requestHead,
  sealedId,
} from '@halite/protocol'
import type { PeerAddress, ServerSocket } from '../sockets.ts'
import type { Reception } from './admission.ts'
import { Counters } from './counters.ts'
import { largeFrameBytes } from './large-frames.ts'
import { LargeRequests, type RequestReceiver, requestLimits } from './large-requests.ts'
import { RequestDispatcher } from './request-dispatcher.ts'
import { SealedSender } from './sealed-sender.ts'
import { peerName, type Session } from './session.ts'
import type { SessionServerOptions } from './session-server-options.ts'
import { type EndReason, SessionTable } from './session-table.ts'
import { WorkCharge } from './work-charge.ts'

/**
 * The master's end of an authenticated channel: decrypts frames, dispatches requests to the fixed table, seals the replies.
 * Every frame that arrives is answered or counted; none can make it throw.
 */
export class SessionServer implements Reception {
  readonly sessions: SessionTable
  readonly counters = new Counters()
  readonly #options: SessionServerOptions
  readonly #requests: RequestDispatcher
  readonly #sender: SealedSender
  readonly #work: WorkCharge
  readonly #large: LargeRequests
  #socket: ServerSocket | undefined

  constructor(options: SessionServerOptions) {
    this.#options = options
    const { clock, log, handlers, lateMs = 1000 } = options
    const { counters } = this
    const sender = new SealedSender({
      isLive: (session) => this.#isLive(session),
      socket: () => this.#socket,
    })
    this.#sender = sender
    this.#requests = new RequestDispatcher({ clock, log, counters, handlers, sender, lateMs })
    this.#work = new WorkCharge(options.work)
    this.#large = new LargeRequests(this.#receiver(), options)
    this.sessions = new SessionTable(options.clock, (session, reason) => this.#ended(session, reason))
  }

  /** Binds. Rejects with the errors of `Transport.serve`. */
  async start(): Promise<void> {
    const { transport, address, backlog, ipv6, maxUnprovenBytes = maxClearBytes } = this.#options
    this.#socket = await transport.serve({
      address,
      maxFrameBytes,
      maxUnprovenBytes,
      ...(backlog === undefined ? {} : { backlog }),
      ...(ipv6 === undefined ? {} : { ipv6 }),
      onFrame: (peer, frame) => this.#onFrame(peer, frame),
      onOverrun: (peer) => this.#endSessionsOf(peer),
    })
  }

  /** The address bound, with the real port. */
  get address(): string {
    return this.#socket?.address ?? this.#options.address
  }

  async close(): Promise<void> {
    this.#requests.close()
    await this.#socket?.close()
  }

  send(address: PeerAddress, frame: Buffer): void {
    this.#socket?.send(address, frame)
  }

  /** Sends a push, sealed under the session. Never throws: failures are counted and logged. */
  push(session: Session, name: string, load: unknown): void {
    try {
      this.#sender.sendSealed(session, encodePush(name, load))
    } catch (error) {
      this.counters.add('pushes_failed')
      this.#options.log.error('push could not be sent', { peer: peerName(session), push: name, error })
    }
  }

  /** Bytes queued for sending to a session. */
  waitingBytes(session: Session): number {
    return this.#socket?.waitingBytes(session.address) ?? 0
  }

  /** All counters, those of the socket included. */
  snapshot(): Record<string, number> {
    return {
      ...this.counters.snapshot(),
      ...this.#socket?.counters,
      acknowledgements_waiting: this.#requests.waiting,
      large_frames_waiting: this.#large.size,
    }
  }

  /** A peer that may still be connected is notified, so that it requests another session at once instead of after a time-out. */
  #ended(session: Session, reason: EndReason): void {
    this.#requests.forget(session)
    this.#socket?.distrust(session.address)
    // A peer with too many sessions must not request the next one at once.
    if (reason !== 'closed' && reason !== 'replaced' && reason !== 'overflow')
      this.#notifyUnknown(session.address, Buffer.from(session.key, 'latin1'))
    this.#options.onEnded?.(session, reason)
  }

  /** Deferred, because the connection may have ended while something was sent to one of them. */
  #endSessionsOf(peer: PeerAddress): void {
    setImmediate(() => {
      for (const session of [...this.sessions.established()]) {
        if (session.address !== peer) continue
        this.#options.log.warning('peer does not read what is sent to it', {
          peer: peerName(session),
          address: peer.remote,
        })
        this.sessions.end(session, 'lost')
      }
    })
  }

  #notifyUnknown(address: PeerAddress, session: Buffer): void {
    this.send(address, encodeNotice({ notice: 'unknownSession', session }))
  }

  #onFrame(from: PeerAddress, frame: Buffer): void {
    try {
      const kind = frameKind(frame)
      if (kind === frameKinds.up) this.#openSealed(from, frame)
      else if (kind < frameKinds.up) this.#options.admission.admit(frame, from, this)
      else this.counters.add('frames_unexpected')
    } catch (error) {
      this.#refuse(from, error)
    }
  }

  #refuse(from: PeerAddress, error: unknown): void {
    const code = isSaltError(error) ? error.code : 'FRAME_MALFORMED'
    this.counters.add(`refused_${code.toLowerCase()}`)
    this.#options.log.debug('frame refused', {
      address: from.remote,
      code,
      reason: error instanceof Error ? error.message : '',
    })
    if (code === 'VERSION_REFUSED')
      this.send(from, encodeNotice({ notice: 'version', min: minimumWireVersion }))
  }

  #openSealed(from: PeerAddress, frame: Buffer): void {
    const session = this.sessions.get(sealedId(frame))
    if (session === undefined) {
      this.counters.add('sessions_unknown')
      this.#notifyUnknown(from, Buffer.from(frame.subarray(4, 20)))
      return
    }
    if (frame.length > largeFrameBytes) {
      if (this.#socket !== undefined) this.#large.add(this.#socket, { session, from, frame })
      return
    }
    const { clock } = this.#options
    const startedMs = clock.monotonicMs()
    const body = session.seals.up.open(frame)
    if (!this.#opened(session, from)) return
    try {
      if (!this.#isOversize(session, body)) this.#requests.run(session, decodeRequest(body, requestLimits))
    } finally {
      this.#charge(session, frame.length, clock.monotonicMs() - startedMs)
    }
  }

  /** The steps that large frames share with all others. */
  #receiver(): RequestReceiver {
    return {
      counters: this.counters,
      isOver: (session) => !this.#isLive(session),
      opened: (session, from) => this.#opened(session, from),
      isOversize: (session, body) => this.#isOversize(session, body),
      run: (session, request) => this.#requests.run(session, request),
      charge: (session, bytes, workMs) => this.#charge(session, bytes, workMs),
      refuse: (from, error) => this.#refuse(from, error),
      end: (session) => this.sessions.end(session, 'lost'),
    }
  }

  /** Notes a decrypted frame of the session; false if the session ended by that, because its id had too many already. */
  #opened(session: Session, from: PeerAddress): boolean {
    session.lastSeenMs = this.#options.clock.monotonicMs()
    if (!session.established) this.#establish(session, from)
    else if (from !== session.address) this.#move(session, from)
    return this.#isLive(session)
  }

  /** Refuses a request that is too large for its name before it is decoded. */
  #isOversize(session: Session, body: Buffer): boolean {
    const { maxRequestBytes = maxFrameBytes, handlers } = this.#options
    if (body.length <= maxRequestBytes) return false
    const head = requestHead(body)
    const handler = head === undefined ? undefined : handlers.get(head.name)
    if (handler?.isBulk) return false
    if (handler?.auth === session.peer.type) handler.onOversize?.(session)
    const size = `a request of ${body.length} bytes is over the limit of ${maxRequestBytes}`
    const refusal = new SaltError('VALUE_TOO_LARGE', size)
    if (head === undefined) throw refusal
    this.#requests.fail(session, head, refusal)
    return true
  }

  /** A session above its share of work is not read for a while; its frames wait at the peer. */
  #charge(session: Session, bytes: number, workMs: number): void {
    const nowMs = this.#options.clock.monotonicMs()
    const waitMs = this.#work.waitMs(session, bytes, { workMs, nowMs })
    if (waitMs === 0) return
    this.counters.add('sessions_throttled')
    this.#socket?.throttle(session.address, waitMs)
  }

  #establish(session: Session, from: PeerAddress): void {
    session.address = from
    this.#socket?.trust(from)
    this.sessions.establish(session)
    if (this.#isLive(session)) this.#options.onEstablished?.(session)
  }

  /** The peer continues its session on another connection. */
  #move(session: Session, from: PeerAddress): void {
    this.#socket?.distrust(session.address)
    this.#socket?.trust(from)
    session.address = from
  }

  #isLive(session: Session): boolean {
    return this.sessions.get(session.key) === session
  }
}
