// SPDX-License-Identifier: Apache-2.0
import { isSaltError } from '@halite/core'
import type { MatchBudget } from './match-budget.ts'
import type { MinionFacts, Needs, Test, Verdict } from './types.ts'

/** Nothing beyond the id is read. */
export const idAlone: Needs = { grains: false, pillar: false }

/** A test of the id alone. `listedIds`: the ids it names, if it names rather than describes. */
export function idTest(accepts: (id: string) => boolean, listedIds: readonly string[] = []): Test {
  return { needs: idAlone, listedIds, evaluate: ({ id }) => decided(() => accepts(id)) }
}

/** Yes or no; maybe when the facts of this minion ask for more work than is done for one minion. */
export function decided(matches: () => boolean): Verdict {
  try {
    return matches() ? 'yes' : 'no'
  } catch (error) {
    // The one for the budget of all data, the other for look-around on one text.
    if (isSaltError(error, 'VALUE_TOO_LARGE') || isSaltError(error, 'TARGET_INVALID')) return 'maybe'
    throw error
  }
}

/** Yes if every part says yes, no as soon as one says no. */
export function allOf(parts: readonly Test[]): Test {
  return combine(parts, 'no', 'yes')
}

/** Yes as soon as one part says yes, no if every part says no. */
export function anyOf(parts: readonly Test[]): Test {
  return combine(parts, 'yes', 'no')
}

/** The opposite; what is unknown stays unknown, and ids that are excluded are no longer listed. */
export function not(part: Test): Test {
  const opposite = { yes: 'no', no: 'yes', maybe: 'maybe', unknown: 'unknown' } as const
  return {
    needs: part.needs,
    listedIds: [],
    evaluate: (facts, budget) => opposite[part.evaluate(facts, budget)],
  }
}

function combine(parts: readonly Test[], decisive: Verdict, otherwise: Verdict): Test {
  const [only] = parts
  if (only !== undefined && parts.length === 1) return only
  return {
    needs: {
      grains: parts.some(({ needs }) => needs.grains),
      pillar: parts.some(({ needs }) => needs.pillar),
    },
    listedIds: [...new Set(parts.flatMap(({ listedIds }) => listedIds))],
    evaluate(facts: MinionFacts, budget?: MatchBudget) {
      let verdict = otherwise
      for (const part of parts) {
        const answer = part.evaluate(facts, budget)
        if (answer === decisive) return decisive
        // What is not known at all may outweigh what is only too large to look at.
        if (answer === 'unknown' || (answer === 'maybe' && verdict !== 'unknown')) verdict = answer
      }
      return verdict
    },
  }
}
