// SPDX-License-Identifier: Apache-2.0

/** What is known of a copy, minion by minion: path → true, or why not. */
export class CopyResults {
  readonly #results = new Map<string, Map<string, unknown>>()
  #missing = 0

  /** True of a file, or the first thing that went wrong with it. */
  add(id: string, path: string, value: unknown): void {
    const files = this.#results.get(id) ?? new Map<string, unknown>()
    this.#results.set(id, files)
    if (files.get(path) === undefined || files.get(path) === true) files.set(path, value)
  }

  /** What a minion returned that is no word about single files. */
  set(id: string, value: unknown): void {
    if (value instanceof Map) this.#results.set(id, value)
    else this.add(id, '', value)
  }

  /** A minion did not return. */
  miss(id: string, path: string, reason: string): void {
    this.#missing += 1
    this.add(id, path, reason)
  }

  /** Ids of the minions with results. */
  get ids(): readonly string[] {
    return [...this.#results.keys()]
  }

  /** Whether there are no results yet. */
  get isEmpty(): boolean {
    return this.#results.size === 0
  }

  /** Whether everything arrived everywhere. */
  get isComplete(): boolean {
    const values = [...this.#results.values()].flatMap((files) => [...files.values()])
    return this.#missing === 0 && values.every((value) => value === true)
  }

  /** As it is shown: minion → path → true or reason. */
  shown(): Map<string, unknown> {
    return new Map(
      [...this.#results].map(([id, files]) => [
        id,
        files.size === 1 && files.has('') ? files.get('') : files,
      ]),
    )
  }
}
