// SPDX-License-Identifier: Apache-2.0

/** A file that changed so shortly before may change again without its times being others. */
const settledMs = 100
const maxKnown = 200_000

/** Hashes of files by their version, the latest ones. */
export class KnownHashes {
  readonly #hashes = new Map<string, string>()
  readonly #now: () => number

  constructor(now: () => number = Date.now) {
    this.#now = now
  }

  get(version: string): string | undefined {
    return this.#hashes.get(version)
  }

  /** Keeps a hash, unless the file changed just before: `changedMs`, wall clock. */
  add(version: string, { hsum, changedMs }: { readonly hsum: string; readonly changedMs: number }): void {
    if (this.#now() - changedMs <= settledMs) return
    this.#hashes.set(version, hsum)
    if (this.#hashes.size <= maxKnown) return
    for (const oldest of this.#hashes.keys()) {
      this.#hashes.delete(oldest)
      return
    }
  }
}
