// SPDX-License-Identifier: Apache-2.0
import type { Socket } from 'node:net'
import type { PeerAddress } from '../sockets.ts'
import { Conversation, type Listener, type Role } from './conversation.ts'
import type { EndReason } from './end-reason.ts'
import { greetingBytes } from './greeting.ts'
import type { PortEvents } from './port-events.ts'
import type { Sentry } from './sentry.ts'
import type { Hold, Watched } from './watched.ts'
import { WriteQueue } from './write-queue.ts'

const holdBits: Readonly<Record<Hold, number>> = { room: 1, turn: 2, decoding: 4 }

/** Incomplete frames up to this size need no reservation: there is at most one per connection. */
const smallBytes = 2048

const unprovenWaitingBytes = 16_384
const nothing = Buffer.alloc(0)

/** Reasons that the peer is notified of: what is queued is still sent. */
const notifiedReasons: ReadonlySet<EndReason> = new Set([
  'socket_type_refused',
  'too_many_bytes_unproven',
  'session_ended',
  'shut_down',
])

/** What a connection consists of; its owner has checked that it is within the limits. */
export interface ConnectionInit {
  readonly socket: Socket
  readonly role: Role
  readonly sentry: Sentry
  readonly port: PortEvents<Connection>
  readonly number: number
  readonly remote: string
  readonly network: string | undefined
}

/**
 * One connection of a bound socket. Frames are sent in order, those of one turn in one write. The queue for a slow peer is
 * bounded, and so is the memory that a peer can occupy.
 */
export class Connection implements PeerAddress, Watched, Listener {
  readonly number: number
  readonly remote: string
  readonly network: string | undefined
  hasSpoken = false
  unprovenSinceMs = 0
  /** Sessions proven on it. */
  sessions = 0
  /** The window in which its commands were counted last, and their number. */
  window = 0
  commands = 0
  /** Consecutive publications that could not be sent to it at once. */
  behind = 0
  /** Topics it is subscribed to. */
  topics: string[] | undefined
  /** Number of the next part of a multipart message. */
  part = 0
  isRequester = false
  readonly #socket: Socket
  readonly #sentry: Sentry
  readonly #port: PortEvents<Connection>
  readonly #conversation: Conversation
  #unprovenBytes = greetingBytes
  #ended = false
  #rest: Buffer | undefined
  #holds = 0
  #reserved = 0
  readonly #queue: WriteQueue

