// SPDX-License-Identifier: Apache-2.0
import { connect, type Socket } from 'node:net'
import { BoundedQueue } from '@halite/core'
import { maxFrameBytes } from '@halite/protocol'
import { checkIpcPath } from '../bind-errors.ts'
import type { ClientOptions, ClientSocket, SocketCounters } from '../sockets.ts'
import { answerPing, decodeCommand, decodeReady, encodeReady } from './commands.ts'
import { type FrameHandler, FrameReader } from './frame-reader.ts'
import { commandFlag, moreFlag } from './frames.ts'
import { greeting, greetingBytes, greetingFault } from './greeting.ts'
import { encodeMessage } from './messages.ts'

/** What a peer of this protocol hears first; sent at once, since the other side waits for nothing of ours. */
const opening = Buffer.concat([greeting, encodeReady('DEALER')])
const maxCommandBytes = 1024
/** Frames kept until there is a connection. */
const queueLimit = 100_000
/** Between attempts to connect: at first, and at most. */
const reconnectMs = { first: 100, most: 2000 }
/** How long closing waits for what was sent to leave. */
const closeGraceMs = 250

/**
 * Connects the client's end of the request channel to a master of the same host, without a thread or a library of ZeroMQ:
 * programs that ask one question start in half the time. Throws `SOCKET_PATH_TOO_LONG`.
 */
export function connectDealer(options: ClientOptions): ClientSocket {
  checkIpcPath(options.address)
  const dealer = new ReconnectingDealer(options)
  return {
    counters: dealer.counters,
    send: (frame) => dealer.send(frame),
    close: () => dealer.close(),
  }
}

/** One connection after the other, until it is closed; what cannot be sent yet waits for the next. */
class ReconnectingDealer {
  readonly counters: SocketCounters = { malformed: 0, dropped: 0, failed: 0 }
  readonly #options: ClientOptions
  readonly #waiting = new BoundedQueue<Buffer>(queueLimit)
  #socket: Socket | undefined
  /** Whether the socket takes frames; the master may not have answered its greeting yet. */
  #isConnected = false
  #isFlushing = false
  #isUp = false
  #isClosed = false
  #pauseMs = reconnectMs.first
  #retry: NodeJS.Timeout | undefined

  constructor(options: ClientOptions) {
    this.#options = options
    this.#connect()
  }

