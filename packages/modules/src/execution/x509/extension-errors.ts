// SPDX-License-Identifier: Apache-2.0
import { SaltError } from '@halite/core'

/** The error for a value that is wrong for its extension. */
export function invalid(message: string): SaltError {
  return new SaltError('ARGUMENTS_INVALID', message)
}

/** The error for an extension that cannot be made. */
export function failed(message: string): SaltError {
  return new SaltError('COMMAND_FAILED', message)
}
