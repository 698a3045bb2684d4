// SPDX-License-Identifier: Apache-2.0

/**
 * An answer that many requests wait for together: one promise for all of them, and what each does when it resolves. A handler
 * that returns it answers what `answer` returns, which is called once, and not at all when the promise rejects.
 */
export class SharedAnswer {
  readonly settled: Promise<void>
  readonly answer: () => unknown

  constructor(settled: Promise<void>, answer: () => unknown) {
    this.settled = settled
    this.answer = answer
  }
}

interface Waiting<T> {
  readonly asked: T
  readonly answer: () => unknown
}

export interface SharedAnswersOptions<T> {
  /** The promise resolved: answers what `value` returns. Must not throw, whatever `value` does. */
  readonly answer: (asked: T, value: () => unknown) => void
  /** The promise rejected. Must not throw. */
  readonly fail: (asked: T, error: unknown) => void
}

/**
 * Requests by the promise they wait for. It takes one listener for all of them and keeps little of each: of thousands that
 * wait, what is kept is what the garbage collector copies.
 */
export class SharedAnswers<T> {
  readonly #options: SharedAnswersOptions<T>
  readonly #waiting = new Map<Promise<void>, Waiting<T>[]>()

  constructor(options: SharedAnswersOptions<T>) {
    this.#options = options
  }

  add(asked: T, { settled, answer }: SharedAnswer): void {
    const others = this.#waiting.get(settled)
    if (others !== undefined) {
      others.push({ asked, answer })
      return
    }
    this.#waiting.set(settled, [{ asked, answer }])
    settled.then(
      () => {
        for (const one of this.#take(settled)) this.#options.answer(one.asked, one.answer)
      },
      (error: unknown) => {
        for (const one of this.#take(settled)) this.#options.fail(one.asked, error)
      },
    )
  }

  #take(settled: Promise<void>): readonly Waiting<T>[] {
    const waiting = this.#waiting.get(settled) ?? []
    this.#waiting.delete(settled)
    return waiting
  }
}
