// SPDX-License-Identifier: Apache-2.0

/** States that run beside others, at most `max` at a time; 0 for no bound. */
export class ParallelStates {
  readonly #max: number
  readonly #running = new Map<string, Promise<void>>()
  readonly #waiting: (() => void)[] = []
  #active = 0
  #problem: { readonly error: unknown } | undefined

  constructor(max: number) {
    this.#max = max
  }

  start(tag: string, work: () => Promise<void>): void {
    const done = this.#inTurn(work)
      .catch((error: unknown) => {
        this.#problem ??= { error }
      })
      .finally(() => this.#running.delete(tag))
    this.#running.set(tag, done)
  }

  /** Whether this state still runs. */
  has(tag: string): boolean {
    return this.#running.has(tag)
  }

  /** Resolves when none of these runs any more. Rejects with what kept one from ending, such as the end of the job. */
  async wait(tags: readonly string[]): Promise<void> {
    if (this.#running.size > 0) await Promise.all(tags.map((tag) => this.#running.get(tag)))
    if (this.#problem !== undefined) throw this.#problem.error
  }

  async idle(): Promise<void> {
    await this.wait([...this.#running.keys()])
  }

  async #inTurn(work: () => Promise<void>): Promise<void> {
    if (this.#max > 0 && this.#active >= this.#max)
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    this.#active++
    try {
      await work()
    } finally {
      this.#active--
      this.#waiting.shift()?.()
    }
  }
}
