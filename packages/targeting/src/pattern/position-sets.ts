// SPDX-License-Identifier: Apache-2.0
import { SaltError } from '@halite/core'

/**
 * The meaning of a regular expression as a function on positions: from all of `starts`, the positions where the part
 * may end. Only whether there is a match is ever asked, so greed and captures do not matter, and there is nothing
 * to backtrack.
 */
export type PatternPart = (run: PatternRun, starts: ReadonlySet<number>) => ReadonlySet<number>

/** Whether a position keeps a condition without moving on. */
export type PositionTest = (run: PatternRun, at: number) => boolean

/** Enough for `((?!.*x).)*` on ids of full length, in a few milliseconds, and the same for every text, however long. */
const stepsPerText = 200_000
/** No text that is longer could be read through within the budget. */
const maxTextLength = 65_536

/** One text under test, and the work that may still be spent on it. */
export class PatternRun {
  /** The text as code points. */
  readonly points: readonly number[]
  #stepsLeft: number

  constructor(text: string) {
    if (text.length > maxTextLength) throw tooManySteps()
    this.points = Array.from(text, (character) => character.codePointAt(0) as number)
    this.#stepsLeft = stepsPerText
  }

  /** Counts work. Throws `TARGET_INVALID` when the budget is used up. */
  spend(steps: number): void {
    this.#stepsLeft -= steps
    if (this.#stepsLeft >= 0) return
    throw tooManySteps()
  }
}

function tooManySteps(): SaltError {
  return new SaltError('TARGET_INVALID', 'a regular expression with look-around takes too many steps', {
    hint: 'Write it without look-around, or with fewer repeats inside repeats.',
  })
}

/** One character that passes the test. */
export function one(accepts: (point: number) => boolean): PatternPart {
  return (run, starts) => {
    run.spend(starts.size + 1)
    const ends = new Set<number>()
    for (const at of starts) {
      const point = run.points[at]
      if (point !== undefined && accepts(point)) ends.add(at + 1)
    }
    return ends
  }
}

/** Nothing, where the condition holds. */
export function where(holds: PositionTest): PatternPart {
  return (run, starts) => {
    run.spend(starts.size + 1)
    return new Set([...starts].filter((at) => holds(run, at)))
  }
}

/** One part after the other. */
export function sequence(parts: readonly PatternPart[]): PatternPart {
  return (run, starts) => {
    run.spend(1)
    let ends = starts
    for (const part of parts) {
      if (ends.size === 0) break
      ends = part(run, ends)
    }
    return ends
  }
}

/** Any of the parts. */
export function choice(parts: readonly PatternPart[]): PatternPart {
  return (run, starts) => {
    const ends = new Set<number>()
    for (const part of parts) {
      for (const end of part(run, starts)) ends.add(end)
    }
    run.spend(ends.size + 1)
    return ends
  }
}

/** The part `min` to `max` times. */
export function repeat(part: PatternPart, min: number, max: number): PatternPart {
  return (run, starts) => {
    let frontier = starts
    for (let count = 0; count < min && frontier.size > 0; count += 1) {
      const next = part(run, frontier)
      run.spend(next.size + 1)
      if (isSame(next, frontier)) break
      frontier = next
    }
    const ends = new Set(frontier)
    for (let count = min; count < max && frontier.size > 0; count += 1) {
      const reached = part(run, frontier)
      run.spend(reached.size + 1)
      frontier = new Set([...reached].filter((end) => !ends.has(end)))
      for (const end of frontier) ends.add(end)
    }
    return ends
  }
}

/** Whether the part matches from a position on. */
export function ahead(part: PatternPart): PositionTest {
  return (run, at) => part(run, new Set([at])).size > 0
}

/** Whether the part matches some stretch that ends at a position. */
export function behind(part: PatternPart): PositionTest {
  return (run, at) => {
    run.spend(at + 1)
    return part(run, new Set(Array.from({ length: at + 1 }, (_, from) => from))).has(at)
  }
}

function isSame(left: ReadonlySet<number>, right: ReadonlySet<number>): boolean {
  return left.size === right.size && [...left].every((at) => right.has(at))
}
