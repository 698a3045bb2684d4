// SPDX-License-Identifier: Apache-2.0
import { setImmediate as nextTurn } from 'node:timers/promises'
import { MatchBudget } from './match-budget.ts'
import type { MinionFacts, Target } from './types.ts'

/** How long the loop is held before others get their turn. */
const turnMs = 5
/** Minions after which the time is looked at. */
const minionsPerLook = 16

/**
 * The ids that a target selects or may select, in their order. The work is bounded for each minion and for all of them, and
 * spread over turns of the loop when it takes long; what a minion's own data make too costly is left to the minion.
 */
export async function selectMinions<Id extends string>(
  target: Pick<Target, 'evaluate'>,
  ids: readonly Id[],
  factsOf: (id: Id) => MinionFacts,
): Promise<Id[]> {
  const budget = new MatchBudget()
  const selected: Id[] = []
  let endMs = performance.now() + turnMs
  for (const [index, id] of ids.entries()) {
    budget.nextMinion()
    if (target.evaluate(factsOf(id), budget) !== 'no') selected.push(id)
    if (index % minionsPerLook !== minionsPerLook - 1 || performance.now() < endMs) continue
    await nextTurn()
    endMs = performance.now() + turnMs
  }
  return selected
}
