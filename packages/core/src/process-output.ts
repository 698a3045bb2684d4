// SPDX-License-Identifier: Apache-2.0

/** What a program prints, up to a limit. */
export class Output {
  /** Whether some of it was dropped. */
  truncated = false
  #chunks: Buffer[] = []
  #length = 0
  readonly #limit: number

  constructor(limit: number) {
    this.#limit = limit
  }

  /** Keeps what fits. */
  add(chunk: Buffer): void {
    const room = this.#limit - this.#length
    if (chunk.length > room) this.truncated = true
    if (room <= 0) return
    const kept = chunk.subarray(0, room)
    this.#chunks.push(kept)
    this.#length += kept.length
  }

  /** All that was kept. */
  bytes(): Buffer {
    return Buffer.concat(this.#chunks)
  }
}
