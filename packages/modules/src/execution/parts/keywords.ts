// SPDX-License-Identifier: Apache-2.0
import { pythonStr, SaltError } from '@halite/core'

/** Refuses collected keywords that are no facts of the call, in the words for any function; ARGUMENTS_INVALID. */
export function checkKeywords(name: string, kwargs: Readonly<Record<string, unknown>>): void {
  const invalid = Object.entries(kwargs).filter(([key]) => !key.startsWith('__'))
  if (invalid.length === 0) return
  const list = invalid.map(([key, value]) => `${key}=${pythonStr(value)}`).join(', ')
  throw new SaltError(
    'ARGUMENTS_INVALID',
    `ERROR executing '${name}': The following keyword arguments are not valid: ${list}`,
    { data: { fault: 'keyword' } },
  )
}
