// SPDX-License-Identifier: Apache-2.0
import { isMap, isNumeric, pythonStr, SaltError } from '@halite/core'
import type { RegexOptions } from '@halite/targeting'

const bits: Readonly<Record<string, number>> = {
  IGNORECASE: 2,
  I: 2,
  LOCALE: 4,
  L: 4,
  MULTILINE: 8,
  M: 8,
  DOTALL: 16,
  S: 16,
  UNICODE: 32,
  U: 32,
  VERBOSE: 64,
  X: 64,
  DEBUG: 128,
  ASCII: 256,
  A: 256,
}

/** The flag MULTILINE: `^` and `$` mean lines. */
export const multilineFlag = 8

/** Flags of a pattern as files name them: a number, a name of Python's `re`, or a list of names. Throws COMMAND_FAILED. */
export function flagBits(flags: unknown): number {
  if (isNumeric(flags)) return Number(flags)
  if (typeof flags === 'string' && /^\d+$/.test(flags)) return Number(flags)
  const names = typeof flags === 'string' ? [flags] : flags
  if (!Array.isArray(names) || isMap(flags)) {
    throw new SaltError(
      'COMMAND_FAILED',
      `Invalid re flags: "${pythonStr(flags)}", must be given either as a single flag string, a list of strings, as an integer, or as an re flag`,
    )
  }
  return names.reduce<number>((sum, name) => sum | bitOf(pythonStr(name)), 0)
}

function bitOf(name: string): number {
  const bit = bits[name.toUpperCase()]
  if (bit !== undefined) return bit
  throw new SaltError('COMMAND_FAILED', `Invalid re flag given: ${name}`, {
    hint: 'There are IGNORECASE, MULTILINE, DOTALL, VERBOSE and ASCII.',
  })
}

/** The flags as a pattern takes them. */
export function regexOptions(flags: number): RegexOptions {
  return {
    ignoreCase: (flags & 2) > 0,
    multiline: (flags & multilineFlag) > 0,
    dotAll: (flags & 16) > 0,
    verbose: (flags & 64) > 0,
    ascii: (flags & 256) > 0,
  }
}

/** A text as a pattern that matches this text alone (`re.escape`). */
export function escapeRegex(text: string): string {
  return text.replace(/[^\w\u0080-\u{10ffff}]/gu, '\\$&')
}
