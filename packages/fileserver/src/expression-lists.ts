// SPDX-License-Identifier: Apache-2.0
import { isSaltError, SaltError } from '@halite/core'
import { compileGlob, compilePattern } from '@halite/targeting'

/** Whether a name is let through. */
export type IsExposed = (name: string) => boolean

/**
 * A test by a whitelist and a blacklist, as Salt has them: entries are shell patterns, or regular expressions of whole names. A
 * name is let through when no entry of the blacklist matches and, where there is a whitelist, one of that does. Throws
 * `CONFIG_INVALID` for an expression that is neither.
 */
export function exposedBy(
  where: string,
  whitelist: readonly string[],
  blacklist: readonly string[],
): IsExposed {
  const [white, black] = [whitelist, blacklist].map((list) => list.map((entry) => testOf(where, entry)))
  return (name) => {
    if (black?.some((test) => matches(test, name, true))) return false
    return !white || white.length === 0 || white.some((test) => matches(test, name, false))
  }
}

function testOf(where: string, expression: string): (name: string) => boolean {
  const glob = compileGlob(expression)
  const pattern = patternOf(expression)
  if (pattern === undefined && !/[*?[\]]/.test(expression)) {
    throw new SaltError('CONFIG_INVALID', `${where}: ${JSON.stringify(expression)} cannot be read`)
  }
  return (name) => glob(name) || (pattern?.(name) ?? false)
}

/** A shell pattern such as `*-dev` is no regular expression. */
function patternOf(expression: string): ((name: string) => boolean) | undefined {
  try {
    return compilePattern(`(?:${expression})\\Z`)
  } catch (error) {
    if (isSaltError(error, 'TARGET_INVALID')) return undefined
    throw error
  }
}

/** A name for which an expression takes too many steps counts as `otherwise` says: it is not served. */
function matches(test: (name: string) => boolean, name: string, otherwise: boolean): boolean {
  try {
    return test(name)
  } catch (error) {
    if (isSaltError(error, 'TARGET_INVALID')) return otherwise
    throw error
  }
}
