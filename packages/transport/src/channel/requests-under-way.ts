// SPDX-License-Identifier: Apache-2.0
import { durationText, SaltError } from '@halite/core'

/** One request. Thousands may wait for long: it keeps what its end needs, and nothing of what was sent. */
interface UnderWay {
  readonly name: string
  readonly timeoutMs: number
  readonly dueMs: number
  readonly resolve: (value: unknown) => void
  readonly reject: (error: SaltError) => void
}

/** Node fires a timer that is set for longer at once. */
const longestTimerMs = 2 ** 31 - 1

/** Requests that wait for their answers, by number, with one timer for all of them. */
export class RequestsUnderWay {
  readonly #waiting = new Map<number, UnderWay>()
  #timer: NodeJS.Timeout | undefined
  /** When the timer looks: not after the first that is due, answered or not. */
  #looksMs = Number.POSITIVE_INFINITY

  /** The answer to request `number`; rejects with `REQUEST_TIMEOUT` when it does not come in time. */
  add(
    number: number,
    { name, timeoutMs }: { readonly name: string; readonly timeoutMs: number },
  ): Promise<unknown> {
    const dueMs = performance.now() + timeoutMs
    if (dueMs < this.#looksMs) this.#lookAt(dueMs)
    return new Promise((resolve, reject) => {
      this.#waiting.set(number, { name, timeoutMs, dueMs, resolve, reject })
    })
  }

  /** Removes the request with this number; undefined when nobody waits for its answer. */
  remove(number: number): Pick<UnderWay, 'resolve' | 'reject'> | undefined {
    const one = this.#waiting.get(number)
    this.#waiting.delete(number)
    return one
  }

  /** Rejects all with `SESSION_LOST`. */
  abandon(reason: string): void {
    this.#stopLooking()
    for (const { reject } of this.#waiting.values()) reject(new SaltError('SESSION_LOST', reason))
    this.#waiting.clear()
  }

  #lookAt(dueMs: number): void {
    this.#stopLooking()
    this.#looksMs = dueMs
    const waitMs = Math.min(Math.ceil(dueMs - performance.now()), longestTimerMs)
    this.#timer = setTimeout(() => this.#rejectOverdue(), waitMs)
  }

  #stopLooking(): void {
    clearTimeout(this.#timer)
    this.#looksMs = Number.POSITIVE_INFINITY
  }

  #rejectOverdue(): void {
    const nowMs = performance.now()
    let nextMs = Number.POSITIVE_INFINITY
    for (const [number, { name, timeoutMs, dueMs, reject }] of this.#waiting) {
      if (dueMs > nowMs) {
        nextMs = Math.min(nextMs, dueMs)
        continue
      }
      this.#waiting.delete(number)
      const text = `the master did not answer ${name} within ${durationText(timeoutMs)}`
      reject(new SaltError('REQUEST_TIMEOUT', text))
    }
    this.#stopLooking()
    if (nextMs < Number.POSITIVE_INFINITY) this.#lookAt(nextMs)
  }
}
