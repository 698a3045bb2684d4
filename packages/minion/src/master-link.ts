// SPDX-License-Identifier: Apache-2.0
import {
  type Clock,
  ClockJumpWatch,
  type Identity,
  isSaltError,
  type Jid,
  type Logger,
  type MinionId,
  type MinionOptions,
  messageOf,
  SaltError,
  version,
} from '@halite/core'
import { type JobReturn, loads, masterKeyOf, type OpenReply, type VerifySignature } from '@halite/protocol'
import {
  EpochSubscriber,
  MinionHandshake,
  type NewSession,
  PeerChannel,
  type Transport,
  tcpAddress,
} from '@halite/transport'
import type { PinnedMaster } from './master-key.ts'
import type { ResolveHost } from './resolve-host.ts'
import { type Setback, Setbacks } from './setbacks.ts'

/** Where a master answers requests; where it publishes is in its reply. */
export interface MasterAddress {
  /** A name, resolved at each connection, or an address without brackets. */
  readonly host: string
  readonly port: number
}

export interface MasterLinkOptions {
  readonly id: MinionId
  readonly instance: Buffer
  readonly role: 'daemon' | 'call'
  readonly options: MinionOptions
  readonly address: MasterAddress
  readonly identity: Identity
  readonly pinned: PinnedMaster
  readonly transport: Transport
  readonly clock: Clock
  readonly log: Logger
  readonly resolve: ResolveHost
  readonly verifier?: VerifySignature
  /** Tells how the link stands; for people and tests. */
  readonly onState?: (state: LinkState) => void
  readonly grains: () => Readonly<Record<string, unknown>>
  readonly onJob: (load: unknown) => void
  /** The session stands: time to send what waits. */
  readonly onUp: () => void
}

/**
 * How a link stands: `pending` waits for the key to be accepted, `refused` for an operator to change something;
 * both keep trying. `up` has a session. `closed` is final.
 */
export type LinkState = 'connecting' | 'pending' | 'refused' | 'up' | 'closed'

const pingTimeoutMs = 3000
const linkDownMs = 2500
const watchMs = 500
const maxConfirmDelayMs = 2000
/** How much later than a heartbeat is due it may come before the master is asked whether it lives. */
const heartbeatLateMs = 5000
/** Heartbeats after which a publish path that brought nothing is given up, though the master answers. */
const deafHeartbeats = 3

/** An accepted key is hinted at once; more often than this within that time a hint is nobody's who knows. */
const maxHints = 3
const hintsWithinMs = 60_000

/** Everything of one master: its address, pinned key, session, epochs. Comes back by itself after whatever happens to the path. */
export class MasterLink {
  readonly #options: MasterLinkOptions
  readonly #closing = new AbortController()
  readonly #jump: ClockJumpWatch
  readonly #setbacks: Setbacks
  /** Where the master was last found: the name service may be away longer than the master. */
  #lastHost: string | undefined
  #channel: PeerChannel | undefined
  #subscriber: EpochSubscriber | undefined
  #opened: OpenReply | undefined
  #state: LinkState = 'connecting'
  #aliveMs = 0
  /** When something last came by the publish path. */
  #publishedMs = 0
  #linkDownSinceMs: number | undefined
  readonly #confirmed = new Set<string>()
  #wake: () => void = () => undefined
  /** A hint came since the last attempt began: it may come before anybody waits for it. */
  #isHinted = false
  /** When hints to ask again were followed, lately. Monotonic ms. */
  #hintsMs: number[] = []
  #running: Promise<void> = Promise.resolve()

  constructor(options: MasterLinkOptions) {
    this.#options = options
    this.#jump = new ClockJumpWatch(options.clock, 30_000)
    this.#setbacks = new Setbacks(options.options)
  }

  get name(): string {
    return `${this.#options.address.host}:${this.#options.address.port}`
  }

  get state(): LinkState {
    return this.#state
  }

