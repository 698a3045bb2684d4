// SPDX-License-Identifier: Apache-2.0
import type { Clock, MinionId } from '@halite/core'
import type { Presence } from '@halite/loader'
import type { MinionPeer, SessionOf } from '@halite/transport'

/** A session whose peer has proved, by its key, which minion it is. */
export type MinionSession = SessionOf<MinionPeer>

/** A minion's daemon session, with what is known of its publish path. */
export interface Connection {
  readonly session: MinionSession
  /** Epochs whose publications it confirmed to receive. Empty: it is not connected yet. */
  readonly epochs: Set<string>
  /** Set while the publish path has no subscriber: when to give the session up, monotonic ms. */
  doubtedUntilMs: number | undefined
  /** Set while its publish path is broken and it has not shown since that it lives: since when, monotonic ms. */
  brokenSinceMs: number | undefined
}

interface Past {
  readonly lastSeenWallMs: number
  readonly lostAtMs: number
  readonly reason: string
}

/** How long a minion that was lost, or one not seen yet since the master started, is expected back. */
const graceMs = 10_000
/** Minions that were lost and are remembered; where ids come and go, the oldest give way. */
const maxPast = 100_000

/** Which minions are connected: daemon sessions by id, and why the others are not. */
export class Connections {
  readonly #clock: Clock
  readonly #startedMs: number
  readonly #byId = new Map<MinionId, Set<Connection>>()
  readonly #bySession = new Map<MinionSession, Connection>()
  readonly #past = new Map<MinionId, Past>()
  /** Ids under which several daemons were seen to live at the same time, and still do. */
  readonly #duplicated = new Set<MinionId>()

  constructor(clock: Clock) {
    this.#clock = clock
    this.#startedMs = clock.monotonicMs()
  }

  get size(): number {
    return this.#bySession.size
  }

  /** How many confirmed that they receive what is published in this epoch. */
  confirmedCount(epoch: string): number {
    return [...this.#bySession.values()].filter(({ epochs }) => epochs.has(epoch)).length
  }

  /** All connections, oldest first. */
  all(): IterableIterator<Connection> {
    return this.#bySession.values()
  }

  /** The connections of one minion, one for each of its sessions. */
  of(id: MinionId): ReadonlySet<Connection> {
    return this.#byId.get(id) ?? none
  }

  /** The connection of a session; undefined once it has ended. */
  get(session: MinionSession): Connection | undefined {
    return this.#bySession.get(session)
  }

  /** A daemon session opened. */
  open(session: MinionSession): Connection {
    const known = this.#bySession.get(session)
    if (known) return known
    const connection: Connection = {
      session,
      epochs: new Set(),
      doubtedUntilMs: undefined,
      brokenSinceMs: undefined,
    }
    this.#bySession.set(session, connection)
    this.#byId.set(session.peer.id, (this.#byId.get(session.peer.id) ?? new Set()).add(connection))
    return connection
  }

  /** A daemon session ended; `reason` in words for those who ask why the minion does not answer. */
  close(session: MinionSession, reason: string): void {
    const connection = this.#bySession.get(session)
    if (connection === undefined) return
    const { id } = session.peer
    this.#bySession.delete(session)
    const siblings = this.#byId.get(id)
    siblings?.delete(connection)
    if (siblings?.size === 1) this.#duplicated.delete(id)
    if (siblings && siblings.size > 0) return
    this.#byId.delete(id)
    const nowMs = this.#clock.monotonicMs()
    const lastSeenWallMs = this.#clock.wallMs() - (nowMs - session.lastSeenMs)
    this.#past.delete(id)
    this.#past.set(id, { lastSeenWallMs, lostAtMs: nowMs, reason })
    if (this.#past.size > maxPast) this.#past.delete(this.#past.keys().next().value as MinionId)
  }

  /** Several daemons of this id live; `presence` says so until one is left. False when that is known already. */
  noteDuplicate(id: MinionId): boolean {
    if (this.#duplicated.has(id)) return false
    this.#duplicated.add(id)
    return true
  }

  /** Where the daemons of an id connect from; empty texts where the transport does not know it. */
  addresses(id: MinionId): string[] {
    return [...this.of(id)].map(({ session }) => addressOf(session))
  }

  /** Whether a minion without a session may be back at once: lost a moment ago, or the master itself has just started. */
  mayReturn(id: MinionId): boolean {
    const since = this.#past.get(id)?.lostAtMs ?? this.#startedMs
    const isGone = goneReasons.has(this.#past.get(id)?.reason ?? '')
    return !isGone && this.#clock.monotonicMs() - since < graceMs
  }

  /** Why a minion without a session is not connected. */
  absence(id: MinionId): string {
    const past = this.#past.get(id)
    if (past === undefined) return 'not seen since the master started'
    const seconds = Math.max(0, Math.round((this.#clock.wallMs() - past.lastSeenWallMs) / 1000))
    return `${past.reason}, last seen ${seconds} s ago`
  }

  /** In words, when the connection of a minion broke a moment ago and the session is not given up yet; else undefined. */
  breakage(id: MinionId): string | undefined {
    const since = [...this.of(id)].map(({ brokenSinceMs }) => brokenSinceMs ?? Number.POSITIVE_INFINITY)
    const lastMs = Math.max(...since)
    if (!Number.isFinite(lastMs)) return undefined
    const seconds = Math.max(0, Math.round((this.#clock.monotonicMs() - lastMs) / 1000))
    return `the connection was lost ${seconds} s ago`
  }

  /** Whether a minion is connected, in what version, and if not, why. */
  presence(id: MinionId): Presence {
    const [connection] = this.of(id)
    const connected = [...this.of(id)].some(({ epochs }) => epochs.size > 0)
    const waiting = connection === undefined ? this.absence(id) : 'its publish path is not confirmed yet'
    return {
      id,
      connected,
      reason: connected ? '' : waiting,
      version: connection?.session.peer.software ?? '',
      address: connection === undefined ? '' : addressOf(connection.session),
      ...(this.#duplicated.has(id) ? { duplicates: this.addresses(id) } : {}),
    }
  }
}

const none: ReadonlySet<Connection> = new Set()

/** Host and port of a peer; empty where the transport does not know them. */
export function addressOf({ address }: Pick<MinionSession, 'address'>): string {
  return address.remote
}

/** The reason kept for a minion that said goodbye: it is not expected back by itself. */
export const stoppedReason = 'the minion was stopped'

/** The reason kept for a minion whose key was deleted or rejected. */
export const revokedReason = 'its key was removed'

const goneReasons: ReadonlySet<string> = new Set([stoppedReason, revokedReason])
