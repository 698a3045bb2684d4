// SPDX-License-Identifier: Apache-2.0
import { isSaltError, type Jid, messageOf, SaltError } from '@halite/core'
import type { CallReturn, JobReturn } from '@halite/protocol'
import type { AskedMaster, AskName } from './asked-master.ts'
import { addressName, type MasterAddress } from './master-address.ts'
import { MasterHost } from './master-host.ts'
import { MasterSession, type SessionParty } from './master-session.ts'
import type { ResolveHost } from './resolve-host.ts'
import type { ReturnReceiver } from './return-sender.ts'
import { type Setback, Setbacks } from './setbacks.ts'

export interface MasterLinkOptions extends SessionParty {
  readonly address: MasterAddress
  readonly resolve: ResolveHost
  /** How the link stands; for people and tests. */
  readonly onState?: (state: LinkState) => void
  readonly grains: () => Readonly<Record<string, unknown>>
  /** `master` is the fingerprint of the master that sent it. */
  readonly onJob: (load: unknown, master: string) => void
  /** The session stands: time to send what waits. */
  readonly onUp: () => void
}

/**
 * How a link stands: `pending` waits for the key to be accepted, `refused` for an operator to change something;
 * both keep trying. `up` has a session. `closed` is final.
 */
export type LinkState = 'connecting' | 'pending' | 'refused' | 'up' | 'closed'

const watchMs = 500

/** An accepted key is hinted at once; a hint that comes more often than this within that time is ignored. */
const maxHints = 3
const hintsWithinMs = 60_000

/** A master and the session with it, which is made again whatever happens to the path. */
export class MasterLink implements AskedMaster, ReturnReceiver {
  readonly #options: MasterLinkOptions
  readonly #closing = new AbortController()
  readonly #host: MasterHost
  readonly #setbacks: Setbacks
  #session: MasterSession | undefined
  #fingerprint: string | undefined
  #state: LinkState = 'connecting'
  #wake: () => void = () => undefined
  /** A hint came since the last attempt began: it may come before anybody waits for it. */
  #isHinted = false
  /** When hints to ask again were followed, lately. Monotonic ms. */
  #hintsMs: number[] = []
  #running: Promise<void> = Promise.resolve()

  constructor(options: MasterLinkOptions) {
    const { address, resolve, log } = options
    this.#options = options
    this.#host = new MasterHost({ host: address.host, ipv6: options.options.ipv6, resolve, log })
    this.#setbacks = new Setbacks(options.options, options.random)
    this.#fingerprint = options.pinned.fingerprint
  }

  get name(): string {
    return addressName(this.#options.address)
  }

  /** Of the key that is pinned, or that the master showed; undefined before the first session. */
  get fingerprint(): string | undefined {
    return this.#fingerprint
  }

  get state(): LinkState {
    return this.#state
  }

  get isUp(): boolean {
    return this.#state === 'up'
  }

  /** Connects and keeps connected until `close`. `onFatal` is called once, when no further attempt is made. */
  start(onFatal: (error: SaltError) => void): void {
    this.#running = this.#run(onFatal)
  }

  /** Says goodbye, when there is somebody to say it to, and closes the sockets. */
  async close(): Promise<void> {
    const wasUp = this.isUp
    this.#setState('closed')
    this.#closing.abort()
    this.#wake()
    if (wasUp) await this.#request('_bye', {}, 500).catch(() => undefined)
    // A handshake under way would be waited for: it ends with its connection.
    await this.#disconnect()
    await this.#running
    await this.#disconnect()
  }

  async sendReturn(ret: JobReturn): Promise<void> {
    await this.#request('_return', ret)
  }

  async sendCall(call: CallReturn): Promise<void> {
    await this.#request('_call', call)
  }

  /** Notifies the master that a job runs; of no consequence when it is lost. */
  started(jid: Jid): void {
    this.#session?.tell('_started', { jid })
  }

  ask(name: AskName, load: unknown, timeoutMs?: number): Promise<unknown> {
    return this.#request(name, load, timeoutMs)
  }

  sendGrains(): void {
    this.#session?.tell('_grains', { grains: this.#options.grains() })
  }

  async #run(onFatal: (error: SaltError) => void): Promise<void> {
    while (!this.#closing.signal.aborted) {
      try {
        const session = await this.#connect(this.#options.options.auth_timeout * 1000)
        this.#setbacks.clear()
        await this.#untilLost(session)
      } catch (error) {
        if (this.#closing.signal.aborted) return
        const setback = this.#setbacks.next(error)
        if (setback.waitMs === Number.POSITIVE_INFINITY) return onFatal(asSaltError(error))
        await this.#waitAfter(error, setback)
      }
    }
  }

  async #connect(timeoutMs: number): Promise<MasterSession> {
    await this.#disconnect()
    this.#isHinted = false
    this.#setState('connecting')
    const { signal } = this.#closing
    const { address, log, onJob, grains } = this.#options
    const host = await this.#host.find(timeoutMs, signal)
    signal.throwIfAborted()
    const session = new MasterSession(
      this.#options,
      { host, port: address.port },
      {
        daemon: { grains, onJob },
        events: {
          onHint: (hint) => this.#onHint(hint),
          onReconnected: () => {
            if (this.isUp) void this.#goOn()
          },
        },
      },
    )
    this.#session = session
    await session.open(timeoutMs)
    this.#fingerprint = session.fingerprint
    this.#setState('up')
    log.info('connected to master', { master: this.name })
    this.#options.onUp()
    return session
  }