  /** Connects and keeps connected until `close`. `onFatal` is called once, when no further attempt is made. */
  start(onFatal: (error: SaltError) => void): void {
    this.#running = this.#run(onFatal)
  }

  /**
   * For `salt-call`: connects within `timeoutMs`, or the shorter time that `master_tries` allows. Rejects with what the master
   * decided, `HANDSHAKE_TIMEOUT`, or `MASTER_UNRESOLVED`; a name that does not resolve is tried again as long as there is time.
   */
  async connectOnce(timeoutMs: number): Promise<void> {
    const { clock, options } = this.#options
    const { master_tries, auth_tries, auth_timeout } = options
    const triesMs =
      master_tries > 0 ? master_tries * Math.max(1, auth_tries) * auth_timeout * 1000 : timeoutMs
    const endMs = clock.monotonicMs() + Math.min(timeoutMs, triesMs)
    for (;;) {
      try {
        return await this.#establish(endMs - clock.monotonicMs())
      } catch (error) {
        if (!isSaltError(error, 'MASTER_UNRESOLVED')) throw error
        const { waitMs } = this.#setbacks.next(error)
        if (clock.monotonicMs() + waitMs >= endMs) throw error
        this.#log(error, { level: 'error', text: 'master not resolved, tried again', waitMs })
        await this.#sleep(waitMs)
      }
    }
  }

  /** Says goodbye, when there is somebody to say it to, and closes the sockets. */
  async close(): Promise<void> {
    const wasUp = this.#state === 'up'
    this.#setState('closed')
    this.#closing.abort()
    this.#wake()
    if (wasUp) await this.#request('_bye', {}, 500).catch(() => undefined)
    // A handshake under way would be waited for: it ends with its channel.
    await this.#disconnect()
    await this.#running
    await this.#disconnect()
  }

  /** Sends a return; resolves when the master has stored it. */
  async sendReturn(ret: JobReturn, timeoutMs: number): Promise<void> {
    await this.#request('_return', ret, timeoutMs)
  }

  /** Tells the master that a job runs; of no consequence when it is lost. */
  started(jid: Jid): void {
    this.#tell('_started', { jid })
  }

  /** One request inside the session. Rejects with `SESSION_LOST` when there is none, `REQUEST_TIMEOUT`, or the master's error. */
  ask(
    name: '_call' | '_pillar' | '_minion_event' | '_revoke_auth',
    load: unknown,
    timeoutMs: number,
  ): Promise<unknown> {
    return this.#request(name, load, timeoutMs)
  }

  sendGrains(): void {
    this.#tell('_grains', { grains: this.#options.grains() })
  }

  async #run(onFatal: (error: SaltError) => void): Promise<void> {
    while (!this.#closing.signal.aborted) {
      try {
        await this.#establish(this.#options.options.auth_timeout * 1000)
        this.#setbacks.clear()
        await this.#untilLost()
      } catch (error) {
        if (this.#closing.signal.aborted) return
        const setback = this.#setbacks.next(error)
        if (setback.waitMs === Number.POSITIVE_INFINITY) return onFatal(asSaltError(error))
        await this.#waitAfter(error, setback)
      }
    }
  }

