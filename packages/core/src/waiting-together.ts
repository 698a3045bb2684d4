// SPDX-License-Identifier: Apache-2.0

/** What becomes of those that waited. Neither may throw. */
export interface WaitingTogetherOptions<T> {
  readonly onResolved: (one: T) => void
  readonly onRejected: (one: T, error: unknown) => void
}

/**
 * Those that wait for promises which many share, such as one commit for a thousand writes. A promise has one listener for all of
 * them, and little is kept of each: of thousands that wait, what is kept is what the garbage collector copies.
 */
export class WaitingTogether<T> {
  readonly #options: WaitingTogetherOptions<T>
  readonly #waiting = new Map<Promise<unknown>, T[]>()

  constructor(options: WaitingTogetherOptions<T>) {
    this.#options = options
  }

  /** Tells of `one` when the promise settles, in the order in which they were added. */
  add(promise: Promise<unknown>, one: T): void {
    const others = this.#waiting.get(promise)
    if (others !== undefined) {
      others.push(one)
      return
    }
    const all = [one]
    this.#waiting.set(promise, all)
    const { onResolved, onRejected } = this.#options
    promise.then(
      () => {
        this.#waiting.delete(promise)
        for (const each of all) onResolved(each)
      },
      (error: unknown) => {
        this.#waiting.delete(promise)
        for (const each of all) onRejected(each, error)
      },
    )
  }
}
