// SPDX-License-Identifier: Apache-2.0
import { type ErrorCode, isSaltError, type MinionOptions } from '@halite/core'

/** What a failed attempt to reach the master means for the next one. */
export interface Setback {
  /** How the link stands while it waits; undefined: it is still connecting. */
  readonly state?: 'pending' | 'refused'
  readonly level: 'warning' | 'error' | 'critical'
  /** The line of the log. */
  readonly text: string
  /** How long to wait. Infinity: no further attempt is made. */
  readonly waitMs: number
}

/** Longest pause between attempts to reach a master that does not answer. */
const maxPauseMs = 5000

/**
 * Counts what goes wrong between two sessions with a master, and decides by the options how soon it is tried again and when
 * to give up: `master_tries`, `auth_tries`, `retry_dns`, `retry_dns_count`, `acceptance_wait_time` and `rejected_retry`.
 */
export class Setbacks {
  readonly #options: MinionOptions
  readonly #random: () => number
  #unanswered = 0
  #unresolved = 0
  #waited = 0

  /** `random` spreads pauses; from 0 up to 1. */
  constructor(options: MinionOptions, random: () => number = Math.random) {
    this.#options = options
    this.#random = random
  }

  /** There is a session: what comes next is counted from the beginning. */
  clear(): void {
    this.#unanswered = 0
    this.#unresolved = 0
    this.#waited = 0
  }

  /** Counts a failed attempt to reach a master, and decides how to continue. */
  next(error: unknown): Setback {
    const code = isSaltError(error) ? error.code : undefined
    if (code === 'MASTER_UNRESOLVED') return this.#notResolved()
    const known = code === undefined ? undefined : decisions[code]
    if (known === undefined) return this.#notReached()
    this.#unanswered = 0
    const ends = known.final === true && !this.#options.rejected_retry
    return { ...known, waitMs: ends ? Number.POSITIVE_INFINITY : this.#acceptanceWaitMs() }
  }

  #notResolved(): Setback {
    const { retry_dns, retry_dns_count } = this.#options
    this.#unresolved += 1
    const isLast = retry_dns === 0 || (retry_dns_count >= 0 && this.#unresolved > retry_dns_count)
    const waitMs = isLast ? Number.POSITIVE_INFINITY : retry_dns * 1000
    const text = isLast ? 'master not resolved' : `master not resolved, tried again in ${retry_dns} s`
    return { level: 'error', text, waitMs }
  }

  /** So many handshakes without an answer are one try, as in Salt. */
  #notReached(): Setback {
    const { auth_tries, master_tries } = this.#options
    const pauseMs = Math.min(maxPauseMs, 250 * 2 ** Math.min(this.#unanswered, 6))
    this.#unanswered += 1
    const isLast = master_tries > 0 && this.#unanswered >= master_tries * Math.max(1, auth_tries)
    // With jitter, so that a fleet spreads out.
    const waitMs = isLast ? Number.POSITIVE_INFINITY : pauseMs * (0.5 + this.#random())
    return { level: 'warning', text: 'master not reached', waitMs }
  }

  /** Twice as long each time, up to `acceptance_wait_time_max`. */
  #acceptanceWaitMs(): number {
    const { acceptance_wait_time: first, acceptance_wait_time_max: max } = this.#options
    this.#waited = Math.min(Math.max(first, this.#waited * 2), Math.max(first, max))
    return this.#waited * 1000
  }
}

interface Decision extends Omit<Setback, 'waitMs'> {
  /** The end, unless `rejected_retry` is on. */
  readonly final?: true
}

const refused = { state: 'refused', level: 'error', text: 'refused by the master' } as const

/** What the master decided, or what was decided about the master. */
const decisions: Readonly<Partial<Record<ErrorCode, Decision>>> = {
  KEY_PENDING: { state: 'pending', level: 'warning', text: 'waiting for the key to be accepted' },
  KEY_REJECTED: { ...refused, final: true },
  KEY_DENIED: { ...refused, final: true },
  MASTER_FULL: refused,
  MASTER_KEY_CHANGED: { state: 'refused', level: 'critical', text: 'master refused' },
  MASTER_FINGER_MISMATCH: { state: 'refused', level: 'critical', text: 'master refused' },
}
