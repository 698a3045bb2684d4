// SPDX-License-Identifier: Apache-2.0
import { SaltError } from '@halite/core'

/** No name or number in a pattern is longer; it keeps parsing linear. */
const maxToken = 64

/** A place in the text of a pattern, which moves on as the text is taken, character by character. */
export class PatternReader {
  readonly #source: readonly string[]
  #at = 0

  constructor(pattern: string) {
    this.#source = [...pattern]
  }

  /** Whether everything is taken. */
  get isAtEnd(): boolean {
    return this.#at >= this.#source.length
  }

  /** The next character, or one further on; empty beyond the end. */
  peek(distance = 0): string {
    return this.#source[this.#at + distance] ?? ''
  }

  /** Whether this is the next character. */
  isNext(character: string): boolean {
    return this.#source[this.#at] === character
  }

  /** Takes the next character, as a code point. Throws the problem at the end. */
  next(problemAtEnd = 'ends too early'): number {
    const character = this.#source[this.#at]
    if (character === undefined) throw this.problem(problemAtEnd)
    this.#at += 1
    return character.codePointAt(0) as number
  }

  /** Takes the text if it is next, and says whether it was. */
  take(text: string): boolean {
    if (![...text].every((character, index) => this.peek(index) === character)) return false
    this.#at += [...text].length
    return true
  }

  /** Takes what an anchored expression finds next, and answers its first capture; undefined if it finds nothing. */
  takeMatch(expression: RegExp): string | undefined {
    const found = expression.exec(this.#source.slice(this.#at, this.#at + maxToken).join(''))
    if (found === null) return undefined
    this.#at += [...found[0]].length
    return found[1]
  }

  /** Takes comments, `(?#…)`, and says whether there were any. Throws if one does not end. */
  takeComments(): boolean {
    const from = this.#at
    while (this.take('(?#')) {
      const close = this.#source.indexOf(')', this.#at)
      if (close < 0) throw this.problem('has a comment without ")"')
      this.#at = close + 1
    }
    return this.#at > from
  }

  /** A `TARGET_INVALID` about this place. `reason` continues a sentence whose subject is the pattern. */
  problem(reason: string): SaltError {
    return new SaltError('TARGET_INVALID', `${reason} (at character ${this.#at + 1})`)
  }
}
