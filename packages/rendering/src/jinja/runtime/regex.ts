// SPDX-License-Identifier: Apache-2.0
import { messageOf } from '@halite/core'
import { Regex, type RegexMatch, readReplacement, substitute as replaceMatches } from '@halite/targeting'
import { valueError } from './native.ts'

/** The flags that Salt's filters offer. */
export interface PatternFlags {
  readonly ignoreCase: boolean
  readonly multiLine: boolean
}

/** Longer patterns are refused: a template may make its own, and compiling them takes time. */
const maxPatternLength = 16_384
/** Most time that the searches of one pattern may backtrack. */
const backtrackMs = 1000

/** A regular expression of a template: Python's, as `Regex` runs them. Everything here throws Python's ValueError. */
export class Pattern {
  readonly #regex: Regex

  constructor(pattern: string, { ignoreCase, multiLine }: PatternFlags) {
    if (pattern.length > maxPatternLength)
      throw valueError(`the pattern is longer than ${maxPatternLength} characters`)
    this.#regex = asValueError(() => new Regex(pattern, { ignoreCase, multiline: multiLine, backtrackMs }))
  }

  /** The first match or, `anchored`, the one at the start of the text. */
  first(text: string, anchored: boolean): RegexMatch | undefined {
    return asValueError(() => (anchored ? this.#regex.atStart(text) : this.#regex.first(text)))
  }

  /** All matches that do not overlap, as in Python's `finditer`. */
  all(text: string): RegexMatch[] {
    return asValueError(() => [...this.#regex.all(text)])
  }

  /** Python's `re.sub`. */
  replace(text: string, replacement: string): string {
    return asValueError(() => {
      const parts = readReplacement(replacement, this.#regex)
      return replaceMatches(this.#regex, text, { replacement: parts }).text
    })
  }
}

function asValueError<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw valueError(messageOf(error))
  }
}
