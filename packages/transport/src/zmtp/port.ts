// SPDX-License-Identifier: Apache-2.0
import { chmodSync, unlinkSync } from 'node:fs'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { bindError, checkIpcPath } from '../bind-errors.ts'
import type { ServerCounters } from '../sockets.ts'
import { Connection } from './connection.ts'
import type { Role } from './conversation.ts'
import type { EndReason } from './end-reason.ts'
import { networkOf } from './ledger.ts'
import type { PortEvents } from './port-events.ts'
import type { Sentry } from './sentry.ts'

/** Silence after which the kernel asks whether the peer is there: heartbeats keep it quiet. */
const boundIdleMs = 20_000
/** How long closing waits for what is under way. */
const closeGraceMs = 250

/** Where to listen, as ZeroMQ writes addresses: `tcp://host:port`, `*` for any, or `ipc://path`. */
export interface PortOptions {
  readonly address: string
  readonly backlog?: number
  readonly ipv6?: boolean
}

/** What a port is told, beside the events of its connections. */
export type PortHandlers = Pick<
  PortEvents<Connection>,
  'onPart' | 'onSubscription' | 'maxPartBytes' | 'maxUnprovenBytes'
> & {
  readonly role: Role
  readonly onEnd?: (connection: Connection, reason: EndReason) => void
}

/** A listening socket and its connections. */
export class Port implements PortEvents<Connection> {
  readonly counters: ServerCounters
  readonly maxPartBytes: number
  readonly maxUnprovenBytes: number
  readonly #handlers: PortHandlers
  readonly #sentry: Sentry
  readonly #server: Server
  readonly #connections = new Set<Connection>()
  #address = ''

  constructor(sentry: Sentry, handlers: PortHandlers) {
    this.#sentry = sentry
    this.#handlers = handlers
    this.maxPartBytes = handlers.maxPartBytes
    this.maxUnprovenBytes = handlers.maxUnprovenBytes
    this.counters = { connections: 0, handshakes: 0, disconnects: 0, malformed: 0, dropped: 0, failed: 0 }
    this.#server = createServer(
      { noDelay: true, keepAlive: true, keepAliveInitialDelay: boundIdleMs },
      (socket) => this.#accept(socket),
    )
  }

  /** The address bound, with the real port. */
  get address(): string {
    return this.#address
  }

  /** Binds. Rejects as `Transport.serve` does. */
  async open(options: PortOptions): Promise<void> {
    checkIpcPath(options.address)
    try {
      this.#address = options.address.startsWith('ipc://')
        ? await this.#listenAtPath(options)
        : await this.#listenAtPort(options)
    } catch (error) {
      throw bindError(options.address, error)
    }
    // What cannot be accepted is the affair of the connecting side: a server that listens goes on.
    this.#server.on('error', () => {
      this.counters.failed += 1
    })
  }

  onReady(connection: Connection): void {
    this.counters.handshakes += 1
    this.#sentry.greeted(connection)
  }

  onPart(connection: Connection, body: Buffer, more: boolean): void {
    this.#handlers.onPart(connection, body, more)
  }

  onSubscription(connection: Connection, topic: Buffer, isWanted: boolean): void {
    this.#handlers.onSubscription(connection, topic, isWanted)
  }

  onEnd(connection: Connection, reason: EndReason): void {
    this.#connections.delete(connection)
    this.counters.disconnects += 1
    if (reason !== 'closed') this.count(`ended_${reason}`)
    this.#handlers.onEnd?.(connection, reason)
  }

  count(name: string): void {
    this.counters[name] = (this.counters[name] ?? 0) + 1
  }

  /** Refuses new connections, ends those that are; what they are still sent has a moment to leave. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()))
    for (const connection of [...this.#connections]) connection.end('shut_down')
    let timer: NodeJS.Timeout | undefined
    const grace = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, closeGraceMs)
    })
    await Promise.race([closed, grace])
    clearTimeout(timer)
  }

  #accept(socket: Socket): void {
    const { remoteAddress, remotePort } = socket
    this.counters.connections += 1
    const isLocal = this.#address.startsWith('ipc://')
    const network = isLocal ? undefined : networkOf(remoteAddress ?? '')
    const refusal = this.#sentry.ledger.refusal(network, this.#sentry.nowMs())
    if (refusal !== undefined) {
      this.count(refusal)
      socket.on('error', () => undefined)
      socket.resetAndDestroy()
      return
    }
    const connection = new Connection({
      socket,
      role: this.#handlers.role,
      sentry: this.#sentry,
      port: this,
      number: this.counters.connections,
      remote: isLocal ? 'local' : remoteText(remoteAddress, remotePort),
      network,
    })
    this.#connections.add(connection)
    this.#sentry.enter(connection)
  }

  async #listenAtPort({ address, backlog, ipv6 }: PortOptions): Promise<string> {
    const text = address.slice('tcp://'.length)
    const colon = text.lastIndexOf(':')
    const host = text.slice(0, colon).replace(/^\[|\]$/g, '')
    const port = text.slice(colon + 1)
    const all = ipv6 ? '::' : '0.0.0.0'
    await this.#listen({
      host: host === '*' ? all : host,
      port: port === '*' ? 0 : Number(port),
      exclusive: true,
      ...(backlog === undefined ? {} : { backlog }),
    })
    const bound = this.#server.address() as AddressInfo
    return `tcp://${bound.family === 'IPv6' ? `[${bound.address}]` : bound.address}:${bound.port}`
  }

  /** A path that a server left behind when it was killed is taken over; one that somebody serves is not. */
  async #listenAtPath({ address, backlog }: PortOptions): Promise<string> {
    const path = address.slice('ipc://'.length)
    const options = { path, ...(backlog === undefined ? {} : { backlog }) }
    try {
      await this.#listen(options)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE' || (await isServed(path))) throw error
      unlinkSync(path)
      await this.#listen(options)
    }
    chmodSync(path, 0o600)
    return address
  }

  #listen(options: object): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen(options, () => {
        this.#server.off('error', reject)
        resolve()
      })
    })
  }
}

function remoteText(address: string | undefined, port: number | undefined): string {
  const plain = address?.startsWith('::ffff:') ? address.slice('::ffff:'.length) : (address ?? '')
  return plain.includes(':') ? `[${plain}]:${port}` : `${plain}:${port}`
}

function isServed(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path)
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
