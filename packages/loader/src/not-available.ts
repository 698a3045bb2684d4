// SPDX-License-Identifier: Apache-2.0
import { nearestName, SaltError } from '@halite/core'
import { isFunctionOfSalt } from './functions-of-salt.ts'
import type { FunctionKind } from './kinds.ts'

/** Salt's text, and whether the name is one that Salt has, or a slip of one of the `known`. */
export function notAvailable(name: string, kind: FunctionKind, known: readonly string[]): SaltError {
  return new SaltError('FUNCTION_UNKNOWN', `'${name}' is not available.${remark(name, kind, known)}`)
}

function remark(name: string, kind: FunctionKind, known: readonly string[]): string {
  if (kind !== 'wheel' && isFunctionOfSalt(kind, name)) return ' It exists in Salt and is not built yet.'
  const near = nearestName(name, known)
  return near === undefined ? '' : ` Did you mean '${near}'?`
}
