// SPDX-License-Identifier: Apache-2.0
import type { MatchBudget } from './match-budget.ts'

interface CharacterSet {
  readonly negated: boolean
  readonly ranges: readonly (readonly [low: number, high: number])[]
}

const anyOne = '?'
const anyMany = '*'
/** A literal code point, a set, or a wildcard. */
type Token = number | CharacterSet | typeof anyOne | typeof anyMany

/**
 * Whether `text` as a whole matches the shell pattern, by the rules of Python's `fnmatch.fnmatchcase`:
 * `*`, `?`, `[abc]`, `[a-z]`, `[!abc]`; everything else, `{`, `\` and an unclosed `[` included, stands for itself.
 * Case matters. Never throws.
 */
export function fnmatch(text: string, pattern: string): boolean {
  return compileGlob(pattern)(text)
}

/**
 * The same, compiled once for many texts. The time of a match is at most the product of both lengths,
 * however many `*` there are: only the last `*` passed is ever tried again.
 */
export function compileGlob(pattern: string): (text: string) => boolean {
  const matches = compileCountedGlob(pattern)
  return (text) => matches(text)
}

/** The same; its work beyond reading the text once is counted on the budget, which throws when it is used up. */
export function compileCountedGlob(pattern: string): (text: string, budget?: MatchBudget) => boolean {
  if (!hasWildcards(pattern)) return (text) => text === pattern
  const tokens = tokensOf([...pattern])
  if (tokens.every((token) => token === anyMany)) return () => true
  return (text, budget) => matchTokens(tokens, text, budget)
}

/** Whether the pattern could match anything but its own text. */
export function hasWildcards(pattern: string): boolean {
  return /[*?[]/.test(pattern)
}

function tokensOf(characters: readonly string[]): Token[] {
  const tokens: Token[] = []
  for (let at = 0; at < characters.length; ) {
    const character = characters[at] as string
    const end = character === '[' ? endOfSet(characters, at) : -1
    if (end > at) tokens.push(setOf(characters.slice(at + 1, end)))
    else if (character === anyMany || character === anyOne) tokens.push(character)
    else tokens.push(codePoint(character))
    at = end > at ? end + 1 : at + 1
  }
  return tokens
}

/** Index of the closing bracket; -1 if it is missing. A `]` in first place belongs to the set. */
function endOfSet(characters: readonly string[], open: number): number {
  const first = characters[open + 1] === '!' ? open + 2 : open + 1
  return characters.indexOf(']', first + 1)
}

function setOf(characters: readonly string[]): CharacterSet {
  const negated = characters[0] === '!'
  const members = negated ? characters.slice(1) : characters
  const ranges: [number, number][] = []
  for (let at = 0; at < members.length; ) {
    const isRange = members[at + 1] === '-' && at + 2 < members.length
    const low = codePoint(members[at] as string)
    const high = isRange ? codePoint(members[at + 2] as string) : low
    // A range that runs backwards holds nothing.
    if (low <= high) ranges.push([low, high])
    at += isRange ? 3 : 1
  }
  return { negated, ranges }
}

function matchTokens(tokens: readonly Token[], text: string, budget: MatchBudget | undefined): boolean {
  let token = 0
  let at = 0
  let afterStar = -1
  let starFrom = 0
  while (at < text.length) {
    const wanted = tokens[token]
    const point = text.codePointAt(at) as number
    if (wanted === anyMany) {
      afterStar = ++token
      starFrom = at
    } else if (wanted !== undefined && accepts(wanted, point)) {
      token += 1
      at += width(point)
    } else if (afterStar >= 0) {
      budget?.spend(at - starFrom + 1)
      starFrom += width(text.codePointAt(starFrom) as number)
      token = afterStar
      at = starFrom
    } else {
      return false
    }
  }
  while (tokens[token] === anyMany) token += 1
  return token === tokens.length
}

function accepts(token: Token, point: number): boolean {
  if (typeof token === 'number') return token === point
  if (typeof token === 'string') return true
  return token.ranges.some(([low, high]) => low <= point && point <= high) !== token.negated
}

function codePoint(character: string): number {
  return character.codePointAt(0) as number
}

function width(point: number): number {
  return point > 0xffff ? 2 : 1
}
