// SPDX-License-Identifier: Apache-2.0
import { type Clock, ClockJumpWatch, type Logger, StallWatch } from '@halite/core'
import type { EpochGrant } from '@halite/protocol'
import type { EndReason, EpochPublisher, Session, SessionServer } from '@halite/transport'
import type { EventBus } from '../events.ts'
import {
  type Connection,
  type Connections,
  type MinionSession,
  revokedReason,
  stoppedReason,
} from './connections.ts'
import { DuplicateWatch } from './duplicate-watch.ts'

export interface SessionKeeperInit {
  readonly clock: Clock
  readonly log: Logger
  readonly connections: Connections
  readonly events: EventBus
  /** Sends the heartbeats and holds the group key. */
  readonly publisher: EpochPublisher
  /** Ends the sessions that are given up, and pushes to those that remain. */
  readonly minions: SessionServer
  /** Between two heartbeats; a minion silent for three of them is lost. */
  readonly heartbeatSeconds: number
  /** Spreads what would happen to a whole fleet at once; from 0 up to 1, default `Math.random`. */
  readonly random?: () => number
  /** How long a group key is used; the option `publish_session`. */
  readonly epochSeconds: number
}

/** Heartbeats a minion may leave unanswered before its session is given up. */
const missedHeartbeats = 3
/** Between two calls of `tick`. */
const tickMs = 1000
/** How long a doubted session may take to answer. */
const doubtMs = 2500
/** A session that was silent for this long after a heartbeat is doubted. */
const confirmWithinMs = 5000
/** Longest time over which the next group key is handed out before it is used. */
const maxAheadMs = 60_000

const reasons: Readonly<Record<EndReason, string>> = {
  replaced: 'its session was replaced',
  overflow: 'it had too many sessions',
  revoked: revokedReason,
  closed: stoppedReason,
  lost: 'the connection was lost',
}

/** Keeps watch over minion sessions: heartbeats, doubts, lost ones, and the group key everybody has to hold. */
export class SessionKeeper {
  readonly #init: SessionKeeperInit
  readonly #jump: ClockJumpWatch
  readonly #duplicates: DuplicateWatch
  readonly #stalls: StallWatch
  #heartbeatDueMs = 0
  /** A heartbeat whose confirmations are waited for. */
  #awaited: { readonly sentMs: number } | undefined
  #rotatedMs: number

  constructor(init: SessionKeeperInit) {
    this.#init = init
    this.#jump = new ClockJumpWatch(init.clock, init.heartbeatSeconds * 2000)
    this.#stalls = new StallWatch(init.clock, tickMs)
    this.#rotatedMs = init.clock.monotonicMs()
    this.#duplicates = new DuplicateWatch({ ...init, doubt: (connection) => this.#doubt(connection) })
  }

  /** A daemon opened its session. */
  onOpened(connection: Connection): void {
    this.#duplicates.opened(connection)
  }

  /** The publish path of a session may have opened or broken. It is tried, and if it broke, whether the minion lives. */
  onPath(session: Session, open: boolean): void {
    const { connections, publisher } = this.#init
    const connection = connections.get(session as MinionSession)
    if (connection === undefined) return
    if (!open) {
      connection.epochs.clear()
      connection.brokenSinceMs = this.#init.clock.monotonicMs()
      this.#doubt(connection)
    }
    if (!connection.epochs.has(publisher.epochKey)) publisher.probe(session)
  }

