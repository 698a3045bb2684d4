// SPDX-License-Identifier: Apache-2.0
import { type Clock, isSaltError, type Logger, SaltError } from '@halite/core'
import {
  decodeRequest,
  decodeRequestInSlices,
  encodeBytesReply,
  encodeNotice,
  encodePush,
  frameKind,
  frameKinds,
  maxClearBytes,
  maxFrameBytes,
  minimumWireVersion,
  openFrame,
  requestHead,
  sealedId,
} from '@halite/protocol'
import type { BoundTransport, PeerAddress, ServerSocket } from '../sockets.ts'
import type { Admission, Reception } from './admission.ts'
import { Counters } from './counters.ts'
import type { HandlerTable } from './handlers.ts'
import { decodeSliceMs, LargeFrames, largeFrameBytes } from './large-frames.ts'
import { type AnswerSender, RequestDispatcher } from './request-dispatcher.ts'
import { peerName, type Session } from './session.ts'
import { type EndReason, SessionTable } from './session-table.ts'
import type { Unsealing } from './unseal-thread.ts'
import { WorkBudget, type WorkLimits } from './work-budget.ts'
import { WorkMeter } from './work-meter.ts'

export interface SessionServerOptions {
  readonly transport: BoundTransport
  readonly address: string
  readonly clock: Clock
  readonly log: Logger
  readonly admission: Admission
  readonly handlers: HandlerTable
  /** All that a connection may send, bytes, until it proves a session; default what the largest clear frame may have. */
  readonly maxUnprovenBytes?: number
  /** The first frame of a session opened: from now on it counts. */
  readonly onEstablished?: (session: Session) => void
  /** Called once when an established session ends. */
  readonly onEnded?: (session: Session, reason: EndReason) => void
  /** What one session may cost; no limit by default. */
  readonly work?: WorkLimits
  /** Largest request in bytes, but for those whose handler is for bulk; default what a frame may have. */
  readonly maxRequestBytes?: number
  /** How long an acknowledgement that nobody waits for may wait for another answer to its session; default 1000. */
  readonly lateMs?: number
  /** Opens large frames; by default the loop does. */
  readonly unsealing?: Unsealing
  readonly backlog?: number
  readonly ipv6?: boolean
}

const decodeLimits = { maxBytes: maxFrameBytes, maxDepth: 64 }
/** What a sealed frame adds to its body is far less than this. */
const maxBodyBytes = maxFrameBytes - 1024

/**
 * The master's end of an authenticated channel: opens frames, dispatches requests to the fixed table, seals what goes back.
 * Whatever arrives, it is answered or counted; nothing that arrives can throw out of here.
 */
export class SessionServer implements Reception {
  readonly sessions: SessionTable
  readonly counters = new Counters()
  readonly #options: SessionServerOptions
  readonly #requests: RequestDispatcher
  readonly #large = new LargeFrames(this.counters)
  #socket: ServerSocket | undefined
  /** Made with the first frame that is charged. */
  #meter: WorkMeter | undefined

  constructor(options: SessionServerOptions) {
    this.#options = options
    const { clock, log, handlers, lateMs = 1000 } = options
    const { counters } = this
    const sender: AnswerSender = {
      sendSealed: (session, body) => this.#sendSealed(session, body),
      sendBytes: (session, number, bytes) => this.#sendBytes(session, number, bytes),
    }
    this.#requests = new RequestDispatcher({ clock, log, counters, handlers, sender, lateMs })
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

  /** Sends something the peer did not ask for, sealed under its session. Never throws: what cannot be sent is counted. */
  push(session: Session, name: string, load: unknown): void {
    try {
      this.#sendSealed(session, encodePush(name, load))
    } catch (error) {
      this.counters.add('pushes_failed')
      this.#options.log.error('push could not be sent', { peer: peerName(session), push: name, error })
    }
  }

  /** Bytes that wait to be sent to a session. */
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

  /** A peer that may still be there is notified, so that it asks for another session at once instead of after a time-out. */
  #ended(session: Session, reason: EndReason): void {
    this.#requests.forget(session)
    this.#socket?.distrust(session.address)
    // A peer with one session too many must not ask for the next at once.
    if (reason !== 'closed' && reason !== 'replaced' && reason !== 'overflow')
      this.#notifyUnknown(session.address, Buffer.from(session.key, 'latin1'))
    this.#options.onEnded?.(session, reason)
  }

