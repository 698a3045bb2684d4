// SPDX-License-Identifier: Apache-2.0
import { entriesOf, isMap, isTruthy, pythonStr } from '@halite/core'
import type { StateContext, StateReturn } from '@halite/loader'

/**
 * Whether what a function returned says that it succeeded: a boolean says it itself; a map says so unless it, or a map in it,
 * has a `result` of False or a `retcode` other than 0.
 */
export function hasSucceeded(value: unknown): boolean {
  if (typeof value === 'boolean') return value
  return !isMap(value) || entriesOf(value).every(isGoodEntry)
}

function isGoodEntry([key, value]: readonly [unknown, unknown]): boolean {
  if (key === 'result' && value === false) return false
  if (key === 'retcode' && isTruthy(value ?? true)) return false
  return !isMap(value) || hasSucceeded(value)
}

/** What the result of a state says about a returner: returns are sent by the job, and a state has none of its own. */
export function returnerWarnings(ctx: StateContext, returner: unknown): readonly string[] {
  if (returner === undefined || returner === null) return []
  const warning = `returner '${pythonStr(returner)}' is not available: the return of the function stands in the changes of this state and was sent nowhere else`
  ctx.log.warning(warning)
  return [warning]
}

/** The part of a result that warns, if there is something to warn of. */
export function warned(warnings: readonly string[]): Pick<StateReturn, 'warnings'> {
  return warnings.length === 0 ? {} : { warnings }
}
