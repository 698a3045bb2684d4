// SPDX-License-Identifier: Apache-2.0
import { setTimeout as delay } from 'node:timers/promises'
import { durationText, isSaltError, type Logger, messageOf, SaltError, settledBy } from '@halite/core'
import { tcpAddress } from '@halite/transport'
import { addressName, type MasterAddress } from './master-address.ts'
import { MasterHost } from './master-host.ts'
import { MasterSession, type SessionParty } from './master-session.ts'
import { resolveHost } from './resolve-host.ts'
import { Setbacks } from './setbacks.ts'

/** What another attempt may cure: a hello or its answer that was lost, a master that starts again or has much to do. */
const passing = ['HANDSHAKE_TIMEOUT', 'REQUEST_TIMEOUT', 'SESSION_LOST', 'BUSY', 'MASTER_UNRESOLVED'] as const
/** Requests that would have another effect when the master receives them twice. */
const onceOnly: ReadonlySet<string> = new Set(['_minion_event', '_file_recv'])
/** How often a request whose answer was lost is sent. */
const maxTries = 5
const goodbyeMs = 500

/**
 * The session of a call with its master. When its path breaks, or the master starts again, the session is made again, and requests
 * that were under way are repeated.
 */
export class CallerLink {
  readonly #party: SessionParty
  readonly #address: MasterAddress
  readonly #host: MasterHost
  readonly #limitMs: number
  #session: MasterSession | undefined
  #renewing: Promise<void> | undefined
  #isClosed = false

  /** `limitMs`: how long a session is tried for, the first one and later ones. */
  constructor(party: SessionParty, address: MasterAddress, limitMs: number) {
    const { options, log } = party
    this.#party = party
    this.#address = address
    this.#limitMs = limitMs
    this.#host = new MasterHost({ host: address.host, ipv6: options.ipv6, resolve: resolveHost, log })
  }

  /** Of the master's key; empty without a session. */
  get fingerprint(): string {
    return this.#session?.fingerprint ?? ''
  }

  /**
   * Makes the session. Rejects with what the master decided, and after the limit with `HANDSHAKE_TIMEOUT`, `MASTER_UNRESOLVED` or
   * whatever else kept it from standing.
   */
  async open(): Promise<void> {
    const { clock, options } = this.#party
    const setbacks = new Setbacks(options)
    const endMs = clock.monotonicMs() + this.#limitMs
    for (;;) {
      const leftMs = endMs - clock.monotonicMs()
      try {
        return await this.#try(leftMs)
      } catch (error) {
        if (this.#isClosed || !passing.some((code) => isSaltError(error, code))) throw error
        const { waitMs } = setbacks.next(error)
        if (clock.monotonicMs() + waitMs >= endMs) throw this.#afterAll(error)
        noteRepeated(this.#party.log, addressName(this.#address), error)
        // The clock's own wait would not keep the process alive, and between two attempts nothing else does.
        await delay(waitMs)
      }
    }
  }

  /**
   * One request. One whose answer was lost with a session or a connection is repeated, unless that would have another effect. Rejects
   * as `MasterSession.request`.
   */
  async request(name: string, load: unknown, timeoutMs?: number): Promise<unknown> {
    for (let tries = 1; ; tries += 1) {
      if (this.#renewing !== undefined) await this.#renewed(this.#renewing, timeoutMs)
      if (this.#session === undefined)
        throw new SaltError('SESSION_LOST', 'there is no session with the master')
      try {
        return await this.#session.request(name, load, timeoutMs)
      } catch (error) {
        const isLost = isSaltError(error, 'SESSION_LOST') && !this.#isClosed
        if (!isLost || tries === maxTries || onceOnly.has(name)) throw error
      }
    }
  }

  /** Says goodbye, and ends the session. */
  async close(): Promise<void> {
    this.#isClosed = true
    await this.#session?.request('_bye', {}, goodbyeMs).catch(() => undefined)
    await this.#session?.close()
  }

  async #try(leftMs: number): Promise<void> {
    const host = await this.#host.find(leftMs, new AbortController().signal)
    const session: MasterSession = new MasterSession(
      this.#party,
      { host, port: this.#address.port },
      {
        events: {
          onHint: (hint) => {
            if (hint === 'unknownSession') this.#renew(session)
          },
          onReconnected: () => void this.#goOn(session),
        },
      },
    )
    try {
      await session.open(Math.min(leftMs, this.#party.options.auth_timeout * 1000))
      if (this.#isClosed) throw new SaltError('SESSION_LOST', 'the session was closed')
      this.#session = session
    } catch (error) {
      await session.close()
      throw error
    }
  }

  /** Several attempts failed: the error names the time of all. */
  #afterAll(error: unknown): unknown {
    if (!isSaltError(error, 'HANDSHAKE_TIMEOUT')) return error
    const { host, port } = this.#address
    const text = `${tcpAddress(host, port)} did not answer the handshake within ${durationText(this.#limitMs)}`
    return new SaltError('HANDSHAKE_TIMEOUT', text, { cause: error })
  }

  /** The connection is another one: what was under way may be lost, the session or not. */
  async #goOn(session: MasterSession): Promise<void> {
    if (this.#session !== session) return
    session.abandonRequests('the connection to the master broke')
    if (!(await session.isAlive())) this.#renew(session)
  }

  #renew(lost: MasterSession): void {
    if (this.#isClosed || this.#session !== lost) return
    this.#session = undefined
    this.#renewing = this.#openAgain(lost)
  }

  /** Never rejects: who asks next finds no session. */
  async #openAgain(lost: MasterSession): Promise<void> {
    try {
      await lost.close()
      await this.open()
    } catch (error) {
      this.#party.log.warning('no further session with the master', { reason: messageOf(error) })
    } finally {
      this.#renewing = undefined
    }
  }

  /** Waits for the session that is being made, no longer than a request may take. */
  #renewed(renewing: Promise<void>, timeoutMs: number | undefined): Promise<void> {
    return settledBy(renewing, { ms: Math.min(timeoutMs ?? this.#limitMs, this.#limitMs) })
  }
}

function noteRepeated(log: Logger, master: string, error: unknown): void {
  const level = isSaltError(error, 'MASTER_UNRESOLVED') ? 'error' : 'info'
  const text = level === 'error' ? 'master not resolved, tried again' : 'master not reached, tried again'
  const hint = isSaltError(error) ? error.hint : undefined
  log[level](text, { master, reason: messageOf(error), hint })
}
