// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import {
  isSaltError,
  type Logger,
  loadOptions,
  localAddress,
  localKeyFile,
  type MasterOptions,
  messageOf,
  SaltError,
  silentLog,
  systemCodeOf,
} from '@halite/core'
import { loads, type WireEvent } from '@halite/protocol'
import { LocalHandshake, PeerChannel, type Transport, zeromqTransport } from '@halite/transport'

export interface ConnectionOptions {
  /** Directory of the master's configuration; default as for every tool. */
  readonly configDir?: string
  /** Instead of `configDir`: options that were loaded before. */
  readonly options?: MasterOptions
  readonly transport?: Transport
  readonly log?: Logger
}

type EventListener = (event: WireEvent) => void

const connectTimeoutMs = 3000
const requestTimeoutMs = 60_000

/**
 * A session with the master of this host, made at the first request and made anew when it is lost. The user is who owns
 * the key file `<cachedir>/.<user>_key` that can be read.
 */
export class MasterConnection {
  readonly options: MasterOptions
  readonly #transport: Transport
  readonly #log: Logger
  readonly #listeners = new Set<EventListener>()
  readonly #lostListeners = new Set<() => void>()
  #channel: PeerChannel | undefined
  #connecting: Promise<PeerChannel> | undefined
  #closed = false

  constructor({ configDir, options, transport = zeromqTransport, log = silentLog }: ConnectionOptions = {}) {
    this.options = options ?? loadOptions('master', configDir === undefined ? {} : { configDir }).options
    this.#transport = transport
    this.#log = log
  }

  /** One request. Rejects with `MASTER_UNREACHABLE`, `CLIENT_NOT_ALLOWED`, or what the master answered. */
  async request(name: string, load: unknown, timeoutMs = requestTimeoutMs): Promise<unknown> {
    if (this.#closed) throw new SaltError('SESSION_LOST', 'the client was closed')
    const channel = await this.#connected()
    return channel.request(name, load, { timeoutMs })
  }

  /** Hands every event the master pushes to `listener`; returns the way to stop. */
  listen(listener: EventListener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Calls `listener` whenever a session is lost; returns the way to stop. */
  onLost(listener: () => void): () => void {
    this.#lostListeners.add(listener)
    return () => this.#lostListeners.delete(listener)
  }

  /** Ends the session; requests that come later reject with `SESSION_LOST`. */
  async close(): Promise<void> {
    this.#closed = true
    const channel = this.#channel
    this.#channel = undefined
    this.#connecting = undefined
    await channel?.close()
  }

  #connected(): Promise<PeerChannel> {
    this.#connecting ??= this.#connect().catch((error: unknown) => {
      this.#connecting = undefined
      throw error
    })
    return this.#connecting
  }

  async #connect(): Promise<PeerChannel> {
    const { sock_dir, ret_port, cachedir, user } = this.options
    const key = readUserKey(cachedir, user)
    const channel = new PeerChannel({
      transport: this.#transport,
      address: localAddress(sock_dir, ret_port),
      log: this.#log,
      onPush: (name, load) => this.#take(name, load),
      onHint: () => this.#drop(channel),
      onLink: (state) => {
        if (state === 'down') this.#drop(channel)
      },
    })
    try {
      await channel.handshake(new LocalHandshake(key.user, key.bytes), { timeoutMs: connectTimeoutMs })
    } catch (cause) {
      await channel.close()
      if (!isSaltError(cause, 'HANDSHAKE_TIMEOUT')) throw cause
      throw new SaltError('MASTER_UNREACHABLE', `the master does not answer in ${sock_dir}`, {
        cause,
        hint: 'Is salt-master running, with this configuration? Else give its directory with -c.',
      })
    }
    this.#channel = channel
    return channel
  }

  #drop(channel: PeerChannel): void {
    if (this.#channel !== channel) return
    this.#channel = undefined
    this.#connecting = undefined
    void channel.close()
    for (const listener of [...this.#lostListeners]) listener()
  }

  #take(name: string, load: unknown): void {
    if (name !== 'events') return
    for (const event of loads.eventsSchema(load, 'events'))
      for (const listener of [...this.#listeners]) listener(event)
  }
}

/** The key of the first of these users whose file can be read: who we are, who the master runs as, root. */
function readUserKey(cachedir: string, masterUser: string): { user: string; bytes: Buffer } {
  const users = [...new Set([userInfo().username, masterUser, 'root'])].filter((user) => user !== '')
  let refused: unknown
  for (const user of users) {
    try {
      const text = readFileSync(localKeyFile(cachedir, user), 'utf8')
      return { user, bytes: Buffer.from(text, 'base64') }
    } catch (error) {
      if (systemCodeOf(error) !== 'ENOENT') refused ??= error
    }
  }
  if (refused === undefined) {
    throw new SaltError('MASTER_UNREACHABLE', `no master has left a key for ${users[0]} in ${cachedir}`, {
      hint: 'Is salt-master running, with this configuration? Else give its directory with -c.',
    })
  }
  throw new SaltError(
    'CLIENT_NOT_ALLOWED',
    `the keys of the master in ${cachedir} cannot be read: ${messageOf(refused)}`,
    {
      hint: 'Run as root, or as the user the master runs as.',
    },
  )
}
