// SPDX-License-Identifier: Apache-2.0
import type { Clock } from '@halite/core'
import { maxAcknowledged } from '@halite/protocol'
import type { Session } from './session.ts'

/** Sessions answered in one turn of the loop, and the time until the next. */
const sessionsATurn = 100
const nextTurnMs = 1

export interface LateAnswersOptions {
  readonly clock: Clock
  /** How long an answer may wait for another one to its session. */
  readonly lateMs: number
  /** Answers the requests of these numbers with one frame. Must not throw. */
  readonly send: (session: Session, numbers: readonly number[]) => void
}

/** Numbers of one session that wait, and when the first of them began to. */
interface Waiting {
  readonly sinceMs: number
  readonly numbers: number[]
}

/**
 * Acknowledgements that may come late. They go with the next answer to their session, as that to a heartbeat it confirmed,
 * and so cost no frame of their own; where none comes in time, one frame answers all that a session has waiting.
 */
export class LateAnswers {
  readonly #options: LateAnswersOptions
  /** The one that waits longest comes first. */
  readonly #waiting = new Map<Session, Waiting>()
  #timer: NodeJS.Timeout | undefined

  constructor(options: LateAnswersOptions) {
    this.#options = options
  }

  /** How many sessions have something waiting. */
  get size(): number {
    return this.#waiting.size
  }

  /** Answers request `number` of the session within `lateMs`. */
  add(session: Session, number: number): void {
    let waiting = this.#waiting.get(session)
    if (waiting === undefined) {
      waiting = { sinceMs: this.#options.clock.monotonicMs(), numbers: [] }
      this.#waiting.set(session, waiting)
      this.#timer ??= setTimeout(() => this.#sendDue(), this.#options.lateMs)
    }
    waiting.numbers.push(number)
    if (waiting.numbers.length >= maxAcknowledged) this.sendNow(session)
  }

  /** Answers request `number` at once, together with what waits; false when nothing does, and then nothing was done. */
  sendWith(session: Session, number: number): boolean {
    const waiting = this.#waiting.get(session)
    if (waiting === undefined) return false
    waiting.numbers.push(number)
    this.sendNow(session)
    return true
  }

  /** Answers what the session has waiting: something else is sent to it, which would overtake. */
  sendNow(session: Session): void {
    const waiting = this.#waiting.get(session)
    if (waiting === undefined) return
    this.#waiting.delete(session)
    this.#options.send(session, waiting.numbers)
  }

  /** The session ended: what it had waiting is asked again in another. */
  forget(session: Session): void {
    this.#waiting.delete(session)
  }

  /** Answers everything. */
  close(): void {
    clearTimeout(this.#timer)
    for (const session of [...this.#waiting.keys()]) this.sendNow(session)
  }

  /** Answers those whose time has come, some at a time, and looks again when that of the next comes. */
  #sendDue(): void {
    this.#timer = undefined
    const { clock, lateMs } = this.#options
    const nowMs = clock.monotonicMs()
    let left = sessionsATurn
    for (const [session, { sinceMs }] of this.#waiting) {
      const dueInMs = sinceMs + lateMs - nowMs
      if (dueInMs > 0 || left === 0) {
        this.#timer = setTimeout(() => this.#sendDue(), Math.max(dueInMs, nextTurnMs))
        return
      }
      left -= 1
      this.sendNow(session)
    }
  }
}
