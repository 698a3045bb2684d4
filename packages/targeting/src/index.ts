// SPDX-License-Identifier: Apache-2.0

/**
 * Decides whether a target expression selects a minion. Pure: no input or output, no state, the same answer for
 * master, minion and states. The master asks `evaluate`, which says `maybe` where grains or pillar are not known
 * to it; the minion asks `matches`.
 */
export { type CompileValue, compileDataMatch } from './data-match.ts'
export { compileGlob, fnmatch, hasWildcards } from './fnmatch.ts'
export { MatchBudget } from './match-budget.ts'
export { compilePattern, compileSearch } from './pattern/compile-pattern.ts'
export { loadRe2 } from './pattern/re2.ts'
export { isUnknownNodegroup } from './problem.ts'
export { Regex, type RegexMatch, type RegexOptions } from './regex/regex.ts'
export { type Replacement, readReplacement, type Substituted, substitute } from './regex/substitute.ts'
export { type Selection, selectMinions } from './select-minions.ts'
export { compileTarget, expandNodegroups } from './target.ts'
export {
  type Facts,
  isTargetType,
  type MinionFacts,
  type Needs,
  type Nodegroups,
  type Target,
  type TargetExpression,
  type TargetType,
  targetTypes,
  type Verdict,
} from './types.ts'
