// SPDX-License-Identifier: Apache-2.0
import { close } from 'node:fs'
import type { Timers } from '@halite/core'

interface Kept {
  readonly descriptor: number
  /** Reads under way. */
  users: number
  /** Stops the wait that ends it. */
  stop: () => void
}

export interface KeptOptions {
  readonly timers: Timers
  /** Descriptors kept at most; those in use are not counted. */
  readonly most: number
  /** How long one is kept after its last use. */
  readonly keepMs: number
}

/**
 * Descriptors of files that are being read in ranges, so that not every range opens its file again. One that was not used for a
 * while, or that has to make room, is closed.
 */
export class KeptDescriptors {
  readonly #options: KeptOptions
  /** The one unused for longest comes first. */
  readonly #kept = new Map<string, Kept>()

  constructor(options: KeptOptions) {
    this.#options = options
  }

  /** Whether there is a descriptor under this key. */
  has(key: string): boolean {
    return this.#kept.has(key)
  }

  /** Keeps a descriptor; it is closed here from now on. */
  add(key: string, descriptor: number): void {
    if (this.#kept.has(key)) {
      closeLate(descriptor)
      return
    }
    const kept: Kept = { descriptor, users: 0, stop: () => undefined }
    this.#kept.set(key, kept)
    this.#expectUse(key, kept)
    this.#makeRoom()
  }

  /** Lends the descriptor under `key` to `use`; it is not closed before that is done. There must be one. */
  async use<T>(key: string, use: (descriptor: number) => Promise<T>): Promise<T> {
    const kept = this.#kept.get(key)
    if (kept === undefined) throw new RangeError(`no descriptor is kept for ${key}`)
    kept.stop()
    kept.users += 1
    this.#kept.delete(key)
    this.#kept.set(key, kept)
    try {
      return await use(kept.descriptor)
    } finally {
      kept.users -= 1
      if (kept.users === 0) this.#rest(key, kept)
    }
  }

  /** Closes the descriptor under `key` as soon as nobody uses it. */
  drop(key: string): void {
    const kept = this.#kept.get(key)
    if (kept === undefined) return
    this.#kept.delete(key)
    kept.stop()
    if (kept.users === 0) closeLate(kept.descriptor)
  }

  /** Closes all. */
  close(): void {
    for (const key of [...this.#kept.keys()]) this.drop(key)
  }

  #rest(key: string, kept: Kept): void {
    if (this.#kept.get(key) === kept) this.#expectUse(key, kept)
    else closeLate(kept.descriptor)
  }

  #expectUse(key: string, kept: Kept): void {
    kept.stop = this.#options.timers.after(this.#options.keepMs, () => this.drop(key))
  }

  #makeRoom(): void {
    let over = this.#kept.size - this.#options.most
    for (const [key, { users }] of this.#kept) {
      if (over <= 0) return
      if (users > 0) continue
      this.drop(key)
      over -= 1
    }
  }
}

/** A failure to close has no consequence for what was read. */
function closeLate(descriptor: number): void {
  close(descriptor, () => undefined)
}
