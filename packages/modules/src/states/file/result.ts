// SPDX-License-Identifier: Apache-2.0
import type { StateReturn } from '@halite/loader'

/** The result of a state, as one of this module makes it. */
export interface Result extends StateReturn {
  readonly changes: Record<string, unknown>
  readonly comment: string
}

/** It could not be done. */
export function failure(comment: string): Result {
  return { changes: {}, result: false, comment }
}

/** Nothing had to be done. */
export function success(comment: string): Result {
  return { changes: {}, result: true, comment }
}
