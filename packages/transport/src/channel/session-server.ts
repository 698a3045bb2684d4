// SPDX-License-Identifier: Apache-2.0
import { type Clock, isSaltError, type Logger, SaltError, WaitingTogether } from '@halite/core'
import {
  decodeRequest,
  encodeAcknowledgement,
  encodeBytesReply,
  encodeError,
  encodeNotice,
  encodePush,
  encodeReply,
  frameKind,
  frameKinds,
  maxClearBytes,
  maxFrameBytes,
  minimumWireVersion,
  type Request,
  requestHead,
  sealedId,
  toWireError,
} from '@halite/protocol'
import type { BoundTransport, PeerAddress, ServerSocket } from '../sockets.ts'
import { Counters } from './counters.ts'
import { findHandler, type Handler, type HandlerTable } from './handlers.ts'
import { LateAnswers } from './late-answers.ts'
import { limitRequest } from './request-limits.ts'
import type { Session } from './session.ts'
import { type EndReason, SessionTable } from './session-table.ts'
import { SharedAnswer } from './shared-answer.ts'
import { WorkBudget, type WorkLimits } from './work-budget.ts'

/** What a server gives the admission: a way to answer, and the table to put provisional sessions into. */
export interface Reception {
  readonly sessions: SessionTable
  readonly counters: Counters
  send(address: PeerAddress, frame: Buffer): void
}

/** Decides on clear frames: who gets a provisional session. One for minions, one for local clients. */
export interface Admission {
  admit(frame: Buffer, from: PeerAddress, reception: Reception): void
}

export interface SessionServerOptions {
  readonly transport: BoundTransport
  readonly address: string
  readonly clock: Clock
  readonly log: Logger
  readonly admission: Admission
  readonly handlers: HandlerTable
  /** Largest frame taken from a connection without a session, bytes; default what a clear frame may have. */
  readonly maxStrangerBytes?: number
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
  readonly backlog?: number
  readonly ipv6?: boolean
}

/** What answering a request takes, beside the value. */
interface Asked {
  readonly session: Session
  readonly handler: Handler
  readonly number: number
  readonly name: string
}

/** One that waits with others for what they share. */
interface AskedTogether {
  readonly asked: Asked
  readonly value: () => unknown
}

