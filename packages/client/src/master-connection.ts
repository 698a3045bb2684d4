// SPDX-License-Identifier: Apache-2.0
import { userInfo } from 'node:os'
import {
  Gate,
  isSaltError,
  type Logger,
  loadOptions,
  localAddress,
  localKeyFile,
  type MasterOptions,
  messageOf,
  readPlainFile,
  SaltError,
  silentLog,
  systemClock,
  systemCodeOf,
} from '@halite/core'
import { loads } from '@halite/protocol'
import { type Connector, connectDealer, LocalHandshake, PeerChannel } from '@halite/transport'
import { EndedSubscriptions } from './ended-subscriptions.ts'
import { type EventSink, Subscriptions } from './subscriptions.ts'

export interface ConnectionOptions {
  /** Directory of the master's configuration; default as for every tool. */
  readonly configDir?: string
  /** Instead of `configDir`: options that were loaded before. */
  readonly options?: MasterOptions
  readonly transport?: Connector
  readonly log?: Logger
}

const connectTimeoutMs = 3000
const requestTimeoutMs = 60_000
/** How long the master may take to hear that this program leaves: it finds out by itself, too. */
const goodbyeMs = 500
/** A master takes 1024 requests of one session at a time. */
const maxRequestsUnderWay = 512
/** How often a master that went away is tried while somebody listens. */
const comeBackMs = 300
/** How long one such try may take: the key that was read may be that of the master that went away, which nobody answers. */
const comeBackTimeoutMs = 1000

/**
 * A session with the master of this host, made at the first request and made again when it is lost. The user is the owner of
 * the key file `<cachedir>/.<user>_key` that can be read. Any number of runs may share one: requests wait for their turn
 * above 512, and each run hears the events of its own job only.
 */
export class MasterConnection implements AsyncDisposable {
  readonly options: MasterOptions
  readonly #transport: Connector
  readonly #log: Logger
  readonly #gate = new Gate(maxRequestsUnderWay)
  readonly #subscriptions = new Subscriptions()
  readonly #ended = new EndedSubscriptions((prefix) => {
    // When the session is gone, so is the subscription.
    this.request('unsubscribe', { prefix }).catch(() => undefined)
  })
  #channel: PeerChannel | undefined
  #connecting: Promise<PeerChannel> | undefined
  #isComingBack = false
  #closed = false

  /** Reads the configuration unless it is given; throws `CONFIG_INVALID` and the like. */
  constructor({
    configDir,
    options,
    transport = { connect: connectDealer },
    log = silentLog,
  }: ConnectionOptions = {}) {
    this.options = options ?? loadOptions('master', configDir === undefined ? {} : { configDir }).options
    this.#transport = transport
    this.#log = log
  }

  /** One request. Rejects with `MASTER_UNREACHABLE`, `CLIENT_NOT_ALLOWED`, or what the master answered. */
  request(name: string, load: unknown, timeoutMs = requestTimeoutMs): Promise<unknown> {
    return this.#gate.run(async () => {
      const channel = await this.#connected()
      return channel.request(name, load, { timeoutMs })
    })
  }

  /**
   * A request whose answer names a job that the caller will listen to: events of it that come before `listen` is called,
   * in the turn in which `use` gets the answer, are kept for it.
   */
  async requestJob<T>(name: string, load: unknown, use: (answer: unknown) => T): Promise<T> {
    const release = this.#subscriptions.hold()
    try {
      return use(await this.request(name, load))
    } finally {
      release()
    }
  }

  /** Has the master push the events below `prefix`, until the function it resolves to is called. Rejects as `request`. */
  async subscribe(prefix: string, sink: EventSink): Promise<() => void> {
    const stop = this.listen(prefix, sink)
    try {
      await this.request('subscribe', { prefix })
      return stop
    } catch (error) {
      stop()
      throw error
    }
  }

  /** Hears events that the master pushes already. When the session is lost it is made again for those who listen. */
  listen(prefix: string, sink: EventSink): () => void {
    this.#ended.revive(prefix)
    this.#subscriptions.add(prefix, sink)
    return () => {
      if (this.#subscriptions.remove(prefix, sink) && this.#channel !== undefined) this.#ended.add(prefix)
    }
  }

  /** Ends the session; requests that come later reject with `SESSION_LOST`. */
  async close(): Promise<void> {
    this.#closed = true
    this.#ended.clear()
    const channel = this.#channel ?? (await this.#connecting?.catch(() => undefined))
    this.#channel = undefined
    this.#connecting = undefined
    if (channel?.session) await channel.request('bye', {}, { timeoutMs: goodbyeMs }).catch(() => undefined)
    await channel?.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  #connected(): Promise<PeerChannel> {
    if (this.#closed) return Promise.reject(new SaltError('SESSION_LOST', 'the client was closed'))
    this.#connecting ??= this.#connect().catch((error: unknown) => {
      this.#connecting = undefined
      throw error
    })
    return this.#connecting
  }

  /** A master that starts leaves another key: a client that read the previous one tries once more. */
  async #connect(): Promise<PeerChannel> {
    const { cachedir, user } = this.options
    const key = readUserKey(cachedir, user)
    try {
      return await this.#handshake(key)
    } catch (error) {
      const now = readUserKey(cachedir, user)
      if (now.bytes.equals(key.bytes)) throw error
      return this.#handshake(now)
    }
  }

  async #handshake(key: UserKey): Promise<PeerChannel> {
    const { sock_dir, ret_port } = this.options
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
      const timeoutMs = this.#isComingBack ? comeBackTimeoutMs : connectTimeoutMs
      await channel.handshake(new LocalHandshake(key.user, key.bytes), { timeoutMs })
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
    this.#ended.clear()
    this.#channel = undefined
    this.#connecting = undefined
    void channel.close()
    if (!this.#isComingBack) void this.#comeBack()
  }

  /** Makes another session for those who listen, once the master is there again. */
  async #comeBack(): Promise<void> {
    this.#isComingBack = true
    while (!this.#closed && this.#subscriptions.prefixes.length > 0) {
      try {
        for (const prefix of this.#subscriptions.prefixes) await this.request('subscribe', { prefix })
        this.#subscriptions.resumed()
        break
      } catch (error) {
        this.#log.debug('the master is not back yet', { reason: messageOf(error) })
        await systemClock.sleep(comeBackMs)
      }
    }
    this.#isComingBack = false
  }

  #take(name: string, load: unknown): void {
    if (name === 'events') this.#subscriptions.take(loads.eventsSchema(load, 'events'))
    // The master asks whether there is still somebody here.
    else if (name === 'ping') this.request('ping', {}).catch(() => undefined)
  }
}

interface UserKey {
  readonly user: string
  readonly bytes: Buffer
}

const maxKeyFileBytes = 1024

/** The key of the first of these users whose file can be read: who we are, who the master runs as, root. */
function readUserKey(cachedir: string, masterUser: string): UserKey {
  const users = [...new Set([userInfo().username, masterUser, 'root'])].filter((user) => user !== '')
  let refused: unknown
  for (const user of users) {
    try {
      const text = readPlainFile(localKeyFile(cachedir, user), maxKeyFileBytes)
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
