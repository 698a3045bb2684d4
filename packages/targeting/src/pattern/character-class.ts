// SPDX-License-Identifier: Apache-2.0

/** Whether one code point belongs to a class. */
export type PointTest = (point: number) => boolean

/** The line feed, which `.` does not match. */
export const newline = 0x0a

const digit = /^\p{Nd}$/u
const word = /^[\p{L}\p{N}_]$/u
// biome-ignore lint/suspicious/noControlCharactersInRegex: Python counts the four separators as blanks
const space = /^[\s\u001c-\u001f\u0085]$/u

/** `\d`, `\w`, `\s` and their opposites, by Python's Unicode rules; undefined for every other letter. */
export function categoryOf(letter: string): PointTest | undefined {
  const members = { d: digit, w: word, s: space }[letter.toLowerCase()]
  if (members === undefined) return undefined
  const wanted = letter === letter.toLowerCase()
  return (point) => members.test(String.fromCodePoint(point)) === wanted
}

/** Whether a code point counts as part of a word for `\b`. */
export function isWordPoint(point: number | undefined): boolean {
  return point !== undefined && word.test(String.fromCodePoint(point))
}

/** The points from `low` to `high`, both included. */
export function range(low: number, high: number): PointTest {
  return (point) => low <= point && point <= high
}

/** The test, blind to the difference of upper and lower case. */
export function ignoringCase(accepts: PointTest): PointTest {
  return (point) => {
    const character = String.fromCodePoint(point)
    return [character, character.toLowerCase(), character.toUpperCase()].some((variant) => {
      return [...variant].length === 1 && accepts(variant.codePointAt(0) as number)
    })
  }
}