  /** An unsigned hint: that the key's state may have changed says nothing to a session that stands. */
  #onHint(hint: 'unknownSession' | 'helloAgain'): void {
    if (hint === 'helloAgain' && (this.isUp || !this.#mayAskAgain())) return
    this.#startOver()
  }

  /** Anybody on the path can send this hint: obeyed each time, it would make a minion that waits ask without end. */
  #mayAskAgain(): boolean {
    const nowMs = this.#options.clock.monotonicMs()
    this.#hintsMs = this.#hintsMs.filter((atMs) => nowMs - atMs < hintsWithinMs)
    if (this.#hintsMs.length >= maxHints) return false
    this.#hintsMs.push(nowMs)
    return true
  }

  /** Ends the wait under way, or the next one: a new session is worth a try. */
  #startOver(): void {
    this.#isHinted = true
    this.#wake()
  }

  /** The connection is another one and the session may still stand: what was under way is asked again, returns above all. */
  async #goOn(): Promise<void> {
    const session = this.#session
    session?.abandonRequests('the connection to the master broke')
    if ((await session?.isAlive()) === true) {
      if (this.isUp) this.#options.onUp()
    } else this.#startOver()
  }

  /** Resolves when the session is no longer worth keeping. */
  async #untilLost(session: MasterSession): Promise<void> {
    for (;;) {
      await this.#sleepUntilHint(watchMs)
      if (this.#closing.signal.aborted || this.#isHinted) return
      const verdict = session.watch.verdict()
      if (verdict === 'down' || verdict === 'jumped') return
      if (verdict === 'silent' && !(await session.isAlive())) return
      if (verdict === 'deaf') {
        this.#options.log.warning('no publication arrives: connecting again', { master: this.name })
        return
      }
    }
  }

  async #waitAfter(error: unknown, { state, level, text, waitMs }: Setback): Promise<void> {
    if (state !== undefined) this.#setState(state)
    const hint = isSaltError(error) ? error.hint : undefined
    this.#options.log[level](text, { master: this.name, reason: messageOf(error), hint })
    await (state === undefined ? this.#sleep(waitMs) : this.#sleepUntilHint(waitMs))
  }

  /** Sleeps, or less when the master hints that asking again is worth it. */
  async #sleepUntilHint(ms: number): Promise<void> {
    if (this.#isHinted || this.#closing.signal.aborted) return
    const done = new AbortController()
    this.#wake = () => done.abort()
    await this.#sleep(ms, done.signal)
  }

  /** Sleeps until the time is over or `woken` aborts; by default that is when the link closes. */
  async #sleep(ms: number, woken: AbortSignal = this.#closing.signal): Promise<void> {
    try {
      await this.#options.clock.sleep(ms, woken)
    } catch (error) {
      if (!woken.aborted) throw error
    }
  }

  #request(name: string, load: unknown, timeoutMs?: number): Promise<unknown> {
    if (this.#session === undefined)
      return Promise.reject(new SaltError('SESSION_LOST', 'there is no session with the master'))
    return this.#session.request(name, load, timeoutMs)
  }

  #setState(state: LinkState): void {
    if (this.#state === state || this.#state === 'closed') return
    this.#state = state
    this.#options.onState?.(state)
  }

  async #disconnect(): Promise<void> {
    const session = this.#session
    this.#session = undefined
    await session?.close()
  }
}

function asSaltError(error: unknown): SaltError {
  return isSaltError(error) ? error : new SaltError('HANDSHAKE_TIMEOUT', messageOf(error), { cause: error })
}