  /** A session ended, whoever ended it. */
  onEnded(session: Session, reason: EndReason): void {
    this.#init.publisher.forget(session)
    if (session.peer.type !== 'minion') return
    this.#init.log.info('session ended', {
      id: session.peer.id,
      address: session.address.remote,
      reason: reasons[reason],
    })
    this.#init.connections.close(session as MinionSession, reasons[reason])
  }

  /** Begins a new group key and hands it to every session that remains; until confirmed, jobs go session by session. */
  rotate(): void {
    const { publisher, connections, minions, clock } = this.#init
    publisher.rotate()
    this.#rotatedMs = clock.monotonicMs()
    for (const connection of connections.all()) minions.push(connection.session, 'epoch', publisher.grant)
    this.#heartbeatDueMs = 0
  }

  /** Called every second. */
  tick(): void {
    const nowMs = this.#init.clock.monotonicMs()
    if (this.#jump.jumped()) this.#startOver()
    if (this.#stalls.stalled()) this.#doubtAfterStall(nowMs)
    this.#doubtSilent(nowMs)
    this.#endLost(nowMs)
    this.#duplicates.tick()
    this.#renew(nowMs)
    if (nowMs >= this.#heartbeatDueMs || this.#someUnconfirmed()) this.#heartbeat(nowMs)
  }

  /**
   * Replaces the group key in time: the next one is handed out ahead, to each session at a random moment, and used when
   * its time has come. Nobody authenticates again, and a minion that has not confirmed it by then receives jobs over its session.
   */
  #renew(nowMs: number): void {
    const { publisher, connections, epochSeconds, random = Math.random } = this.#init
    const ageMs = nowMs - this.#rotatedMs
    const aheadMs = Math.min(maxAheadMs, (epochSeconds * 1000) / 4)
    if (publisher.announced) {
      if (ageMs < epochSeconds * 1000) return
      publisher.adopt()
      this.#rotatedMs = nowMs
      for (const { epochs } of connections.all())
        for (const key of epochs) if (!publisher.isCurrent(key)) epochs.delete(key)
      return
    }
    if (ageMs < epochSeconds * 1000 - aheadMs) return
    const grant = publisher.announce()
    for (const { session } of connections.all()) {
      setTimeout(() => this.#handOut(session, grant), random() * aheadMs * 0.75).unref()
    }
  }

  /** Hands out an announced epoch, unless it was discarded meanwhile. */
  #handOut(session: MinionSession, grant: EpochGrant): void {
    const { publisher, connections, minions } = this.#init
    const isMeant = publisher.isCurrent(grant.id.toString('latin1')) && connections.get(session) !== undefined
    if (isMeant) minions.push(session, 'epoch', grant)
  }

  #heartbeat(nowMs: number): void {
    this.#init.publisher.heartbeat()
    this.#awaited ??= { sentMs: nowMs }
    this.#heartbeatDueMs = nowMs + this.#init.heartbeatSeconds * 1000
  }

  /** Whether the last rotation is still spreading: then the new key's heartbeats go out every second. */
  #someUnconfirmed(): boolean {
    if (this.#init.clock.monotonicMs() - this.#rotatedMs > 10_000) return false
    return [...this.#init.connections.all()].some(({ epochs }) => !epochs.has(this.#init.publisher.epochKey))
  }

  /** Asks those who said nothing since the last heartbeat whether they live. */
  #doubtSilent(nowMs: number): void {
    const { connections, heartbeatSeconds } = this.#init
    if (this.#awaited === undefined) return
    const { sentMs } = this.#awaited
    if (nowMs - sentMs < Math.min(confirmWithinMs, heartbeatSeconds * 1000)) return
    this.#awaited = undefined
    for (const connection of connections.all()) {
      const { lastSeenMs, largeFrames } = connection.session
      const isSilent = lastSeenMs < sentMs && largeFrames === 0
      if (isSilent && connection.doubtedUntilMs === undefined) this.#doubt(connection)
    }
  }

  /** This master was held up: answers may wait unread, so who is doubted, or seems lost, is asked once more. */
  #doubtAfterStall(nowMs: number): void {
    this.#awaited = undefined
    const oldestMs = this.#lostBeforeMs(nowMs)
    for (const connection of this.#init.connections.all()) {
      const seemsLost = connection.session.lastSeenMs < oldestMs
      if (seemsLost || connection.doubtedUntilMs !== undefined) this.#doubt(connection)
    }
  }

  #doubt(connection: Connection): void {
    const { clock, minions } = this.#init
    connection.doubtedUntilMs = clock.monotonicMs() + doubtMs
    minions.push(connection.session, 'ping', {})
  }

  #endLost(nowMs: number): void {
    const { connections, minions } = this.#init
    const oldestMs = this.#lostBeforeMs(nowMs)
    for (const { session, doubtedUntilMs } of [...connections.all()]) {
      // What it says behind a large frame is read when that was opened.
      if (session.largeFrames > 0) continue
      // Who is asked has its time to answer, however long it was silent.
      if (doubtedUntilMs !== undefined && nowMs <= doubtedUntilMs) continue
      const isDoubted = doubtedUntilMs !== undefined && session.lastSeenMs <= doubtedUntilMs
      if (isDoubted || session.lastSeenMs < oldestMs) minions.sessions.end(session, 'lost')
    }
  }

  #lostBeforeMs(nowMs: number): number {
    return nowMs - missedHeartbeats * this.#init.heartbeatSeconds * 1000
  }

  /** The machine slept or was resumed from a snapshot: no key in memory is trusted to be ours alone. */
  #startOver(): void {
    this.#init.log.warning('clock jumped: all sessions start over')
    for (const session of [...this.#init.minions.sessions.established()])
      this.#init.minions.sessions.end(session, 'lost')
    this.rotate()
  }
}
