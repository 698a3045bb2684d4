// SPDX-License-Identifier: Apache-2.0
import { entriesOf, isMap, SaltError } from '@halite/core'

/** Longer values are not compared on the master: their minion decides. */
const maxValueLength = 65_536
/** About 20 ms: what one minion's data may cost in one target. */
const perMinion = 2_000_000
/** What all minions together may cost in one target; it is spent over many turns of the loop. */
const perTarget = 1_000_000_000

/**
 * How much work the data of minions may cause while a target is resolved on the master. A step is a character compared, or
 * a value looked at; a regular expression counts its length for each character. What goes beyond is not an error: nobody
 * but the minion whose data it is loses by it, as that minion is asked to decide.
 */
export class MatchBudget {
  #left = perTarget
  #leftOfMinion = 0

  /** Begins with the data of another minion. */
  nextMinion(): void {
    this.#leftOfMinion = Math.min(perMinion, this.#left)
  }

  /** Counts work, before it is done. Throws `VALUE_TOO_LARGE` when there is nothing left for it. */
  spend(steps: number): void {
    if (steps > this.#leftOfMinion) throw tooLarge()
    this.#leftOfMinion -= steps
    this.#left -= steps
  }
}

/** Counts a text that is about to be compared. Throws `VALUE_TOO_LARGE`. */
export function spendText(budget: MatchBudget | undefined, length: number): void {
  if (budget === undefined) return
  if (length > maxValueLength) throw tooLarge()
  budget.spend(length + 1)
}

/**
 * Counts a value that is about to be written out as text: a list or a map holds more than its members. Throws
 * `VALUE_TOO_LARGE`.
 */
export function spendValue(budget: MatchBudget | undefined, value: unknown): void {
  if (budget === undefined) return
  let length = 0
  const add = (one: unknown): void => {
    length += typeof one === 'string' ? one.length + 1 : 1
    if (length > maxValueLength) throw tooLarge()
    if (Array.isArray(one)) one.forEach(add)
    else if (isMap(one)) for (const entry of entriesOf(one)) entry.forEach(add)
  }
  add(value)
  budget.spend(length)
}

function tooLarge(): SaltError {
  return new SaltError('VALUE_TOO_LARGE', 'the value is too large to be compared on the master')
}
