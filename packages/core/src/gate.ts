// SPDX-License-Identifier: Apache-2.0

/** Lets at most `limit` pieces of work run at a time; the others wait for their turn, in order. */
export class Gate {
  readonly #limit: number
  readonly #waiting: (() => void)[] = []
  #inside = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  /** Runs `work` when there is room; settles as it does. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#inside < this.#limit) this.#inside += 1
    else await new Promise<void>((enter) => this.#waiting.push(enter))
    try {
      return await work()
    } finally {
      const next = this.#waiting.shift()
      // Who enters takes the place over.
      if (next === undefined) this.#inside -= 1
      else next()
    }
  }
}
