// SPDX-License-Identifier: Apache-2.0
import type { Socket } from 'node:net'
import type { PeerAddress } from '../sockets.ts'
import { Conversation, type Listener, type Role } from './conversation.ts'
import type { Fault } from './fault.ts'
import { greetingBytes } from './greeting.ts'
import type { Entry } from './ledger.ts'
import type { Sentry } from './sentry.ts'

/** Why a connection ended; counted as `ended_<reason>`. */
export type EndReason =
  | Fault
  | 'closed'
  | 'silent'
  | 'displaced'
  | 'unproven'
  | 'too_many_commands'
  | 'too_many_bytes_waiting'
  | 'stalled'
  | 'frame_unfinished'
  | 'no_room'
  | 'session_ended'
  | 'shut_down'

/** What a connection is held for: room for its frame, its turn, its last frame that is worked on. */
export type Hold = 'room' | 'turn' | 'decoding'

const holdBits: Readonly<Record<Hold, number>> = { room: 1, turn: 2, decoding: 4 }

/** What a port does with its connections. */
export interface PortEvents {
  /** Both sides agreed on the protocol. */
  onReady(connection: Connection, socketType: string): void
  onPart(connection: Connection, body: Buffer, more: boolean): void
  onSubscription(connection: Connection, topic: Buffer, isWanted: boolean): void
  onEnd(connection: Connection, reason: EndReason): void
  /** Largest part taken of a connection that proved a session. */
  readonly maxPartBytes: number
  /** All that is read of a connection until it proves a session, its greeting included. */
  readonly maxStrangerBytes: number
}

/** What a connection is made of; its owner has checked that there is room for it. */
export interface ConnectionInit {
  readonly socket: Socket
  readonly role: Role
  readonly sentry: Sentry
  readonly port: PortEvents
  readonly number: number
  readonly remote: string
  readonly network: string | undefined
}

/** Frames that come in pieces and are not larger need no room of the sum: there is at most one of each connection. */
const smallBytes = 2048
const strangerWaitingBytes = 16_384
const nothing = Buffer.alloc(0)
/** What was queued still leaves: it says why. */
const toldReasons: ReadonlySet<EndReason> = new Set([
  'socket_type_refused',
  'too_many_bytes_unproven',
  'session_ended',
  'shut_down',
])
/** What is written at once is joined up to this size; larger pieces are handed over as they are. */
const joinedBytes = 16_384

/**
 * One connection of a bound socket. Frames leave it in order, all of one turn in one write; what waits towards a slow peer
 * is bounded, and so is what a peer may make us hold.
 */
export class Connection implements PeerAddress, Entry, Listener {
  readonly number: number
  readonly remote: string
  readonly network: string | undefined
  hasSpoken = false
  strangerSinceMs = 0
  /** Sessions proven on it. */
  sessions = 0
  /** Which window its commands were counted in, and how many there were. */
  window = 0
  commands = 0
  /** Publications it could not be given at once, in a row. */
  behind = 0
  /** Topics it gets publications of. */
  topics: string[] | undefined
  /** Where a message of several parts stands. */
  part = 0
  isRequester = false
  readonly #socket: Socket
  readonly #sentry: Sentry
  readonly #port: PortEvents
  readonly #conversation: Conversation
  #strangerBytes = greetingBytes
  #ended = false
  #rest: Buffer | undefined
  #holds = 0
  #reserved = 0
  #pending: Buffer[] = []
  #pendingBytes = 0
  #largestWaiting = 0

  constructor(init: ConnectionInit) {
    this.number = init.number
    this.remote = init.remote
    this.network = init.network
    this.#socket = init.socket
    this.#sentry = init.sentry
    this.#port = init.port
    this.#conversation = new Conversation(init.role, this)
    init.socket.on('data', (chunk: Buffer) => this.#take(chunk))
    init.socket.on('error', () => this.end('closed'))
    init.socket.on('close', () => this.end('closed'))
  }

  get isEnded(): boolean {
    return this.#ended
  }

  /** Bytes that wait to be sent. */
  get waitingBytes(): number {
    return this.#socket.writableLength + this.#pendingBytes
  }

  /** Whether it waits for room, or to be let go on; then the time for its frame does not run. */
  get isHeld(): boolean {
    return this.#holds !== 0
  }

  /** Memory held for a frame that is not whole. */
  get heldBytes(): number {
    return this.#conversation.heldBytes
  }

  /** A session was proven on it. */
  trust(): void {
    if (this.sessions === 0) this.#sentry.ledger.trust(this)
    this.sessions += 1
  }

  /** A session of it ended, or moved to another connection: without one it is a stranger's again. */
  distrust(): void {
    if (this.sessions === 0) return
    this.sessions -= 1
    if (this.sessions === 0) this.#strangerBytes = 0
    if (this.sessions === 0 && !this.#ended) this.#sentry.ledger.distrust(this, this.#sentry.nowMs())
  }

  displace(): void {
    this.end('displaced')
  }

  /** Queues bytes; they leave together with all else of this turn. */
  write(bytes: Buffer): void {
    if (this.#pending.length === 0 && !this.#ended) this.#sentry.flushSoon(this)
    this.queue(bytes)
  }

  /** Queues bytes that the caller flushes. */
  queue(bytes: Buffer): void {
    if (this.#ended) return
    const waiting = this.waitingBytes
    if (waiting === 0) this.#largestWaiting = 0
    const limit = this.sessions > 0 ? this.#sentry.limits.waitingBytes : strangerWaitingBytes
    if (waiting - this.#largestWaiting > limit) {
      this.end('too_many_bytes_waiting')
      return
    }
    if (bytes.length > this.#largestWaiting) this.#largestWaiting = bytes.length
    this.#pending.push(bytes)
    this.#pendingBytes += bytes.length
  }

  /** Hands over what is queued. */
  flush(): void {
    const pending = this.#pending
    const bytes = this.#pendingBytes
    if (this.#ended || pending.length === 0) return
    this.#pending = []
    this.#pendingBytes = 0
    if (pending.length === 1) this.#socket.write(pending[0] as Buffer)
    else if (bytes <= joinedBytes) this.#socket.write(Buffer.concat(pending, bytes))
    else {
      this.#socket.cork()
      for (const each of pending) this.#socket.write(each)
      this.#socket.uncork()
    }
    if (this.#socket.writableLength > 0) this.#sentry.watchSlow(this)
  }

  /** Reads nothing more until `goOn` for the same reason. */
  hold(reason: Hold): void {
    this.#holds |= holdBits[reason]
    this.#conversation.stop()
    this.#socket.pause()
  }

  /** Reads on, unless there is another reason not to. */
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

  /** Ends it. What was queued still leaves when the fault is one that the peer is told. */
  end(reason: EndReason): void {
    if (this.#ended) return
    const isTold = toldReasons.has(reason)
    if (isTold) this.flush()
    this.#ended = true
    this.#pending = []
    this.#pendingBytes = 0
    this.#rest = undefined
    this.#release()
    this.#sentry.forget(this)
    if (isTold) this.#socket.destroySoon()
    else this.#socket.destroy()
    this.#port.onEnd(this, reason)
  }

  // What the conversation calls.

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
    const { maxPartBytes, maxStrangerBytes } = this.#port
    return this.sessions > 0 ? maxPartBytes : Math.min(maxPartBytes, maxStrangerBytes)
  }

  admits(bytes: number): boolean {
    if (this.sessions > 0) return true
    this.#strangerBytes += bytes
    return this.#strangerBytes <= this.#port.maxStrangerBytes
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
