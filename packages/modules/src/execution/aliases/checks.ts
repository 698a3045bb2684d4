// SPDX-License-Identifier: Apache-2.0
import { SaltError } from '@halite/core'

/** The alias itself. Throws `ARGUMENTS_INVALID` for what would be another line, or part of one. */
export function checkedAlias(alias: string): string {
  if (alias === '') throw new SaltError('ARGUMENTS_INVALID', 'alias can not be an empty string')
  if (/[:#\0\r\n]|^\s|\s$/.test(alias)) {
    throw new SaltError(
      'ARGUMENTS_INVALID',
      `'${alias}' cannot be an alias: it has a colon, a hash or a line break`,
    )
  }
  return alias
}

/** Targets as the file has them. Throws `ARGUMENTS_INVALID` for what would be another line. */
export function checkedTarget(targets: readonly string[]): string {
  const target = targets.join(', ').trim()
  if (target === '') throw new SaltError('ARGUMENTS_INVALID', 'target can not be an empty string')
  if (/[\0\r\n]|\s#/.test(target)) {
    throw new SaltError(
      'ARGUMENTS_INVALID',
      `'${target}' cannot be a target: it has a line break or a comment`,
    )
  }
  return target
}
