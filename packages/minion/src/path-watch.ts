// SPDX-License-Identifier: Apache-2.0
import { type Clock, ClockJumpWatch } from '@halite/core'

/**
 * What the times of a session say about the paths to its master. `silent`: nothing came for longer than a heartbeat, so it is
 * time to ask; `deaf`: it answers, and publishes nothing that arrives; `down`: the connection is gone; `jumped`: this machine
 * slept.
 */
export type PathVerdict = 'good' | 'silent' | 'deaf' | 'down' | 'jumped'

export interface PathWatchOptions {
  readonly clock: Clock
  /** Whether the session receives publications. */
  readonly subscribes: boolean
}

const linkDownMs = 2500
/** How much later than a heartbeat is due it may come before the master is asked whether it lives. */
const heartbeatLateMs = 5000
/** Heartbeats after which a publish path that brought nothing is given up, though the master answers. */
const deafHeartbeats = 3
/** Until the master says how often it publishes. */
const firstHeartbeatMs = 15_000

/** Notes what arrives on the two paths from a master, and judges them. */
export class PathWatch {
  readonly #options: PathWatchOptions
  readonly #jump: ClockJumpWatch
  #heartbeatMs = firstHeartbeatMs
  #aliveMs: number
  /** When something last came by the publish path. */
  #publishedMs: number
  #downSinceMs: number | undefined

  constructor(options: PathWatchOptions) {
    this.#options = options
    this.#jump = new ClockJumpWatch(options.clock, 30_000)
    this.#aliveMs = options.clock.monotonicMs()
    this.#publishedMs = this.#aliveMs
  }

  /** The interval of heartbeats of the master. */
  get heartbeatMs(): number {
    return this.#heartbeatMs
  }

  /** The session is open, with a master that publishes at least this often. */
  opened(heartbeatMs: number): void {
    this.#heartbeatMs = heartbeatMs
    this.published()
  }

  /** Anything came from the master. */
  alive(): void {
    this.#aliveMs = this.#options.clock.monotonicMs()
  }

  /** Something came by the publish path. */
  published(): void {
    this.alive()
    this.#publishedMs = this.#aliveMs
  }

  /** The connection for requests came or went. Returns whether it is back after it was gone. */
  connection(state: 'up' | 'down'): boolean {
    const wasDown = this.#downSinceMs !== undefined
    this.#downSinceMs = state === 'down' ? this.#options.clock.monotonicMs() : undefined
    return state === 'up' && wasDown
  }

  /** To be asked at short intervals: a jump is noticed between two calls. */
  verdict(): PathVerdict {
    const nowMs = this.#options.clock.monotonicMs()
    if (this.#jump.jumped()) return 'jumped'
    if (this.#downSinceMs !== undefined && nowMs - this.#downSinceMs > linkDownMs) return 'down'
    if (nowMs - this.#aliveMs > this.#heartbeatMs + heartbeatLateMs) return 'silent'
    const isDeaf = nowMs - this.#publishedMs > deafHeartbeats * this.#heartbeatMs
    return this.#options.subscribes && isDeaf ? 'deaf' : 'good'
  }
}