  send(frame: Buffer): void {
    if (this.#isClosed || !this.#waiting.push(frame)) this.counters.dropped += 1
    else if (this.#isConnected) this.#flushSoon()
  }

  async close(): Promise<void> {
    this.#isClosed = true
    clearTimeout(this.#retry)
    const socket = this.#socket
    if (socket === undefined || !this.#isConnected) {
      socket?.destroy()
      return
    }
    this.#isConnected = false
    await new Promise<void>((resolve) => {
      const grace = setTimeout(resolve, closeGraceMs)
      socket.once('close', () => {
        clearTimeout(grace)
        resolve()
      })
      this.#flush(socket)
      socket.end(() => socket.destroy())
    })
    socket.destroy()
  }

  #connect(): void {
    const socket = connect(placeOf(this.#options.address))
    this.#socket = socket
    const reader = new PeerReader({
      maxBytes: this.#options.maxFrameBytes ?? maxFrameBytes,
      onReady: () => this.#onReady(),
      onFrame: (frame) => this.#take(frame),
      onMalformed: () => {
        this.counters.malformed += 1
      },
      write: (bytes) => socket.write(bytes),
    })
    socket.setNoDelay(true)
    socket.once('connect', () => this.#onConnected(socket))
    socket.on('data', (chunk: Buffer) => {
      reader.read(chunk)
      if (reader.isBroken) socket.destroy()
    })
    socket.once('end', () => {
      this.#isConnected = false
    })
    // Why there is no connection shows in what waits for an answer; `close` follows.
    socket.on('error', () => undefined)
    socket.once('close', () => this.#onGone())
  }

  #onConnected(socket: Socket): void {
    if (this.#isClosed) return
    this.#isConnected = true
    socket.write(opening)
    this.#flush(socket)
  }

  /** All frames of a turn leave together, and after it is known whether the master has closed the connection. */
  #flushSoon(): void {
    if (this.#isFlushing) return
    this.#isFlushing = true
    setImmediate(() => {
      this.#isFlushing = false
      if (this.#isConnected && this.#socket !== undefined) this.#flush(this.#socket)
    })
  }

  #flush(socket: Socket): void {
    socket.cork()
    for (let frame = this.#waiting.shift(); frame !== undefined; frame = this.#waiting.shift()) {
      for (const piece of encodeMessage(frame)) socket.write(piece)
    }
    socket.uncork()
  }

  #onReady(): void {
    this.#isUp = true
    this.#pauseMs = reconnectMs.first
    this.#options.onLink?.('up')
  }

  #take(frame: Buffer): void {
    // Closed from within a frame, the rest of what was read is nobody's.
    if (this.#isClosed) return
    try {
      this.#options.onFrame(frame)
    } catch {
      this.counters.failed += 1
    }
  }

  #onGone(): void {
    this.#isConnected = false
    const wasUp = this.#isUp
    this.#isUp = false
    if (this.#isClosed) return
    this.#retry = setTimeout(() => this.#connect(), this.#pauseMs)
    this.#pauseMs = Math.min(2 * this.#pauseMs, reconnectMs.most)
    if (wasUp) this.#options.onLink?.('down')
  }
}

interface PeerReaderInit {
  /** Largest frame taken. */
  readonly maxBytes: number
  readonly onReady: () => void
  readonly onFrame: (frame: Buffer) => void
  readonly onMalformed: () => void
  readonly write: (bytes: Buffer) => void
}

/** What a ROUTER says on one connection: its greeting, READY, then messages of one part and commands. */
class PeerReader implements FrameHandler {
  readonly #init: PeerReaderInit
  readonly #frames = new FrameReader(this)
  #greeting = Buffer.alloc(0)
  #isReady = false
  #isBroken = false
  /** Inside a message of several parts. */
  #isInParts = false

  constructor(init: PeerReaderInit) {
    this.#init = init
  }

  /** Whether the peer does not keep to the protocol: nothing is read any more. */
  get isBroken(): boolean {
    return this.#isBroken || this.#frames.fault !== undefined
  }

  read(chunk: Buffer): void {
    if (this.isBroken) return
    const rest = this.#greeting.length < greetingBytes ? this.#readGreeting(chunk) : chunk
    if (rest.length > 0) this.#frames.read(rest)
  }

  limit(flags: number): number {
    return (flags & commandFlag) === 0 && this.#isReady ? this.#init.maxBytes : maxCommandBytes
  }

  admits(): boolean {
    return true
  }

  reserve(): boolean {
    return true
  }

  onFrame(flags: number, body: Buffer): void {
    if ((flags & commandFlag) !== 0) this.#onCommand(body)
    else if (this.#isReady) this.#onPart(body, (flags & moreFlag) !== 0)
    else this.#break()
  }

  /** What follows the greeting. */
  #readGreeting(chunk: Buffer): Buffer {
    const missing = greetingBytes - this.#greeting.length
    this.#greeting = Buffer.concat([this.#greeting, chunk.subarray(0, missing)])
    if (greetingFault(this.#greeting, this.#greeting.length) !== undefined) this.#break()
    return this.#isBroken ? Buffer.alloc(0) : chunk.subarray(missing)
  }

  #onPart(body: Buffer, hasMore: boolean): void {
    const isWhole = !this.#isInParts && !hasMore
    if (!hasMore && !isWhole) this.#init.onMalformed()
    this.#isInParts = hasMore
    if (isWhole) this.#init.onFrame(body)
  }

  #onCommand(body: Buffer): void {
    const command = decodeCommand(body)
    if (command?.name === 'READY' && !this.#isReady) this.#onReady(command.data)
    else if (command?.name === 'PING') this.#onPing(command.data)
    else if (command?.name !== 'PONG') this.#break()
  }

  #onReady(data: Buffer): void {
    if (decodeReady(data)?.socketType !== 'ROUTER') {
      this.#break()
      return
    }
    this.#isReady = true
    this.#init.onReady()
  }

  #onPing(data: Buffer): void {
    const answer = answerPing(data)
    if (answer === undefined) this.#break()
    else this.#init.write(answer.pong)
  }

  #break(): void {
    this.#isBroken = true
    this.#frames.stop()
  }
}

/** A path, or host and port, as `node:net` takes them. */
function placeOf(address: string): { path: string } | { host: string; port: number } {
  if (address.startsWith('ipc://')) return { path: address.slice('ipc://'.length) }
  const { hostname, port } = new URL(address)
  return { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) }
}