  async #establish(timeoutMs: number): Promise<void> {
    await this.#disconnect()
    this.#isHinted = false
    this.#setState('connecting')
    const { address, options, log, transport } = this.#options
    const host = await this.#host(timeoutMs)
    if (this.#closing.signal.aborted) throw new SaltError('SESSION_LOST', 'the link was closed')
    const channel = new PeerChannel({
      transport,
      address: tcpAddress(host, address.port),
      log,
      ipv6: options.ipv6,
      onPush: (name, load) => this.#onPush(name, load),
      onHint: (hint) => this.#onHint(hint),
      onLink: (state) => this.#onLink(state),
      onAlive: () => {
        this.#aliveMs = this.#options.clock.monotonicMs()
      },
    })
    this.#channel = channel
    const session = await channel.handshake(this.#handshake(), { timeoutMs })
    const reply = await channel.request('_open', { grains: this.#options.grains() }, { timeoutMs })
    this.#opened = loads.openReplySchema(reply, 'open')
    if (this.#options.role === 'daemon') this.#subscribe(host, session, this.#opened)
    this.#published()
    this.#setState('up')
    log.info('connected to master', { master: this.name })
    this.#options.onUp()
  }

  /** The address now; the last one known when the name does not resolve any more, as when the name service is away. */
  async #host(timeoutMs: number): Promise<string> {
    const { address, options, resolve, log } = this.#options
    const signal = AbortSignal.any([
      this.#closing.signal,
      AbortSignal.timeout(Math.max(0, Math.ceil(timeoutMs))),
    ])
    try {
      this.#lastHost = await resolve(address.host, { ipv6: options.ipv6, signal })
      return this.#lastHost
    } catch (error) {
      if (this.#closing.signal.aborted) throw error
      const problem = signal.aborted ? notResolvedWithin(address.host, timeoutMs) : error
      if (this.#lastHost === undefined) throw problem
      log.warning('master not resolved: its last address is tried', { reason: messageOf(problem) })
      return this.#lastHost
    }
  }

  #handshake(): MinionHandshake {
    const { id, role, instance, identity, clock, pinned } = this.#options
    return new MinionHandshake({
      id,
      role,
      instance,
      clock,
      identity: identity.privateKey,
      publicRaw: identity.publicRaw,
      software: version,
      checkMaster: (key, status) => pinned.check(key, status),
    })
  }

  #subscribe(host: string, session: NewSession, opened: OpenReply): void {
    const { transport, log, options, onJob, verifier } = this.#options
    const { topic, epoch } = opened
    if (session.masterKey === undefined || topic === undefined || epoch === undefined) {
      throw new SaltError('FRAME_MALFORMED', 'the master opened a session without a group key')
    }
    this.#subscriber = new EpochSubscriber({
      transport,
      address: tcpAddress(host, opened.publishPort),
      log,
      ipv6: options.ipv6,
      master: masterKeyOf(session.masterKey),
      ...(verifier === undefined ? {} : { verifier }),
      onJob: (load) => {
        this.#published()
        onJob(load)
      },
      onArrival: (arrived) => {
        this.#published()
        this.#confirm(arrived)
      },
      onGap: (missed, after) => this.#tell('_missed', { epoch: missed, after }),
    })
    this.#subscriber.hold(epoch)
    this.#subscriber.listenToProbes(session, topic)
  }

  #published(): void {
    this.#publishedMs = this.#options.clock.monotonicMs()
    this.#aliveMs = this.#publishedMs
  }

  /** The first arrival of an epoch is confirmed at once, later heartbeats after a random while, so that answers spread out. */
  #confirm(epoch: Buffer): void {
    const name = epoch.toString('latin1')
    const isFirst = !this.#confirmed.has(name)
    this.#confirmed.add(name)
    const spreadMs = Math.min(maxConfirmDelayMs, this.#heartbeatMs / 4)
    const delayMs = isFirst ? 0 : Math.random() * spreadMs
    setTimeout(() => this.#tell('_confirm', { epoch }), delayMs).unref()
  }

  #onPush(name: string, load: unknown): void {
    if (name === 'job') this.#options.onJob(load)
    else if (name === 'ping') this.#tell('_confirm', {})
    else if (name === 'epoch') this.#subscriber?.hold(loads.epochSchema(load, 'epoch'))
    else this.#options.log.debug('push of an unknown kind ignored', { name })
  }

