// SPDX-License-Identifier: Apache-2.0

/** Frames that came, for one reader at a time. */
export class Inbox {
  readonly #frames: Buffer[] = []
  #wake: () => void = () => undefined

  put(frame: Buffer): void {
    this.#frames.push(Buffer.from(frame))
    this.#wake()
  }

  /** The oldest frame; undefined when none comes within `timeoutMs`. */
  async next(timeoutMs: number): Promise<Buffer | undefined> {
    if (this.#frames.length === 0) await this.#arrival(timeoutMs)
    return this.#frames.shift()
  }

  #arrival(timeoutMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, timeoutMs)
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }
}
