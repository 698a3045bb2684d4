// SPDX-License-Identifier: Apache-2.0
import { isSaltError, SaltError, show } from '@halite/core'

/** A stretch of an expression, so that an error can point at it. */
export interface Place {
  /** The whole expression. */
  readonly expression: string
  /** Where the stretch begins, counted from 0 in UTF-16 units. */
  readonly start: number
  /** At least 1 is shown, even at the end of the expression. */
  readonly length: number
  /** The nodegroup whose definition `expression` is, if it is one. */
  readonly nodegroup?: string
}

/** The place that covers all of `expression`. */
export function wholeOf(expression: string): Place {
  return { expression, start: 0, length: expression.length }
}

const shownBefore = 40
const shownAfter = 60

/**
 * A `TARGET_INVALID` about one place: the message names the word and its column (counted from 1),
 * the hint shows the expression with carets below the word, shortened around it when it is long.
 */
export function targetProblem(
  place: Place,
  problem: string,
  data: Readonly<Record<string, unknown>> = {},
): SaltError {
  const word = place.expression.slice(place.start, place.start + place.length)
  const column = place.start + 1
  const where = place.nodegroup === undefined ? '' : ` of nodegroup ${show(place.nodegroup)}`
  const subject = word === '' ? `the end of the target${where}` : `${show(word)} in the target${where}`
  return new SaltError('TARGET_INVALID', `${subject} (column ${column}): ${problem}`, {
    hint: place.expression === '' ? 'The expression is empty.' : pointAt(place),
    data: { column, length: word.length, ...data },
  })
}

/** What is wrong with a target that names a nodegroup which nobody configured. */
export function unknownNodegroup(place: Place, name: string, known: readonly string[]): SaltError {
  const there = known.length === 0 ? 'none is configured' : `there are ${known.slice(0, 10).join(', ')}`
  return targetProblem(place, `there is no nodegroup ${show(name)}; ${there}`, { nodegroup: name })
}

/** Whether a target could not be read because it names a nodegroup that nobody configured: then it selects nobody. */
export function isUnknownNodegroup(error: unknown): boolean {
  return isSaltError(error, 'TARGET_INVALID') && error.data?.['nodegroup'] !== undefined
}

function pointAt({ expression, start, length }: Place): string {
  const from = Math.max(0, start - shownBefore)
  const to = Math.min(expression.length, start + shownAfter)
  const line = printable(expression.slice(from, to))
  const head = from > 0 ? '…' : ''
  const tail = to < expression.length ? '…' : ''
  const carets = '^'.repeat(Math.max(1, Math.min(length, to - start)))
  return `${head}${line}${tail}\n${' '.repeat(head.length + start - from)}${carets}`
}

/** One unit in, one unit out, so that the carets stay below their word. */
function printable(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]/gu, '?')
}
