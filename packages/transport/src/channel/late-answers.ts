// SPDX-License-Identifier: Apache-2.0
import { maxAcknowledged } from '@halite/protocol'
import type { Session } from './session.ts'

/** How long an answer that nobody waits for may wait for others of its session. */
const lateMs = 1000
/** Sessions answered in one turn of the loop, and the time until the next. */
const sessionsATurn = 100
const nextTurnMs = 1

/**
 * Acknowledgements that may come late: one frame answers all that a session has waiting. A wave of returns is taken in
 * first, and acknowledged when it has passed.
 */
export class LateAnswers {
  readonly #send: (session: Session, numbers: readonly number[]) => void
  readonly #waiting = new Map<Session, number[]>()
  #timer: NodeJS.Timeout | undefined

  /** `send` must not throw. */
  constructor(send: (session: Session, numbers: readonly number[]) => void) {
    this.#send = send
  }

  /** Answers request `number` of the session within a moment. */
  add(session: Session, number: number): void {
    const numbers = this.#waiting.get(session) ?? []
    numbers.push(number)
    this.#waiting.set(session, numbers)
    if (numbers.length >= maxAcknowledged) this.sendNow(session)
    this.#timer ??= setTimeout(() => this.#sendSome(), lateMs)
  }

  /** Answers what the session has waiting: something else is sent to it, which would overtake. */
  sendNow(session: Session): void {
    const numbers = this.#waiting.get(session)
    if (numbers === undefined) return
    this.#waiting.delete(session)
    this.#send(session, numbers)
  }

  /** Answers everything. */
  close(): void {
    clearTimeout(this.#timer)
    for (const session of [...this.#waiting.keys()]) this.sendNow(session)
  }

  #sendSome(): void {
    this.#timer = undefined
    let left = sessionsATurn
    for (const session of this.#waiting.keys()) {
      if (left === 0) {
        this.#timer = setTimeout(() => this.#sendSome(), nextTurnMs)
        return
      }
      left -= 1
      this.sendNow(session)
    }
  }
}
