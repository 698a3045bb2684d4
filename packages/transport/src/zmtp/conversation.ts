// SPDX-License-Identifier: Apache-2.0
import { answerPing, decodeCommand, decodeReady, encodeError, encodeReady } from './commands.ts'
import type { Fault } from './fault.ts'
import { type FrameHandler, FrameReader } from './frame-reader.ts'
import { commandFlag, moreFlag } from './frames.ts'
import { greeting, greetingBytes, greetingFault, signatureBytes } from './greeting.ts'

/** What a bound socket is, and which peers may connect to it. */
export interface Role {
  readonly peers: readonly string[]
  /** What it says first, the same to everybody: its greeting, and READY of its socket type. */
  readonly opening: Buffer
}

/** The request port: answers find their way back by the connection. */
export const routerRole: Role = { peers: ['DEALER', 'REQ', 'ROUTER'], opening: openingOf('ROUTER') }
/** The publish port. */
export const publisherRole: Role = { peers: ['SUB', 'XSUB'], opening: openingOf('XPUB') }

function openingOf(socketType: string): Buffer {
  return Buffer.concat([greeting, encodeReady(socketType)])
}

/** What a connection makes of its conversation. Nothing here may throw. */
export interface Listener {
  write(bytes: Buffer): void
  /** Both sides agreed; messages may follow. */
  onReady(socketType: string): void
  /** A part of a message; `body` may be a view of what was read. */
  onPart(body: Buffer, more: boolean): void
  /** SUBSCRIBE and CANCEL of ZMTP 3.1; those of 3.0 are messages. */
  onSubscription(topic: Buffer, isWanted: boolean): void
  /** Any command after the handshake, before it is looked at; false ends the conversation, which its owner counts. */
  onCommand(): boolean
  /** The peer asks to be given up after this silence, ms; 0 for never. */
  onTtl(ms: number): void
  /** Largest part of a message. */
  maxPartBytes(): number
  /** Counts a frame that is about to be read; false when it is more than the peer may send. */
  admits(bytes: number): boolean
  /** Asks for memory to collect a frame that comes in pieces; false to wait. */
  reserve(bytes: number): boolean
}

/** A command is small: READY with all its properties, a subscription, a ping. */
const maxCommandBytes = 1024

/**
 * The server's side of ZMTP 3.0 and 3.1 with mechanism NULL, on one connection: bytes in, bytes and events out. Whatever
 * comes, it answers, calls its listener, or sets `fault`.
 */
export class Conversation implements FrameHandler {
  readonly #role: Role
  readonly #listener: Listener
  readonly #frames: FrameReader
  #state: 'greeting' | 'handshake' | 'open' | 'ended' = 'greeting'
  #fault: Fault | undefined
  #greeting: Buffer | undefined
  #greeted = 0

  constructor(role: Role, listener: Listener) {
    this.#role = role
    this.#listener = listener
    this.#frames = new FrameReader(this)
  }

  /** What the peer did wrong; its connection is to end. */
  get fault(): Fault | undefined {
    return this.#fault ?? this.#frames.fault
  }

  /** Whether a frame, or the greeting, has begun and is not whole. */
  get isInsideFrame(): boolean {
    return this.#frames.isInside
  }

  /** Memory held for a frame that is not whole. */
  get heldBytes(): number {
    return this.#frames.heldBytes
  }

  /** Called from a listener: what follows is left unread. */
  stop(): void {
    this.#frames.stop()
  }

  /** Reads on; gives how many bytes were taken: less than all when it was stopped or had no room. */
  read(chunk: Buffer): number {
    const at = this.#state === 'greeting' ? this.#readGreeting(chunk) : 0
    if (this.fault !== undefined || this.#state === 'ended') return chunk.length
    return at + this.#frames.read(at === 0 ? chunk : chunk.subarray(at))
  }

  // What the frame reader calls.

  limit(flags: number): number {
    const isMessage = (flags & commandFlag) === 0
    if (isMessage && this.#state === 'open') return this.#listener.maxPartBytes()
    return maxCommandBytes
  }

  onFrame(flags: number, body: Buffer): void {
    if (this.#state === 'ended') return
    if ((flags & commandFlag) !== 0) this.#onCommand(body)
    else if (this.#state === 'open') this.#listener.onPart(body, (flags & moreFlag) !== 0)
    else this.#end('frame_malformed')
  }

  admits(bytes: number): boolean {
    return this.#listener.admits(bytes)
  }

  reserve(bytes: number): boolean {
    return this.#listener.reserve(bytes)
  }

  #readGreeting(chunk: Buffer): number {
    const known = this.#greeting ?? Buffer.alloc(greetingBytes)
    this.#greeting = known
    const before = this.#greeted
    const taken = chunk.copy(known, before, 0, greetingBytes - before)
    this.#greeted += taken
    const isSigned = this.#greeted >= signatureBytes && greetingFault(known, signatureBytes) === undefined
    // READY waits for nothing that is still to come: of a peer that is refused for it the connection ends.
    if (before < signatureBytes && isSigned) this.#listener.write(this.#role.opening)
    this.#fault = greetingFault(known, this.#greeted)
    if (this.#fault !== undefined) return taken
    if (this.#greeted === greetingBytes) {
      this.#greeting = undefined
      this.#state = 'handshake'
    }
    return taken
  }

  #onCommand(body: Buffer): void {
    const command = decodeCommand(body)
    if (command === undefined) this.#end('frame_malformed')
    else if (this.#state === 'handshake') this.#onHandshake(command.name, command.data)
    else if (!this.#listener.onCommand()) this.#end(undefined)
    else this.#onOpenCommand(command.name, command.data)
  }

  #onHandshake(name: string, data: Buffer): void {
    if (name === 'ERROR') {
      this.#end('error_of_peer')
      return
    }
    const peer = name === 'READY' ? decodeReady(data) : undefined
    if (peer === undefined) this.#end('frame_malformed')
    else if (!this.#role.peers.includes(peer.socketType)) {
      this.#listener.write(encodeError('Invalid socket type'))
      this.#end('socket_type_refused')
    } else {
      this.#state = 'open'
      this.#listener.onReady(peer.socketType)
    }
  }

  #onOpenCommand(name: string, data: Buffer): void {
    if (name === 'PING') this.#onPing(data)
    else if (name === 'PONG') return
    else if (name === 'SUBSCRIBE') this.#listener.onSubscription(data, true)
    else if (name === 'CANCEL') this.#listener.onSubscription(data, false)
    else this.#end(name === 'ERROR' ? 'error_of_peer' : 'command_unknown')
  }

  #onPing(data: Buffer): void {
    const answer = answerPing(data)
    if (answer === undefined) {
      this.#end('frame_malformed')
      return
    }
    this.#listener.onTtl(answer.ttlMs)
    this.#listener.write(answer.pong)
  }

  #end(fault: Fault | undefined): void {
    this.#fault = fault
    this.#state = 'ended'
    this.#frames.stop()
  }
}
