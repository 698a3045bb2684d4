// SPDX-License-Identifier: Apache-2.0
import { messageOf, SaltError } from '@halite/core'
import type { RE2JS } from 're2js'
import { loadRe2 } from '../pattern/re2.ts'
import { type Alphabet, type Dialect, javascriptDialect, re2Dialect, Unsayable } from './dialect.ts'
import { type RegexFlags, type Translation, translate } from './translate.ts'

/** One match: where, and the texts of its groups, the whole first; undefined for one that took no part. */
export interface RegexMatch {
  readonly start: number
  readonly end: number
  readonly groups: readonly (string | undefined)[]
}

/** What a pattern is for. */
export interface RegexOptions extends Partial<RegexFlags> {
  /** Texts are Unicode, or bytes with one character each (`latin1`): then `\w` means ASCII and `.` a byte. */
  readonly alphabet?: Alphabet
}

/** Longer patterns are refused. */
const maxPatternLength = 65_536

/**
 * A regular expression of Python's `re`, with captures. RE2 runs it in linear time; look-around, back-references, and the few texts
 * that RE2 reads otherwise than Python run on JavaScript's engine, which backtracks as Python's does: in an executor, never in a
 * daemon. Throws ARGUMENTS_INVALID for a pattern that neither can run.
 */
export class Regex {
  /** Groups that capture. */
  readonly groups: number
  readonly names: ReadonlyMap<string, number>
  readonly #pattern: string
  readonly #options: { readonly flags: RegexFlags; readonly alphabet: Alphabet }
  readonly #linear: { readonly engine: RE2JS; readonly translation: Translation } | undefined
  #backtracking: RegExp | undefined
  #atStart: RegExp | undefined

  constructor(pattern: string, { alphabet = 'unicode', ...flags }: RegexOptions = {}) {
    if (pattern.length > maxPatternLength)
      throw refused(pattern, `is longer than ${maxPatternLength} characters`)
    this.#pattern = alphabet === 'bytes' ? Buffer.from(pattern).toString('latin1') : pattern
    this.#options = { flags: { ...noFlags, ...flags }, alphabet }
    this.#linear = this.#compileLinear()
    const { groups, names } = this.#linear?.translation ?? this.#translated(javascriptDialect)
    this.groups = groups
    this.names = names
    if (this.#linear === undefined) this.#compiled()
  }

  /** Whether it matches anywhere (`re.search`). */
  test(text: string): boolean {
    return this.first(text) !== undefined
  }

  /** The first match (`re.search`). */
  first(text: string): RegexMatch | undefined {
    for (const match of this.all(text)) return match
    return undefined
  }

  /** The match that begins where the text begins (`re.match`). */
  atStart(text: string): RegexMatch | undefined {
    const engine = this.#engineFor(text)
    if (engine === undefined) {
      this.#atStart ??= new RegExp(this.#compiled().source, 'vy')
      this.#atStart.lastIndex = 0
      return matchOf(this.#atStart.exec(text))
    }
    const matcher = engine.matcher(text)
    return matcher.lookingAt() ? foundBy(matcher) : undefined
  }

  /** Every match that does not overlap the one before (`re.finditer`). */
  *all(text: string): Generator<RegexMatch> {
    const engine = this.#engineFor(text)
    if (engine === undefined) {
      for (const found of text.matchAll(this.#compiled())) yield matchOf(found) as RegexMatch
      return
    }
    const matcher = engine.matcher(text)
    while (matcher.find()) yield foundBy(matcher)
  }

  /** Undefined where RE2 would read this text otherwise. */
  #engineFor(text: string): RE2JS | undefined {
    if (this.#linear === undefined) return undefined
    const { engine, translation } = this.#linear
    if (translation.hasSoftEnd && hasInnerLineFeed(text)) return undefined
    return translation.hasUnicodeEdge && !isAscii.test(text) ? undefined : engine
  }

  #compileLinear() {
    try {
      const translation = this.#translated(re2Dialect)
      return { engine: loadRe2().compile(translation.source), translation }
    } catch (error) {
      // Its own limits too, such as 1000 repeats.
      if (error instanceof Unsayable || (error instanceof Error && error.name.startsWith('RE2JS')))
        return undefined
      throw error
    }
  }

  #compiled(): RegExp {
    if (this.#backtracking !== undefined) return this.#backtracking
    try {
      this.#backtracking = new RegExp(this.#translated(javascriptDialect).source, 'gv')
      return this.#backtracking
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error
      throw refused(this.#pattern, messageOf(error))
    }
  }

  #translated(dialect: Dialect): Translation {
    try {
      return translate(this.#pattern, { ...this.#options, dialect })
    } catch (error) {
      if (error instanceof Unsayable) throw error
      throw refused(this.#pattern, messageOf(error))
    }
  }
}

const noFlags: RegexFlags = {
  ignoreCase: false,
  multiline: false,
  dotAll: false,
  verbose: false,
  ascii: false,
}
// biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII
const isAscii = /^[\u0000-\u007f]*$/

function hasInnerLineFeed(text: string): boolean {
  const at = text.indexOf('\n')
  return at >= 0 && at < text.length - 1
}

function matchOf(found: RegExpExecArray | null): RegexMatch | undefined {
  return found === null
    ? undefined
    : { start: found.index, end: found.index + found[0].length, groups: found }
}

function foundBy(matcher: ReturnType<RE2JS['matcher']>): RegexMatch {
  const groups: (string | undefined)[] = []
  for (let index = 0; index <= matcher.groupCount(); index++) groups.push(matcher.group(index) ?? undefined)
  return { start: matcher.start(), end: matcher.end(), groups }
}

function refused(pattern: string, reason: string): SaltError {
  return new SaltError(
    'ARGUMENTS_INVALID',
    `The regular expression '${pattern}' cannot be used: it ${reason}`,
  )
}
