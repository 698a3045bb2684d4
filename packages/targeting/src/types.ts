// SPDX-License-Identifier: Apache-2.0
import { type DataMap, type TargetType, targetTypes } from '@halite/core'

import type { MatchBudget } from './match-budget.ts'

export { type TargetType, targetTypes } from '@halite/core'

/** Whether `value`, from the wire or a file, is a `tgt_type`; never throws. */
export function isTargetType(value: unknown): value is TargetType {
  return targetTypes.some((type) => type === value)
}

/** Nested data, as grains and pillar are. */
export type Facts = DataMap

/** What is known of one minion. `undefined` means not known, which is not the same as empty. */
export interface MinionFacts {
  readonly id: string
  readonly grains?: Facts | undefined
  readonly pillar?: Facts | undefined
  /** They were too large to be kept here: what is not known is for the minion to decide. */
  readonly tooLarge?: boolean | undefined
}

/**
 * `maybe`: what the expression reads of this minion is too large to be compared here, and the minion decides. `unknown`: it
 * reads grains or pillar that are not known here, so that nobody can say.
 */
export type Verdict = 'yes' | 'no' | 'maybe' | 'unknown'

/** Which facts beyond the id an expression reads. */
export interface Needs {
  readonly grains: boolean
  readonly pillar: boolean
}

/** One testable part of an expression, compiled. Immutable: the same facts always give the same verdict. */
export interface Test {
  readonly needs: Needs
  /** Ids that the part names one by one, in the order written; empty when it describes rather than names. */
  readonly listedIds: readonly string[]
  /** The verdict on one minion. With a budget the work is bounded whatever the minion's data are; never throws. */
  evaluate(facts: MinionFacts, budget?: MatchBudget): Verdict
}

/** A compiled target expression. */
export interface Target extends Test {
  /** `evaluate(facts) === 'yes'`: the answer of a minion, which knows its own facts. */
  matches(facts: MinionFacts): boolean
  /** One line for each part that selects nobody because it cannot be read, while the rest stands. */
  readonly warnings: readonly string[]
}

/** The `nodegroups` option: name to compound expression, as text or as a list of words. */
export type Nodegroups = Readonly<Record<string, string | readonly string[]>>

/** What `compileTarget` takes. */
export interface TargetExpression {
  /** Text; for `list` also the ids one by one, for `compound` also the words one by one. */
  readonly tgt: string | readonly string[]
  readonly tgtType: TargetType
  /** Between key and value, and the levels of a key, in grain and pillar types; default `:`. Compound ignores it. */
  readonly delimiter?: string | undefined
  /** Needed by the type `nodegroup` and by `N@` terms. */
  readonly nodegroups?: Nodegroups | undefined
  /** Terms on the pillar compare whole values: for an expression of somebody who must not be able to search for values. */
  readonly exactPillar?: boolean | undefined
}
