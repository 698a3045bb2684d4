// SPDX-License-Identifier: Apache-2.0
import { compileTarget, type MinionFacts, type TargetExpression } from '@halite/targeting'

/** The ids among `minions` that the expression selects, in their order. */
export function selected(target: TargetExpression, minions: readonly MinionFacts[]): string[] {
  const compiled = compileTarget(target)
  return minions.filter((facts) => compiled.matches(facts)).map(({ id }) => id)
}

/** Whether the expression selects a minion with this data as grains and as pillar. */
export function selectsData(
  tgtType: TargetExpression['tgtType'],
  tgt: string,
  data: Readonly<Record<string, unknown>>,
): boolean {
  return compileTarget({ tgt, tgtType }).matches({ id: 'm1', grains: data, pillar: data })
}

/** What `action` throws. */
export function thrownBy(action: () => unknown): unknown {
  try {
    action()
  } catch (error) {
    return error
  }
  throw new Error('nothing was thrown')
}

/** How long `action` takes. */
export function milliseconds(action: () => unknown): number {
  const start = performance.now()
  action()
  return performance.now() - start
}
