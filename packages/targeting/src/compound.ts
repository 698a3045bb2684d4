// SPDX-License-Identifier: Apache-2.0
import { isSaltError, type SaltError, show } from '@halite/core'
import { pillar, pillarExact, pillarPcre } from './matchers/data.ts'
import { glob } from './matchers/glob.ts'
import { matcherByLetter } from './matchers/index.ts'
import type { Matcher } from './matchers/matcher.ts'
import { targetProblem } from './problem.ts'
import type { Test } from './types.ts'
import { allOf, anyOf, not } from './verdict.ts'
import type { Word } from './words.ts'

/** A compound expression, read. */
export interface Compound {
  readonly test: Test
  /** Terms that could not be read and were dropped, since other alternatives of an `or` stand. */
  readonly dropped: readonly SaltError[]
}

/**
 * Reads a compound expression whose nodegroups are expanded already:
 *
 *     either = both { 'or' both }
 *     both   = factor { [ 'and' ] factor }      'and' may only be left out before 'not'
 *     factor = [ 'not' ] primary
 *     primary = term | '(' either ')'
 *
 * Throws `TARGET_INVALID`, pointing at the word. A term that its matcher cannot read selects nobody. As one
 * alternative of an `or` it is dropped; anywhere else, below a `not` above all, it makes the expression invalid.
 */
export function parseCompound(words: readonly Word[], options: CompoundOptions = {}): Compound {
  return new CompoundParser(words, options).parse()
}

/** How the terms of an expression are read. */
export interface CompoundOptions {
  /** Terms on the pillar compare whole values: for those who must not be able to search for values. */
  readonly exactPillar?: boolean | undefined
}

/** An error stands for a part that selects nobody because it cannot be read. */
type Part = Test | SaltError

/** As many as Python's own parser allows. */
const maxNesting = 200

class CompoundParser {
  readonly #words: readonly Word[]
  readonly #options: CompoundOptions
  readonly #dropped: SaltError[] = []
  #next = 0
  #nesting = 0

  constructor(words: readonly Word[], options: CompoundOptions) {
    this.#words = words
    this.#options = options
  }

  parse(): Compound {
    const part = this.#either()
    const left = this.#words[this.#next]
    if (left !== undefined) throw targetProblem(left.place, problemBefore(left.text))
    if (!isReadable(part)) throw part
    return { test: part, dropped: this.#dropped }
  }

  #either(): Part {
    const parts = [this.#both()]
    while (this.#take('or')) parts.push(this.#both())
    const unreadable = parts.filter((part) => isSaltError(part))
    if (unreadable.length === parts.length) return unreadable[0] as SaltError
    this.#dropped.push(...unreadable)
    return anyOf(parts.filter(isReadable))
  }

  #both(): Part {
    const parts = [this.#factor()]
    while (this.#take('and') || this.#peek() === 'not') parts.push(this.#factor())
    return parts.find((part) => isSaltError(part)) ?? allOf(parts.filter(isReadable))
  }

  #factor(): Part {
    const negated = this.#take('not')
    const part = this.#primary()
    return negated && isReadable(part) ? not(part) : part
  }

  #primary(): Part {
    const word = this.#words[this.#next]
    if (word === undefined) throw targetProblem(this.#end(), 'a term is missing')
    if (word.text === '(') return this.#group(word)
    if (operators.has(word.text)) throw targetProblem(word.place, 'a term is missing before it')
    this.#next += 1
    return compileTerm(word, this.#options)
  }

  #group(open: Word): Part {
    if (this.#nesting >= maxNesting)
      throw targetProblem(open.place, `more than ${maxNesting} "(" inside one another`)
    this.#next += 1
    this.#nesting += 1
    const part =
      this.#peek() === ')' ? targetProblem(open.place, 'the parentheses are empty') : this.#either()
    const close = this.#words[this.#next]
    if (close !== undefined && close.text !== ')') throw targetProblem(close.place, problemBefore(close.text))
    if (close === undefined) throw targetProblem(open.place, 'its ")" is missing')
    this.#next += 1
    this.#nesting -= 1
    return part
  }

  #peek(): string | undefined {
    return this.#words[this.#next]?.text
  }

  #take(operator: string): boolean {
    if (this.#peek() !== operator) return false
    this.#next += 1
    return true
  }

  #end() {
    const last = this.#words.at(-1)?.place
    if (last === undefined) return { expression: '', start: 0, length: 0 }
    return { ...last, start: last.expression.length, length: 0 }
  }
}

function isReadable(part: Part): part is Test {
  return !isSaltError(part)
}

const operators = new Set(['and', 'or', 'not', '(', ')'])

function problemBefore(text: string): string {
  if (text === ')') return 'its "(" is missing'
  const isShouted = !operators.has(text) && operators.has(text.toLowerCase())
  return isShouted ? 'operators are written in lower case' : '"and" or "or" is missing before it'
}

function compileTerm(word: Word, { exactPillar }: CompoundOptions): Part {
  const term = splitTerm(word)
  if (isSaltError(term)) return term
  const isSearch = term.matcher === pillar || term.matcher === pillarPcre
  const matcher = exactPillar && isSearch ? pillarExact : term.matcher
  try {
    return matcher.compile({ pattern: term.pattern, delimiter: term.delimiter, place: word.place })
  } catch (error) {
    if (term.matcher.whenUnreadable === 'drop' && isSaltError(error, 'TARGET_INVALID')) return error
    throw error
  }
}

interface SplitTerm {
  readonly matcher: Matcher
  readonly pattern: string
  readonly delimiter: string
}

/** `G@os:Debian`, `G|@os|Debian`, `E@web.*`, or a glob without letter. */
function splitTerm({ text, place }: Word): SplitTerm | SaltError {
  const [, letter = '', delimiter = '', pattern = ''] = /^([A-Z])(.?)@(.*)$/su.exec(text) ?? []
  const matcher = matcherByLetter.get(letter)
  const takesDelimiter = delimiter === '' || matcher?.delimited === true
  // A capital, one more character and @ also begin ids, as in `Al@host`.
  const isId = letter === '' || (!takesDelimiter && /[\p{L}\p{N}_-]/u.test(delimiter))
  if (isId) return { matcher: glob, pattern: text, delimiter: ':' }
  if (pattern === '') return targetProblem(place, 'nothing stands behind its "@"')
  if (letter === 'R') throw targetProblem(place, 'ranges are not supported; use a list or a nodegroup')
  if (matcher === undefined || !takesDelimiter) {
    return targetProblem(place, `${show(`${letter}${delimiter}@`)} is not one of ${knownLetters()}`)
  }
  return { matcher, pattern, delimiter: delimiter === '' ? ':' : delimiter }
}

function knownLetters(): string {
  return [...matcherByLetter.keys(), 'N']
    .sort()
    .map((letter) => `${letter}@`)
    .join(' ')
}