const maxRequestsUnderWay = 1024
const maxDepth = 64
/** From this size on copying costs more than writing in pieces. */
const manyBytes = 16_384
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
  readonly #late: LateAnswers
  readonly #shared = new WaitingTogether<AskedTogether>({
    onResolved: (one) => this.#answerShared(one),
    onRejected: ({ asked }, error) => this.#failShared(asked, error),
  })
  #socket: ServerSocket | undefined

  constructor(options: SessionServerOptions) {
    this.#options = options
    this.#late = new LateAnswers({
      clock: options.clock,
      lateMs: options.lateMs ?? 1000,
      send: (session, numbers) => this.#acknowledge(session, numbers),
    })
    this.sessions = new SessionTable(options.clock, (session, reason) => this.#ended(session, reason))
  }

  /** Binds. Rejects with the errors of `Transport.serve`. */
  async start(): Promise<void> {
    const { transport, address, backlog, ipv6, maxStrangerBytes = maxClearBytes } = this.#options
    this.#socket = await transport.serve({
      address,
      maxFrameBytes,
      maxStrangerBytes,
      ...(backlog === undefined ? {} : { backlog }),
      ...(ipv6 === undefined ? {} : { ipv6 }),
      onFrame: (peer, frame) => this.#take(peer, frame),
      onOverrun: (peer) => this.#endSessionsOf(peer),
    })
  }

  /** The address bound, with the real port. */
  get address(): string {
    return this.#socket?.address ?? this.#options.address
  }

  async close(): Promise<void> {
    this.#late.close()
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
      this.#options.log.error('push could not be sent', { peer: peerOf(session), push: name, error })
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
      acknowledgements_waiting: this.#late.size,
    }
  }

  /** A peer that may still be there is told, so that it asks for another session at once and not when it grows silent. */
  #ended(session: Session, reason: EndReason): void {
    this.#late.forget(session)
    this.#socket?.distrust(session.address)
    // Who has one session too many is not to ask for the next at once.
    if (reason !== 'closed' && reason !== 'replaced' && reason !== 'overflow')
      this.#tellUnknown(session.address, Buffer.from(session.key, 'latin1'))
    this.#options.onEnded?.(session, reason)
  }

  /** Not at once: the connection may have ended while something was sent to one of them. */
  #endSessionsOf(peer: PeerAddress): void {
    setImmediate(() => {
      for (const session of [...this.sessions.established()]) {
        if (session.address !== peer) continue
        this.#options.log.warning('peer does not read what it is sent', {
          peer: peerOf(session),
          address: peer.remote,
        })
        this.sessions.end(session, 'lost')
      }
    })
  }

  #tellUnknown(address: PeerAddress, session: Buffer): void {
    this.send(address, encodeNotice({ notice: 'unknownSession', session }))
  }

  #take(from: PeerAddress, frame: Buffer): void {
    try {
      const kind = frameKind(frame)
      if (kind === frameKinds.up) this.#takeSealed(from, frame)
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

  #takeSealed(from: PeerAddress, frame: Buffer): void {
    const session = this.sessions.get(sealedId(frame))
    if (session === undefined) {
      this.counters.add('sessions_unknown')
      this.#tellUnknown(from, Buffer.from(frame.subarray(4, 20)))
      return
    }
    const startedMs = this.#options.clock.monotonicMs()
    const body = session.seals.up.open(frame)
    session.lastSeenMs = startedMs
    if (!session.established) this.#establish(session, from)
    else if (from !== session.address) this.#move(session, from)
    // Its id had too many sessions already.
    if (this.sessions.get(session.key) !== session) return
    try {
      if (!this.#isOversize(session, body))
        this.#serve(session, decodeRequest(body, { maxBytes: maxFrameBytes, maxDepth }))
    } finally {
      this.#charge(session, frame.length, startedMs)
    }
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
    this.#fail(session, head, refusal)
    return true
  }

  /** Who has cost more than its share is not read for a while; what it sends waits with it. */
  #charge(session: Session, bytes: number, startedMs: number): void {
    const { work, clock } = this.#options
    if (work === undefined) return
    const nowMs = clock.monotonicMs()
    session.budget ??= new WorkBudget(work, startedMs)
    const waitMs = session.budget.spend(bytes, nowMs - startedMs, nowMs)
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

  /** The peer goes on with its session on another connection. */
  #move(session: Session, from: PeerAddress): void {
    this.#socket?.distrust(session.address)
    this.#socket?.trust(from)
    session.address = from
  }

  #serve(session: Session, { number, name, load }: Request): void {
    if (session.requestsUnderWay >= maxRequestsUnderWay) {
      const busy = new SaltError('BUSY', 'too many requests of this session are under way')
      this.#fail(session, { number, name }, busy)
      return
    }
    try {
      const handler = findHandler(this.#options.handlers, session, name)
      const nowMs = this.#options.clock.monotonicMs()
      limitRequest(handler, { session, name, nowMs })
      const asked: Asked = { session, handler, number, name }
      const result = handler.run(session, load)
      if (result instanceof SharedAnswer) this.#serveShared(asked, result)
      else if (result instanceof Promise) void this.#serveLater(asked, result)
      else this.#answer(asked, result)
    } catch (error) {
      this.#fail(session, { number, name }, error)
    }
  }

  async #serveLater(asked: Asked, result: Promise<unknown>): Promise<void> {
    const { session, name } = asked
    session.requestsUnderWay += 1
    if (asked.handler.isAlone) session.alone.add(name)
    try {
      this.#answer(asked, await result)
    } catch (error) {
      // Also for a value that cannot be packed.
      this.#fail(session, asked, error)
    } finally {
      session.requestsUnderWay -= 1
      session.alone.delete(name)
    }
  }

  #serveShared(asked: Asked, { settled, answer }: SharedAnswer): void {
    asked.session.requestsUnderWay += 1
    this.#shared.add(settled, { asked, value: answer })
  }

  #answerShared({ asked, value }: AskedTogether): void {
    asked.session.requestsUnderWay -= 1
    try {
      this.#answer(asked, value())
    } catch (error) {
      this.#fail(asked.session, asked, error)
    }
  }

  #failShared(asked: Asked, error: unknown): void {
    asked.session.requestsUnderWay -= 1
    this.#fail(asked.session, asked, error)
  }

  #answer({ session, handler, number }: Asked, value: unknown): void {
    if (value === true && handler.isPatient?.(session)) {
      this.#late.add(session, number)
      return
    }
    if (value === true && this.#late.sendWith(session, number)) return
    this.#late.sendNow(session)
    if (value instanceof Uint8Array && value.length >= manyBytes) this.#sendBytes(session, number, value)
    else this.#sendSealed(session, encodeReply(number, value))
  }

  /** Many bytes leave without being copied. */
  #sendBytes(session: Session, number: number, bytes: Uint8Array): void {
    if (this.sessions.get(session.key) !== session) return
    checkSize(bytes.length)
    const pieces = session.seals.down.sealPieces(encodeBytesReply(number, bytes))
    this.#socket?.sendPieces(session.address, pieces)
  }

  #acknowledge(session: Session, numbers: readonly number[]): void {
    this.counters.add('acknowledgements')
    this.#sendSealed(session, encodeAcknowledgement(numbers))
  }

  #fail(session: Session, { number, name }: Pick<Asked, 'number' | 'name'>, error: unknown): void {
    const wire = toWireError(error)
    this.counters.add(`requests_failed_${wire.code.toLowerCase()}`)
    const fields = { peer: peerOf(session), address: session.address.remote, request: name, code: wire.code }
    if (wire.code === 'REQUEST_FAILED') this.#options.log.error('handler failed', { ...fields, error })
    else this.#options.log.debug('request refused', { ...fields, reason: wire.message })
    this.#sendSealed(session, encodeError(number, wire))
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

function peerOf({ peer }: Session): string {
  return peer.type === 'minion' ? peer.id : peer.user
}
