// SPDX-License-Identifier: Apache-2.0
import { SaltError } from '@halite/core'

/** Data that a format cannot hold, or text that is not in it. */
export function refused(format: string, problem: string): SaltError {
  return new SaltError('ARGUMENTS_INVALID', `${format}: ${problem}`)
}
