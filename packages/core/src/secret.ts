// SPDX-License-Identifier: Apache-2.0
import { inspect } from 'node:util'

const mask = '**********'

/** A value that prints masked wherever it is shown: as text, in JSON, in a log line. `reveal()` is the one way to it. */
export class Secret<T = string> {
  readonly #value: T

  constructor(value: T) {
    this.#value = value
  }

  /** The value itself: for the one place that needs it, never for a message. */
  reveal(): T {
    return this.#value
  }

  toString(): string {
    return mask
  }

  toJSON(): string {
    return mask
  }

  [inspect.custom](): string {
    return mask
  }
}
