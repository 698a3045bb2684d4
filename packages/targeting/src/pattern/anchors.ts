// SPDX-License-Identifier: Apache-2.0
import { isWordPoint, newline } from './character-class.ts'
import type { PositionTest } from './position-sets.ts'

/** The opposite condition. */
export function no(holds: PositionTest): PositionTest {
  return (run, at) => !holds(run, at)
}

/** `\A`, and `^` without the flag `m`. */
export const atStart: PositionTest = (_run, at) => at === 0

/** `^` with the flag `m`. */
export const atLineStart: PositionTest = ({ points }, at) => at === 0 || points[at - 1] === newline

/** `\Z`: the very end, whatever stands before it. */
export const atTextEnd: PositionTest = ({ points }, at) => at === points.length

/** `$` with the flag `m`. */
export const atLineEnd: PositionTest = ({ points }, at) => at === points.length || points[at] === newline

/** `$`: the end, or before a last line feed. */
export const atLastLineEnd: PositionTest = ({ points }, at) => {
  return at >= points.length - 1 && (at === points.length || points[at] === newline)
}

/** `\b`: between a word character and another one, or an end of the text. */
export const atWordEdge: PositionTest = ({ points }, at) =>
  isWordPoint(points[at - 1]) !== isWordPoint(points[at])
