// SPDX-License-Identifier: Apache-2.0

/*
 * Text as Python counts it, by code points. JavaScript counts UTF-16 units, which is the same unless a character lies
 * beyond the first 65,536; only such text is taken apart.
 */

const surrogate = /[\ud800-\udfff]/

/** How many code points a text has. */
export function lengthOf(text: string): number {
  return surrogate.test(text) ? pointsOf(text).length : text.length
}

/** The code points of a text, each as text. */
export function pointsOf(text: string): string[] {
  return Array.from(text)
}

/** The code point at an index; negative ones count from the end. Undefined outside the text. */
export function pointAt(text: string, index: number): string | undefined {
  return surrogate.test(text) ? pointsOf(text).at(index) : text.at(index)
}

/** The code points from `start` up to `end`, both within the text. */
export function pointSlice(text: string, start: number, end: number): string {
  return surrogate.test(text) ? pointsOf(text).slice(start, end).join('') : text.slice(start, end)
}

/** An offset in UTF-16 units as one in code points. */
export function toPoints(text: string, offset: number): number {
  return offset <= 0 ? offset : lengthOf(text.slice(0, offset))
}

/** An offset in code points as one in UTF-16 units. */
export function toUnits(text: string, offset: number): number {
  return surrogate.test(text) ? pointsOf(text).slice(0, offset).join('').length : offset
}
