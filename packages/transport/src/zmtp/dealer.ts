// SPDX-License-Identifier: Apache-2.0
import { connect, type Socket, type TcpNetConnectOpts } from 'node:net'
import { BoundedQueue } from '@halite/core'
import { maxFrameBytes } from '@halite/protocol'
import { checkIpcPath } from '../bind-errors.ts'
import type { ClientOptions, ClientSocket, SocketCounters } from '../sockets.ts'
import { needsIpv6, tcpPlace } from '../tcp-address.ts'
import { encodeReady } from './commands.ts'
import { greeting } from './greeting.ts'
import { encodeMessage } from './messages.ts'
import { PeerReader } from './peer-reader.ts'

/** How a path to another host is watched. */
export interface PathLimits {
  /** Seconds without a byte after which the kernel asks whether the other end is there. */
  readonly idleSeconds: number
  /** How long the two ends of a new connection may take to agree on a protocol, ms; default 5000. */
  readonly greetingMs?: number
}

/** What a peer of this protocol hears first; sent at once, since the other side waits for nothing of ours. */
const opening = Buffer.concat([greeting, encodeReady('DEALER')])
/** Frames kept until there is a connection. */
const queueLimit = 100_000
/** Between attempts to connect: at first, and at most. */
const reconnectMs = { first: 100, most: 2000 }
/** How long a connection to another host may take. */
const connectMs = 3000
/** How long its two ends may take to agree on a protocol. */
const greetingMs = 5000
/** How long closing waits for what was sent to leave. */
const closeGraceMs = 250
/** Bytes that are read at a time. */
const readBytes = 256 * 1024

/**
 * Connects the client's end of the request channel to a master, without a thread or a library of ZeroMQ. Programs that ask one
 * question start in half the time so, and much that arrives costs little. With `path` the connection is watched as one to another
 * host; frames wait until both ends agree on the protocol. Throws `SOCKET_PATH_TOO_LONG`.
 */
export function connectDealer(options: ClientOptions, path?: PathLimits): ClientSocket {
  checkIpcPath(options.address)
  const dealer = new ReconnectingDealer(options, path)
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
  readonly #path: PathLimits | undefined
  readonly #waiting = new BoundedQueue<Buffer>(queueLimit)
  readonly #room = readRoom()
  #socket: Socket | undefined
  #isConnected = false
  /** Whether the socket takes frames; of a master on this host before it has answered the greeting. */
  #takesFrames = false
  #isFlushing = false
  #isUp = false
  #isClosed = false
  #pauseMs = reconnectMs.first
  #retry: NodeJS.Timeout | undefined
  #deadline: NodeJS.Timeout | undefined

  constructor(options: ClientOptions, path: PathLimits | undefined) {
    this.#options = options
    this.#path = path
    this.#connect()
  }

  send(frame: Buffer): void {
    if (this.#isClosed || !this.#waiting.push(frame)) this.counters.dropped += 1
    else if (this.#takesFrames) this.#flushSoon()
  }

  async close(): Promise<void> {
    this.#isClosed = true
    clearTimeout(this.#retry)
    clearTimeout(this.#deadline)
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
      if (this.#takesFrames) this.#flush(socket)
      socket.end(() => socket.destroy())
    })
    socket.destroy()
  }

  #connect(): void {
    const reader = new PeerReader({
      maxBytes: this.#options.maxFrameBytes ?? maxFrameBytes,
      onReady: () => this.#onReady(),
      onFrame: (frame) => this.#take(frame),
      onMalformed: () => {
        this.counters.malformed += 1
      },
      write: (bytes) => socket.write(bytes),
    })
    const read = (bytes: number) => {
      reader.read(this.#room.subarray(0, bytes))
      if (reader.isBroken) socket.destroy()
      return true
    }
    const socket = connect({ ...this.#place(), onread: { buffer: this.#room, callback: read } })
    this.#socket = socket
    this.#expect(socket, connectMs)
    socket.setNoDelay(true)
    socket.once('connect', () => this.#onConnected(socket))
    socket.once('end', () => {
      this.#isConnected = false
      this.#takesFrames = false
    })
    // Why there is no connection shows in what waits for an answer; `close` follows.
    socket.on('error', () => undefined)
    socket.once('close', () => this.#onGone())
  }

  /** A path that does not carry the next step in this time is tried again. */
  #expect(socket: Socket, ms: number): void {
    if (this.#path === undefined) return
    clearTimeout(this.#deadline)
    this.#deadline = setTimeout(() => socket.destroy(), ms)
  }

  #onConnected(socket: Socket): void {
    if (this.#isClosed) return
    this.#isConnected = true
    this.#expect(socket, this.#path?.greetingMs ?? greetingMs)
    // Not before: Wine refuses it to a socket that is not connected.
    if (this.#path !== undefined) socket.setKeepAlive(true, this.#path.idleSeconds * 1000)
    socket.write(opening)
    if (this.#path === undefined) this.#beginFrames(socket)
  }

  #beginFrames(socket: Socket): void {
    this.#takesFrames = true
    this.#flush(socket)
  }

  /** All frames of a turn leave together, and after it is known whether the master has closed the connection. */
  #flushSoon(): void {
    if (this.#isFlushing) return
    this.#isFlushing = true
    setImmediate(() => {
      this.#isFlushing = false
      if (this.#takesFrames && this.#socket !== undefined) this.#flush(this.#socket)
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
    clearTimeout(this.#deadline)
    this.#isUp = true
    this.#pauseMs = reconnectMs.first
    this.#options.onLink?.('up')
    if (this.#path !== undefined && this.#isConnected && this.#socket !== undefined)
      this.#beginFrames(this.#socket)
  }

  /** A frame that lies in the room is copied: the next read overwrites it. */
  #take(frame: Buffer): void {
    // Closed from within a frame, the rest of what was read is nobody's.
    if (this.#isClosed) return
    try {
      this.#options.onFrame(frame.buffer === this.#room.buffer ? Buffer.from(frame) : frame)
    } catch {
      this.counters.failed += 1
    }
  }

  #onGone(): void {
    clearTimeout(this.#deadline)
    this.#isConnected = false
    this.#takesFrames = false
    const wasUp = this.#isUp
    this.#isUp = false
    if (this.#isClosed) return
    // Not all of a fleet at one moment.
    this.#retry = setTimeout(() => this.#connect(), this.#pauseMs * (0.5 + Math.random() / 2))
    this.#pauseMs = Math.min(2 * this.#pauseMs, reconnectMs.most)
    if (wasUp) this.#options.onLink?.('down')
  }

  /** A path, or host and port, as `node:net` takes them. */
  #place(): { path: string } | TcpNetConnectOpts {
    const { address } = this.#options
    if (address.startsWith('ipc://')) return { path: address.slice('ipc://'.length) }
    return { ...tcpPlace(address), family: needsIpv6(this.#options) ? 0 : 4 }
  }
}

/**
 * Where what is read lies until it is decoded, which is at once: all connections of a process share one room. Windows is handed the
 * room before there is anything to read, so each has its own there.
 */
function readRoom(): Buffer {
  if (process.platform === 'win32') return Buffer.allocUnsafeSlow(readBytes)
  sharedRoom ??= Buffer.allocUnsafeSlow(readBytes)
  return sharedRoom
}

let sharedRoom: Buffer | undefined