  constructor(init: ConnectionInit) {
    this.number = init.number
    this.remote = init.remote
    this.network = init.network
    this.#socket = init.socket
    this.#sentry = init.sentry
    this.#port = init.port
    this.#conversation = new Conversation(init.role, this)
    this.#queue = new WriteQueue(init.socket)
    init.socket.on('data', (chunk: Buffer) => this.#take(chunk))
    init.socket.on('error', () => this.end('closed'))
    init.socket.on('close', () => this.end('closed'))
  }

  get isEnded(): boolean {
    return this.#ended
  }

  /** Bytes queued for sending. */
  get waitingBytes(): number {
    return this.#queue.waitingBytes
  }

  /** Whether reading is paused; the deadline of its frame is then suspended. */
  get isHeld(): boolean {
    return this.#holds !== 0
  }

  /** Memory occupied by an incomplete frame. */
  get heldBytes(): number {
    return this.#conversation.heldBytes
  }

  /** Notes that a session was proved on it. */
  trust(): void {
    if (this.sessions === 0) this.#sentry.ledger.trust(this)
    this.sessions += 1
  }

  /** Notes that a session of it ended or moved to another connection; without any it is unproven again. */
  distrust(): void {
    if (this.sessions === 0) return
    this.sessions -= 1
    if (this.sessions === 0) this.#unprovenBytes = 0
    if (this.sessions === 0 && !this.#ended) this.#sentry.ledger.distrust(this, this.#sentry.nowMs())
  }

  /** Queues bytes, to be sent with everything else of this turn. */
  write(bytes: Buffer): void {
    if (this.#queue.isEmpty && !this.#ended) this.#sentry.flushSoon(this)
    this.queue(bytes)
  }

  /** The same with bytes that belong to the connection from now on. Each is all of an array buffer; it is freed as soon as it is sent. */
  writeOwn(bytes: Buffer): void {
    this.write(bytes)
    if (!this.#ended) this.#queue.own(bytes)
  }

  /** Queues bytes; the caller flushes them. */
  queue(bytes: Buffer): void {
    if (this.#ended) return
    const limit = this.sessions > 0 ? this.#sentry.limits.waitingBytes : unprovenWaitingBytes
    if (!this.#queue.add(bytes, limit)) this.end('too_many_bytes_waiting')
  }

  /** Writes the queue to the socket. */
  flush(): void {
    if (this.#ended || this.#queue.isEmpty) return
    this.#queue.flush()
    if (this.#socket.writableLength > 0) this.#sentry.watchSlow(this)
  }

  /** Pauses reading until `goOn` is called for the same reason. */
  hold(reason: Hold): void {
    this.#holds |= holdBits[reason]
    this.#conversation.stop()
    this.#socket.pause()
  }

  /** Resumes reading, unless it is paused for another reason too. */
  goOn(reason: Hold): void {
    const bit = holdBits[reason]
    if (this.#ended || (this.#holds & bit) === 0) return
    this.#holds &= ~bit
    if (reason === 'decoding') this.#release()
    if (this.isHeld) return
    const rest = this.#rest ?? nothing
    this.#rest = undefined
    this.#take(rest)
    if (!this.isHeld && !this.#ended) this.#socket.resume()
  }

  /** Ends the connection. If the peer is to be notified of the reason, the queue is still sent. */
  end(reason: EndReason): void {
    if (this.#ended) return
    const isNotified = notifiedReasons.has(reason)
    if (isNotified) this.flush()
    this.#ended = true
    this.#queue.clear()
    this.#rest = undefined
    this.#release()
    this.#sentry.forget(this)
    if (isNotified) this.#socket.destroySoon()
    else this.#socket.destroy()
    this.#port.onEnd(this, reason)
  }

  // Called by the conversation.

  onReady(socketType: string): void {
    this.isRequester = socketType === 'REQ'
    this.#port.onReady(this, socketType)
  }

  onPart(body: Buffer, more: boolean): void {
    if (this.#ended) return
    this.#sentry.ledger.spoke(this)
    this.#port.onPart(this, body, more)
    if ((this.#holds & holdBits.decoding) === 0) this.#release()
    if (this.isHeld) this.#conversation.stop()
  }

  onSubscription(topic: Buffer, isWanted: boolean): void {
    this.#port.onSubscription(this, topic, isWanted)
  }

  onCommand(): boolean {
    this.#release()
    if (this.#ended) return false
    if (this.#sentry.admitsCommand(this)) return true
    this.end('too_many_commands')
    return false
  }

  onTtl(ms: number): void {
    this.#sentry.watchTtl(this, ms)
  }

  maxPartBytes(): number {
    const { maxPartBytes, maxUnprovenBytes } = this.#port
    return this.sessions > 0 ? maxPartBytes : Math.min(maxPartBytes, maxUnprovenBytes)
  }

  admits(bytes: number): boolean {
    if (this.sessions > 0) return true
    this.#unprovenBytes += bytes
    return this.#unprovenBytes <= this.#port.maxUnprovenBytes
  }

  reserve(bytes: number): boolean {
    if (bytes <= smallBytes) return true
    const answer = this.#sentry.reserve(this, bytes)
    if (answer === 'yes') this.#reserved = bytes
    else if (answer === 'wait') this.hold('room')
    else this.end('no_room')
    return answer === 'yes'
  }

  #take(chunk: Buffer): void {
    if (this.#ended) return
    const startedMs = this.#sentry.nowMs()
    this.#sentry.heard(this, startedMs)
    const taken = this.#conversation.read(chunk)
    const { fault } = this.#conversation
    if (fault !== undefined) this.end(fault)
    if (this.#ended) return
    if (this.sessions === 0) this.#sentry.charge(this, startedMs)
    if (taken < chunk.length) this.#rest = chunk.subarray(taken)
    this.#sentry.watchUnfinished(this, this.#conversation.isInsideFrame)
  }

  #release(): void {
    if (this.#reserved === 0) return
    const bytes = this.#reserved
    this.#reserved = 0
    this.#sentry.release(bytes)
  }
}
