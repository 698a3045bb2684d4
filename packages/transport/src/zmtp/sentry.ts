// SPDX-License-Identifier: Apache-2.0
import { type Clock, StallWatch } from '@halite/core'
import { FrameRoom } from './frame-room.ts'
import { Ledger } from './ledger.ts'
import type { DoorLimits } from './limits.ts'
import type { Watched } from './watched.ts'

/** Time in which commands are counted. */
const windowMs = 10_000
/** Commands (pings, subscriptions) of one connection in a window. */
const maxCommands = 100
/** Share of each turn that all unproven connections together may use. */
const turnMs = 100
const unprovenMsPerTurn = 40
/** Time in which the two ends of a new connection have to agree on a protocol. */
const greetingMs = 5000
/** Time in which a frame has to be complete; more for a large one. */
const frameMs = 30_000
/** Time within which a peer has to read some of what is queued for it; more for large amounts. */
const stalledMs = 30_000
const slowestBytesAMs = 64
const sweepMs = 1000
const throttleStepMs = 50

/** When something began, and how many bytes it has: together they give its deadline. */
interface Watch {
  sinceMs: number
  bytes: number
}

/** Enforces the deadlines and totals of all connections of a door, with one timer and no state for idle connections. */
export class Sentry {
  readonly limits: DoorLimits
  readonly ledger: Ledger
  readonly #clock: Clock
  /** Shaking hands, oldest first, with when they began. */
  readonly #greeting = new Map<Watched, number>()
  readonly #unfinished = new Map<Watched, Watch>()
  readonly #slow = new Map<Watched, Watch>()
  readonly #ttl = new Map<Watched, { ttlMs: number; heardMs: number }>()
  readonly #room: FrameRoom
  readonly #throttled = new Map<Watched, number>()
  readonly #dirty: Watched[] = []
  #turn = 0
  #unprovenMs = 0
  #stalls: StallWatch
  #timer: NodeJS.Timeout | undefined
  #throttleTimer: NodeJS.Timeout | undefined

  constructor(limits: DoorLimits, clock: Clock) {
    this.limits = limits
    this.ledger = new Ledger(limits)
    this.#clock = clock
    this.#room = new FrameRoom(limits.unfinishedBytes)
    this.#stalls = new StallWatch(clock, sweepMs)
  }

  /** Memory held, and connections that wait, for `status`. */
  snapshot(): Record<string, number> {
    return {
      connections_open: this.ledger.size,
      connections_unproven: this.ledger.unproven,
      addresses: this.ledger.addresses,
      bytes_unfinished: this.#room.bytes,
      waiting_for_room: this.#room.waiting,
      throttled: this.#throttled.size,
      slow_readers: this.#slow.size,
    }
  }

  /** Monotonic time, ms. */
  nowMs(): number {
    return this.#clock.monotonicMs()
  }

