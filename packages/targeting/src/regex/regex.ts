// SPDX-License-Identifier: Apache-2.0
import { messageOf, SaltError, show } from '@halite/core'
import type { RE2JS } from 're2js'
import { loadRe2 } from '../pattern/re2.ts'
import { type Alphabet, type Dialect, javascriptDialect, re2Dialect, Unsayable } from './dialect.ts'
import { TimeBudget } from './time-budget.ts'
import { translate } from './translate.ts'
import type { RegexFlags, Translation } from './translation.ts'

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
  /** How long it may backtrack, in all its searches together; default 10 s. */
  readonly backtrackMs?: number
}

/** Longer patterns are refused. */
const maxPatternLength = 65_536
const defaultBacktrackMs = 10_000
/** Most matches that are looked for under one watch of the clock, which costs as much as many of them. */
const maxBatch = 1024

/**
 * A regular expression of Python's `re`, with captures. RE2 runs it in linear time; look-around, back-references, and the few texts
 * that RE2 reads otherwise than Python run on JavaScript's engine, which backtracks as Python's does, for a bounded time: in an
 * executor, never in a daemon. Throws ARGUMENTS_INVALID for a pattern that neither can run, and, from its searches, for one that
 * backtracks longer than that.
 */
export class Regex {
  /** Groups that capture. */
  readonly groups: number
  readonly names: ReadonlyMap<string, number>
  readonly #pattern: string
  readonly #options: { readonly flags: RegexFlags; readonly alphabet: Alphabet }
  readonly #linear: { readonly engine: RE2JS; readonly translation: Translation } | undefined
  readonly #budget: TimeBudget
  #backtracking: RegExp | undefined
  #atStart: RegExp | undefined

  constructor(
    pattern: string,
    { alphabet = 'unicode', backtrackMs = defaultBacktrackMs, ...flags }: RegexOptions = {},
  ) {
    if (pattern.length > maxPatternLength)
      throw refused(pattern, `is longer than ${maxPatternLength} characters`)
    this.#pattern = alphabet === 'bytes' ? Buffer.from(pattern).toString('latin1') : pattern
    this.#options = { flags: { ...noFlags, ...flags }, alphabet }
    this.#budget = new TimeBudget(backtrackMs)
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
      const compiled = this.#atStart
      compiled.lastIndex = 0
      return matchOf(this.#bounded(text, () => [compiled.exec(text)])[0] ?? null)
    }
    const matcher = engine.matcher(text)
    return matcher.lookingAt() ? foundBy(matcher) : undefined
  }

  /** Every match that does not overlap the one before (`re.finditer`). */
  *all(text: string): Generator<RegexMatch> {
    const engine = this.#engineFor(text)
    if (engine === undefined) {
      yield* this.#backtrack(text)
      return
    }
    const matcher = engine.matcher(text)
    while (matcher.find()) yield foundBy(matcher)
  }

  /** In batches, each under a watch of the clock: of a match that nobody asks for only a few are looked for in vain. */
  *#backtrack(text: string): Generator<RegexMatch> {
    const matches = text.matchAll(this.#compiled())
    for (let size = 1; ; size = Math.min(maxBatch, size * 2)) {
      const batch = this.#bounded(text, () => taken(matches, size))
      for (const found of batch) yield matchOf(found) as RegexMatch
      if (batch.length < size) return
    }
  }

  #bounded<T extends object>(text: string, work: () => T): T {
    const done = this.#budget.spend(text.length, work)
    if (done !== undefined) return done
    throw new SaltError(
      'ARGUMENTS_INVALID',
      `the pattern ${show(this.#pattern)} was looked for longer than ${this.#budget.limitMs / 1000} s in a text of ${text.length} characters`,
      {
        hint: 'It backtracks, as look-ahead and back-references do. Repeats within repeats, as in (a+)+, take twice the time for each character more: write it without them.',
      },
    )
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

function taken<T>(from: Iterator<T>, most: number): T[] {
  const some: T[] = []
  while (some.length < most) {
    const { done, value } = from.next()
    if (done) break
    some.push(value)
  }
  return some
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