  /** An unsigned hint: that the key's state may have changed says nothing to a session that stands. */
  #onHint(hint: 'unknownSession' | 'helloAgain'): void {
    if (hint === 'helloAgain' && (this.#state === 'up' || !this.#mayAskAgain())) return
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

  /** Ends the wait under way, or the next one: it is worth beginning anew. */
  #startOver(): void {
    this.#isHinted = true
    this.#wake()
  }

  #onLink(state: 'up' | 'down'): void {
    const wasDown = this.#linkDownSinceMs !== undefined
    this.#linkDownSinceMs = state === 'down' ? this.#options.clock.monotonicMs() : undefined
    if (state === 'up' && wasDown && this.#state === 'up') void this.#goOn()
  }

  /** The connection is another one and the session may still stand: what was under way is asked again, returns above all. */
  async #goOn(): Promise<void> {
    this.#channel?.abandonRequests('the connection to the master broke')
    if ((await this.#checkAlive()) && this.#state === 'up') this.#options.onUp()
  }

  /** Resolves when the session is no longer worth keeping. */
  async #untilLost(): Promise<void> {
    while (!this.#closing.signal.aborted) {
      await this.#sleepUntilHint(watchMs)
      if (this.#closing.signal.aborted || this.#isHinted) return
      if (this.#jump.jumped() || this.#isLinkDown()) return
      if (this.#isSilent() && !(await this.#checkAlive())) return
      if (this.#isDeaf()) {
        this.#options.log.warning('no publication arrives: connecting anew', { master: this.name })
        return
      }
    }
  }

  #isLinkDown(): boolean {
    const since = this.#linkDownSinceMs
    return since !== undefined && this.#options.clock.monotonicMs() - since > linkDownMs
  }

  #isSilent(): boolean {
    return this.#options.clock.monotonicMs() - this.#aliveMs > this.#heartbeatMs + heartbeatLateMs
  }

  /** A path in between may have forgotten one of the two connections: the master answers, and is not heard. */
  #isDeaf(): boolean {
    if (this.#subscriber === undefined) return false
    return this.#options.clock.monotonicMs() - this.#publishedMs > deafHeartbeats * this.#heartbeatMs
  }

  get #heartbeatMs(): number {
    return (this.#opened?.heartbeat ?? 15) * 1000
  }

  async #checkAlive(): Promise<boolean> {
    try {
      await this.#request('_ping', {}, pingTimeoutMs)
      return true
    } catch {
      this.#startOver()
      return false
    }
  }

  async #waitAfter(error: unknown, setback: Setback): Promise<void> {
    if (setback.state !== undefined) this.#setState(setback.state)
    this.#log(error, setback)
    await (setback.state === undefined ? this.#sleep(setback.waitMs) : this.#sleepUntilHint(setback.waitMs))
  }

  #log(error: unknown, { level, text }: Setback): void {
    const hint = isSaltError(error) ? error.hint : undefined
    this.#options.log[level](text, { master: this.name, reason: messageOf(error), hint })
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

  #request(name: string, load: unknown, timeoutMs: number): Promise<unknown> {
    if (this.#channel === undefined)
      return Promise.reject(new SaltError('SESSION_LOST', 'there is no session with the master'))
    return this.#channel.request(name, load, { timeoutMs })
  }

  /** A request whose loss has no consequence. */
  #tell(name: string, load: unknown): void {
    this.#request(name, load, 30_000).catch((error: unknown) => {
      this.#options.log.debug('master not told', { request: name, reason: messageOf(error) })
    })
  }

  #setState(state: LinkState): void {
    if (this.#state === state) return
    this.#state = state
    this.#options.onState?.(state)
  }

  async #disconnect(): Promise<void> {
    this.#confirmed.clear()
    this.#linkDownSinceMs = undefined
    await this.#subscriber?.close()
    await this.#channel?.close()
    this.#subscriber = undefined
    this.#channel = undefined
  }
}

function notResolvedWithin(host: string, timeoutMs: number): SaltError {
  return new SaltError(
    'MASTER_UNRESOLVED',
    `the name of master ${host} does not resolve: no answer within ${Math.round(timeoutMs)} ms`,
    { hint: 'Correct the option master of the minion, or the name service of this machine.' },
  )
}

function asSaltError(error: unknown): SaltError {
  return isSaltError(error) ? error : new SaltError('HANDSHAKE_TIMEOUT', messageOf(error), { cause: error })
}
