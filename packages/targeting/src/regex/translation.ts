// SPDX-License-Identifier: Apache-2.0
import type { Alphabet, Dialect } from './dialect.ts'

/** Python's flags of patterns, as far as they have an effect here. */
export interface RegexFlags {
  readonly ignoreCase: boolean
  readonly multiline: boolean
  readonly dotAll: boolean
  readonly verbose: boolean
  /** `\w` and similar categories are limited to ASCII. */
  readonly ascii: boolean
}

/** A pattern in the syntax of an engine. */
export interface Translation {
  readonly source: string
  /** Number of capturing groups. */
  readonly groups: number
  readonly names: ReadonlyMap<string, number>
  /** Whether it has a `$` for the end of the text. */
  readonly hasSoftEnd: boolean
  /** Whether it has a `\b` by the rules of Unicode. */
  readonly hasUnicodeEdge: boolean
}

/** The texts that a pattern is for, and the engine. */
export interface TranslateOptions {
  readonly flags: RegexFlags
  readonly alphabet: Alphabet
  readonly dialect: Dialect
}
