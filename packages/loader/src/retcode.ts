// SPDX-License-Identifier: Apache-2.0
import { hasKey, isMap, isTruthy, valueAt } from '@halite/core'
import { Failed } from './context.ts'

/** The retcode of what a function gave: its own, 1 for a map whose `result` or `success` is false, else 0. */
export function retcodeOf(value: unknown): number {
  if (value instanceof Failed) return value.retcode === 0 ? retcodeOf(value.value) : value.retcode
  if (!isMap(value)) return 0
  return ['result', 'success'].some((key) => hasKey(value, key) && !isTruthy(valueAt(value, key))) ? 1 : 0
}
