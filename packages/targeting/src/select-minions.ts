// SPDX-License-Identifier: Apache-2.0
import { setImmediate as nextTurn } from 'node:timers/promises'
import { MatchBudget } from './match-budget.ts'
import type { MinionFacts, Target } from './types.ts'

/** How long the loop is held before others get their turn. */
const turnMs = 5
/** Minions after which the time is looked at. */
const minionsPerLook = 16

/** Whom a target is for. */
export interface Selection<Id extends string> {
  /** Whom it selects or may select. */
  readonly selected: readonly Id[]
  /** Of whom the grains or the pillar that it reads are not known. */
  readonly unknown: readonly Id[]
}

/**
 * The ids that a target selects, and those of which nobody can say, in their order. The work is bounded for each minion and for all of them, and
 * spread over turns of the loop when it takes long; what a minion's own data make too costly is left to the minion.
 */
export async function selectMinions<Id extends string>(
  target: Pick<Target, 'evaluate'>,
  ids: readonly Id[],
  factsOf: (id: Id) => MinionFacts,
): Promise<Selection<Id>> {
  const budget = new MatchBudget()
  const selected: Id[] = []
  const unknown: Id[] = []
  let endMs = performance.now() + turnMs
  for (const [index, id] of ids.entries()) {
    budget.nextMinion()
    const verdict = target.evaluate(factsOf(id), budget)
    if (verdict === 'unknown') unknown.push(id)
    else if (verdict !== 'no') selected.push(id)
    if (index % minionsPerLook !== minionsPerLook - 1 || performance.now() < endMs) continue
    await nextTurn()
    endMs = performance.now() + turnMs
  }
  return { selected, unknown }
}
