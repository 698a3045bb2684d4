// SPDX-License-Identifier: Apache-2.0
import { isSaltError, SaltError } from '@halite/core'
import { compileGlob, compileSearch } from '@halite/targeting'

/** Options that leave files out. */
export interface IgnoreOptions {
  /** Shell patterns, as Python's `fnmatch`: `*` matches `/` too. */
  readonly file_ignore_glob: string | readonly string[]
  /** Regular expressions, found anywhere in a path. */
  readonly file_ignore_regex: string | readonly string[]
}

/** Whether a path is left out. */
export type IsIgnored = (path: string) => boolean

/**
 * A test of `file_ignore_glob` and `file_ignore_regex`; undefined when nothing is left out. Throws `CONFIG_INVALID` for an
 * expression that cannot be read.
 */
export function ignoreTest({ file_ignore_glob, file_ignore_regex }: IgnoreOptions): IsIgnored | undefined {
  const tests = [...listOf(file_ignore_glob).map(compileGlob), ...listOf(file_ignore_regex).map(searchOf)]
  if (tests.length === 0) return undefined
  return (path) => tests.some((test) => matches(test, path))
}

function listOf(value: string | readonly string[]): readonly string[] {
  return typeof value === 'string' ? [value] : value
}

/** A path for which an expression takes too many steps is left out: it might be one that must not be served. */
function matches(test: IsIgnored, path: string): boolean {
  try {
    return test(path)
  } catch (error) {
    if (isSaltError(error, 'TARGET_INVALID')) return true
    throw error
  }
}

function searchOf(pattern: string): IsIgnored {
  try {
    return compileSearch(pattern)
  } catch (error) {
    if (!isSaltError(error, 'TARGET_INVALID')) throw error
    throw new SaltError('CONFIG_INVALID', `file_ignore_regex '${pattern}' ${error.message}`, { cause: error })
  }
}
