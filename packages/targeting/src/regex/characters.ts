// SPDX-License-Identifier: Apache-2.0
import { type Alphabet, bothCases, byteCategory, type Dialect, type Span } from './dialect.ts'
import type { RegexFlags } from './translation.ts'

/** How characters are matched. */
export interface CharacterOptions {
  readonly flags: Pick<RegexFlags, 'ignoreCase' | 'ascii'>
  readonly alphabet: Alphabet
  readonly dialect: Dialect
}

/** Writes characters, ranges and categories in the syntax of an engine. */
export class Characters {
  readonly #flags: CharacterOptions['flags']
  readonly #alphabet: Alphabet
  readonly #dialect: Dialect

  constructor({ flags, alphabet, dialect }: CharacterOptions) {
    this.#flags = flags
    this.#alphabet = alphabet
    this.#dialect = dialect
  }

  /** Whether categories are limited to ASCII. */
  get isAscii(): boolean {
    return this.#alphabet === 'bytes' || this.#flags.ascii
  }

  /** One character outside a class. */
  literal(point: number): string {
    const spans = this.#cased([point, point])
    return spans.length === 1 ? this.#dialect.character(point) : `[${this.members([point, point])}]`
  }

  /** A range inside a class. */
  members(span: Span): string {
    return this.#cased(span)
      .map((one) => this.#range(one))
      .join('')
  }

  /** A category, `d`, `W` and so on, inside a class. */
  category(letter: string): string {
    if (!this.isAscii) return this.#dialect.category(letter)
    return byteCategory(letter)
      .map((span) => this.#range(span))
      .join('')
  }

  #cased(span: Span): readonly Span[] {
    return this.#flags.ignoreCase ? bothCases(span, this.#alphabet) : [span]
  }

  #range([low, high]: Span): string {
    const { character } = this.#dialect
    return low === high ? character(low) : `${character(low)}-${character(high)}`
  }
}