  /** Not at once: the connection may have ended while something was sent to one of them. */
  #endSessionsOf(peer: PeerAddress): void {
    setImmediate(() => {
      for (const session of [...this.sessions.established()]) {
        if (session.address !== peer) continue
        this.#options.log.warning('peer does not read what it is sent', {
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
      this.#queueLarge(session, from, frame)
      return
    }
    const { clock } = this.#options
    const startedMs = clock.monotonicMs()
    const body = session.seals.up.open(frame)
    if (!this.#opened(session, from)) return
    try {
      if (!this.#isOversize(session, body)) this.#requests.run(session, decodeRequest(body, decodeLimits))
    } finally {
      this.#charge(session, frame.length, clock.monotonicMs() - startedMs)
    }
  }

  /** A frame of the session opened; false when the session counts no more, because its id had too many already. */
  #opened(session: Session, from: PeerAddress): boolean {
    session.lastSeenMs = this.#options.clock.monotonicMs()
    if (!session.established) this.#establish(session, from)
    else if (from !== session.address) this.#move(session, from)
    return this.sessions.get(session.key) === session
  }

  #queueLarge(session: Session, from: PeerAddress, frame: Buffer): void {
    if (this.#socket === undefined) return
    this.counters.add('large_frames')
    session.largeFrames += 1
    const work = async () => {
      try {
        await this.#takeLarge(session, from, frame)
      } catch (error) {
        this.#refuseLarge(session, from, error)
      }
    }
    const onOver = () => {
      session.largeFrames -= 1
    }
    this.#large.add(this.#socket, { from, work, onOver })
  }

  /** What `#takeSealed` does, opened on another thread and decoded in slices; the session may end at each step. */
  async #takeLarge(session: Session, from: PeerAddress, frame: Buffer): Promise<void> {
    const { clock, unsealing } = this.#options
    const isOver = () => this.sessions.get(session.key) !== session
    const bytes = frame.length
    const startedMs = clock.monotonicMs()
    const body = await session.seals.up.openElsewhere(
      frame,
      unsealing
        ? (key, sealed) => unsealing.open(key, sealed)
        : async (key, sealed) => openFrame(key, sealed),
    )
    if (isOver() || !this.#socket?.isOpen(from)) {
      this.counters.add('large_frames_dropped')
      return
    }
    if (!this.#opened(session, from)) return
    let workMs = clock.monotonicMs() - startedMs
    try {
      if (this.#isOversize(session, body)) return
      const onSlice = (ms: number) => {
        workMs += ms
      }
      const request = await decodeRequestInSlices(body, decodeLimits, { sliceMs: decodeSliceMs, onSlice })
      if (!isOver()) this.#requests.run(session, request)
    } finally {
      this.#charge(session, bytes, workMs)
    }
  }

  /** A frame that could not even be tried is lost: with a new session the peer sends again what was not acknowledged. */
  #refuseLarge(session: Session, from: PeerAddress, error: unknown): void {
    if (isSaltError(error)) {
      this.#refuse(from, error)
      return
    }
    this.counters.add('large_frames_failed')
    this.#options.log.error('large frame could not be opened', { peer: peerName(session), error })
    this.sessions.end(session, 'lost')
  }

  /** Refuses a request that is too large for its name before anything is built of it. */
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

  /** A session that has cost more than its share is not read for a while; what it sends waits at the peer. */
  #charge(session: Session, bytes: number, workMs: number): void {
    const { work, clock } = this.#options
    if (work === undefined) return
    const nowMs = clock.monotonicMs()
    session.budget ??= new WorkBudget(work, nowMs)
    this.#meter ??= new WorkMeter(nowMs)
    const waitMs = session.budget.spend(bytes, this.#meter.workOf(workMs, nowMs), nowMs)
    if (waitMs === 0) return
    this.counters.add('sessions_throttled')
    this.#socket?.throttle(session.address, waitMs)
  }

  #establish(session: Session, from: PeerAddress): void {
    session.address = from
    this.#socket?.trust(from)
    this.sessions.establish(session)
    if (this.sessions.get(session.key) === session) this.#options.onEstablished?.(session)
  }

  /** The peer continues its session on another connection. */
  #move(session: Session, from: PeerAddress): void {
    this.#socket?.distrust(session.address)
    this.#socket?.trust(from)
    session.address = from
  }

  /** Many bytes leave without being copied. */
  #sendBytes(session: Session, number: number, bytes: Uint8Array): void {
    if (this.sessions.get(session.key) !== session) return
    checkSize(bytes.length)
    const pieces = session.seals.down.sealPieces(encodeBytesReply(number, bytes))
    this.#socket?.sendPieces(session.address, pieces)
  }

  #sendSealed(session: Session, body: Buffer): void {
    if (this.sessions.get(session.key) !== session) return
    checkSize(body.length)
    this.send(session.address, session.seals.down.seal(body))
  }
}

function checkSize(bytes: number): void {
  if (bytes <= maxBodyBytes) return
  throw new SaltError('VALUE_TOO_LARGE', `message of ${bytes} bytes is over the limit of ${maxBodyBytes}`)
}
