// SPDX-License-Identifier: Apache-2.0
import { SaltError } from './errors.ts'
import { entriesOf, isMap } from './values/maps.ts'

/** What a value may hold once every reference in it is written out. */
export interface SizeLimits {
  /** Bytes of text and of binaries; default 16 MiB. */
  readonly maxBytes?: number
  /** Values inside lists and maps, all levels together; default 1,000,000. */
  readonly maxValues?: number
  /** Nesting of lists and maps; default 64. */
  readonly maxDepth?: number
}

/**
 * Refuses a value that is small in memory and large when it is written: YAML's aliases, or an object that stands in many
 * places, grow by a power at each level. It stops at the limit, so that a check costs no more than what is let through.
 * `what` names the value in the message. Throws `VALUE_TOO_LARGE` and `VALUE_TOO_DEEP`.
 */
export function checkExpandedSize(value: unknown, what: string, limits: SizeLimits = {}): void {
  new Measure(what, limits).add(value, 0)
}

class Measure {
  readonly #what: string
  readonly #limits: Required<SizeLimits>
  #bytes = 0
  #values = 0

  constructor(what: string, { maxBytes = 2 ** 24, maxValues = 1_000_000, maxDepth = 64 }: SizeLimits) {
    this.#what = what
    this.#limits = { maxBytes, maxValues, maxDepth }
  }

  add(value: unknown, depth: number): void {
    if (typeof value === 'string' || value instanceof Uint8Array) this.#count(value.length)
    else if (typeof value !== 'object' || value === null) this.#count(1)
    else this.#addParts(value, depth)
  }

  #addParts(value: object, depth: number): void {
    if (depth >= this.#limits.maxDepth) {
      throw new SaltError(
        'VALUE_TOO_DEEP',
        `${this.#what} is nested deeper than ${this.#limits.maxDepth} levels`,
      )
    }
    if (Array.isArray(value)) for (const item of value) this.add(item, depth + 1)
    else if (isMap(value)) for (const [key, part] of entriesOf(value)) this.#addEntry(key, part, depth + 1)
  }

  #addEntry(key: unknown, value: unknown, depth: number): void {
    this.add(key, depth)
    this.add(value, depth)
  }

  #count(bytes: number): void {
    this.#bytes += bytes
    this.#values += 1
    if (this.#bytes <= this.#limits.maxBytes && this.#values <= this.#limits.maxValues) return
    const limit = `${this.#limits.maxBytes} bytes or ${this.#limits.maxValues} values`
    throw new SaltError('VALUE_TOO_LARGE', `${this.#what} is over the limit of ${limit}`)
  }
}