  /** Adds a new connection, which has not completed the ZMTP greeting. */
  enter(connection: Watched): void {
    const nowMs = this.nowMs()
    this.ledger.enter(connection, nowMs)
    this.#greeting.set(connection, nowMs)
    if (this.#timer === undefined) this.#beginSweeps()
  }

  /** Both sides agreed on the protocol. */
  greeted(connection: Watched): void {
    this.#greeting.delete(connection)
  }

  /** Notes that bytes arrived on a connection. */
  heard(connection: Watched, nowMs: number): void {
    if (this.#ttl.size === 0) return
    const watch = this.#ttl.get(connection)
    if (watch) watch.heardMs = nowMs
  }

  /** Ends the connection after this silence, ms; 0 for never. */
  watchTtl(connection: Watched, ttlMs: number): void {
    if (ttlMs === 0) this.#ttl.delete(connection)
    else this.#ttl.set(connection, { ttlMs, heardMs: this.nowMs() })
  }

  /** Starts or ends the time limit of an incomplete frame. */
  watchUnfinished(connection: Watched, isInside: boolean): void {
    if (!isInside) {
      if (this.#unfinished.size > 0) this.#unfinished.delete(connection)
    } else if (!this.#unfinished.has(connection))
      this.#unfinished.set(connection, { sinceMs: this.nowMs(), bytes: connection.heldBytes })
  }

  /** Starts the time limit of a peer that does not read. */
  watchSlow(connection: Watched): void {
    if (!this.#slow.has(connection))
      this.#slow.set(connection, { sinceMs: this.nowMs(), bytes: connection.waitingBytes })
  }

  /** Whether another command of this connection is within its limit. */
  admitsCommand(connection: Watched): boolean {
    this.#turnWindow(connection)
    connection.commands += 1
    return connection.commands <= maxCommands
  }

  /** Charges the time an unproven connection took. Once all of them have used up their share of a turn, it waits for the next. */
  charge(connection: Watched, startedMs: number): void {
    const nowMs = this.nowMs()
    const turn = Math.floor(nowMs / turnMs)
    if (turn !== this.#turn) {
      this.#turn = turn
      this.#unprovenMs = 0
    }
    this.#unprovenMs += nowMs - startedMs
    if (this.#unprovenMs > unprovenMsPerTurn) this.throttle(connection, (turn + 1) * turnMs - nowMs)
  }

  /** Reserves memory for a frame that arrives in pieces; a connection that has to wait resumes when there is room. */
  reserve(connection: Watched, bytes: number): 'yes' | 'wait' | 'no' {
    return this.#room.reserve(connection, bytes)
  }

  /** Releases reserved memory. */
  release(bytes: number): void {
    this.#room.release(bytes)
  }

  /** Reads nothing from the connection for this long. */
  throttle(connection: Watched, ms: number): void {
    if (connection.isEnded) return
    connection.hold('turn')
    this.#throttled.set(connection, this.nowMs() + ms)
    this.#throttleTimer ??= setInterval(() => this.#letGoOn(), throttleStepMs).unref()
  }

  /** Flushes the connection at the end of this turn. */
  flushSoon(connection: Watched): void {
    if (this.#dirty.length === 0) process.nextTick(() => this.#flush())
    this.#dirty.push(connection)
  }

  /** Drops all state of a connection that ended. */
  forget(connection: Watched): void {
    this.ledger.leave(connection)
    this.#greeting.delete(connection)
    this.#unfinished.delete(connection)
    this.#slow.delete(connection)
    this.#ttl.delete(connection)
    this.#throttled.delete(connection)
    this.#room.forget(connection)
  }

  /** Stops the timers; the ports end their connections. */
  close(): void {
    clearInterval(this.#timer)
    clearInterval(this.#throttleTimer)
    this.#timer = undefined
    this.#throttleTimer = undefined
  }

  #turnWindow(connection: Watched): void {
    const window = Math.floor(this.nowMs() / windowMs)
    if (connection.window === window) return
    connection.window = window
    connection.commands = 0
  }

  #flush(): void {
    const dirty = this.#dirty.splice(0)
    for (const connection of dirty) connection.flush()
  }

  #letGoOn(): void {
    const nowMs = this.nowMs()
    for (const [connection, untilMs] of this.#throttled) {
      if (nowMs < untilMs) continue
      this.#throttled.delete(connection)
      connection.goOn('turn')
    }
    if (this.#throttled.size > 0) return
    clearInterval(this.#throttleTimer)
    this.#throttleTimer = undefined
  }

  #beginSweeps(): void {
    this.#stalls = new StallWatch(this.#clock, sweepMs)
    this.#timer = setInterval(() => this.#sweep(), sweepMs).unref()
  }

  #sweep(): void {
    // After a stall of this process, first read what has arrived meanwhile.
    if (this.#stalls.stalled()) return
    const nowMs = this.nowMs()
    for (const [connection, sinceMs] of this.#greeting) {
      if (nowMs - sinceMs <= greetingMs) break
      connection.end('not_zmtp')
    }
    for (const entry of this.ledger.overdue(nowMs)) entry.end('unproven')
    this.#sweepUnfinished(nowMs)
    this.#sweepSlow(nowMs)
    for (const [connection, { ttlMs, heardMs }] of this.#ttl)
      if (nowMs - heardMs > ttlMs) connection.end('silent')
  }

  #sweepUnfinished(nowMs: number): void {
    for (const [connection, watch] of this.#unfinished) {
      if (connection.isHeld) watch.sinceMs = nowMs
      else if (nowMs - watch.sinceMs > frameMs + connection.heldBytes / slowestBytesAMs)
        connection.end('frame_unfinished')
    }
  }

  #sweepSlow(nowMs: number): void {
    for (const [connection, watch] of this.#slow) {
      const bytes = connection.waitingBytes
      if (bytes === 0) this.#slow.delete(connection)
      else if (bytes < watch.bytes) this.#slow.set(connection, { sinceMs: nowMs, bytes })
      else if (nowMs - watch.sinceMs > stalledMs + bytes / slowestBytesAMs) connection.end('stalled')
      else watch.bytes = bytes
    }
  }
}
