// SPDX-License-Identifier: Apache-2.0
import { newline } from '../pattern/character-class.ts'

/** A range of characters, both ends included. */
export type Span = readonly [low: number, high: number]

/** Texts are bytes, one character each, or Unicode: Python has a kind of pattern for either. */
export type Alphabet = 'bytes' | 'unicode'

/** An engine that cannot say what a pattern means; the other one may. */
export class Unsayable extends Error {}

/** How an engine writes the parts of a pattern that engines write otherwise than Python. */
export interface Dialect {
  readonly name: 're2' | 'javascript'
  character(point: number): string
  /** The start of the text, the end, and `$` without the flag MULTILINE. */
  readonly start: string
  readonly end: string
  readonly softEnd: string
  readonly lineStart: string
  readonly lineEnd: string
  edge(alphabet: Alphabet, negated: boolean): string
  /** `\d`, `\w` and `\s` of Unicode inside of a class. */
  category(letter: string): string
  look(kind: '=' | '!' | '<=' | '<!', body: string): string
  back(group: number): string
}

const word = String.raw`\p{L}\p{N}_`
const blanks = [
  [0x09, 0x0d],
  [0x1c, 0x20],
  [0x85, 0x85],
  [0xa0, 0xa0],
  [0x1680, 0x1680],
  [0x2000, 0x200a],
  [0x2028, 0x2029],
  [0x202f, 0x202f],
  [0x205f, 0x205f],
  [0x3000, 0x3000],
] as const satisfies readonly Span[]

/** RE2: linear time, without look-around and back-references. */
export const re2Dialect: Dialect = {
  name: 're2',
  character: (point) => plain(point) ?? `\\x{${point.toString(16)}}`,
  start: String.raw`\A`,
  end: String.raw`\z`,
  // The same where no line feed stands but the last character: see `Regex`.
  softEnd: '(?m:$)',
  lineStart: '(?m:^)',
  lineEnd: '(?m:$)',
  // To RE2 an edge of ASCII words; the same for texts of ASCII: see `Regex`.
  edge: (_alphabet, negated) => (negated ? String.raw`\B` : String.raw`\b`),
  category(letter) {
    if (letter === 'D') return String.raw`\P{Nd}`
    if (letter === 'W' || letter === 'S') throw new Unsayable(`\\${letter} in a class`)
    return members(letter, this)
  },
  look: () => {
    throw new Unsayable('look-around')
  },
  back: () => {
    throw new Unsayable('a back-reference')
  },
}

/** The engine of JavaScript, with the flag `v`: everything, by backtracking. */
export const javascriptDialect: Dialect = {
  name: 'javascript',
  character: (point) => plain(point) ?? `\\u{${point.toString(16)}}`,
  start: '^',
  end: '$',
  softEnd: String.raw`(?=\n?$)`,
  lineStart: String.raw`(?<![^\n])`,
  lineEnd: String.raw`(?![^\n])`,
  edge: (alphabet, negated) => {
    if (alphabet === 'bytes') return negated ? String.raw`\B` : String.raw`\b`
    const [behind, ahead] = [`(?<=[${word}])`, `(?=[${word}])`]
    const [notBehind, notAhead] = [`(?<![${word}])`, `(?![${word}])`]
    return negated
      ? `(?:${behind}${ahead}|${notBehind}${notAhead})`
      : `(?:${behind}${notAhead}|${notBehind}${ahead})`
  },
  category(letter) {
    const lower = letter.toLowerCase()
    return letter === lower ? members(lower, this) : `[^${members(lower, this)}]`
  },
  look: (kind, body) => `(?${kind}${body})`,
  back: (group) => `(?:\\${group})`,
}

/** `\d`, `\w` and `\s` of bytes. */
export function byteCategory(letter: string): readonly Span[] {
  const spans: Readonly<Record<string, readonly Span[]>> = {
    d: [[0x30, 0x39]],
    w: [
      [0x30, 0x39],
      [0x41, 0x5a],
      [0x5f, 0x5f],
      [0x61, 0x7a],
    ],
    s: [
      [0x09, 0x0d],
      [0x20, 0x20],
    ],
  }
  const found = spans[letter.toLowerCase()] ?? []
  return letter === letter.toLowerCase() ? found : complement(found)
}

/** A class that holds every character but a line feed, and one that holds every character. */
export function dot(dialect: Dialect, all: boolean): string {
  if (all) return dialect.name === 're2' ? '(?s:.)' : String.raw`[\s\S]`
  return `[^${dialect.character(newline)}]`
}

/** The ranges, and those of the other case. */
export function bothCases([low, high]: Span, alphabet: Alphabet): readonly Span[] {
  const spans: Span[] = [[low, high]]
  const last = alphabet === 'bytes' ? 0x7f : high - low > widest ? 0x7f : high
  for (let point = low; point <= Math.min(high, last); point++) {
    const character = String.fromCodePoint(point)
    for (const variant of [character.toLowerCase(), character.toUpperCase()]) {
      const other = variant.codePointAt(0) ?? point
      if (variant === character || String.fromCodePoint(other) !== variant) continue
      const before = spans.at(-1)
      if (spans.length > 1 && before?.[1] === other - 1) spans[spans.length - 1] = [before[0], other]
      else spans.push([other, other])
    }
  }
  return spans
}

/** Of wider ranges, only what ASCII has is looked at for its other case. */
const widest = 2_000

function complement(spans: readonly Span[]): readonly Span[] {
  const gaps: Span[] = []
  let at = 0
  for (const [low, high] of spans) {
    if (low > at) gaps.push([at, low - 1])
    at = high + 1
  }
  return [...gaps, [at, 0xff]]
}

function members(letter: string, { character }: Dialect): string {
  if (letter === 'd') return String.raw`\p{Nd}`
  if (letter === 'w') return word
  return blanks.map(([low, high]) => `${character(low)}-${character(high)}`).join('')
}

function plain(point: number): string | undefined {
  const character = String.fromCodePoint(point)
  return /^[A-Za-z0-9]$/.test(character) ? character : undefined
}
