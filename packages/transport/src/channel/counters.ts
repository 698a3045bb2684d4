// SPDX-License-Identifier: Apache-2.0

/** Named numbers that only rise: what was refused, dropped, answered. */
export class Counters {
  readonly #values = new Map<string, number>()

  /** Increases a counter, which starts at 0. */
  add(name: string, by = 1): void {
    this.#values.set(name, (this.#values.get(name) ?? 0) + by)
  }

  /** The value of a counter; 0 if it was never increased. */
  get(name: string): number {
    return this.#values.get(name) ?? 0
  }

  /** All counters as plain data. */
  snapshot(): Record<string, number> {
    return Object.fromEntries([...this.#values].sort(([a], [b]) => (a < b ? -1 : 1)))
  }
}
