// SPDX-License-Identifier: Apache-2.0
import { isSaltError, messageOf, SaltError } from '@halite/core'
import { compilePythonPattern } from './python-pattern.ts'
import { loadRe2 } from './re2.ts'

/** Longer patterns are refused; a list of ids belongs in a list target. */
export const maxPatternLength = 16_384

/**
 * A regular expression of a user, as a test whether it matches at the start of a text (Python's `re.match`).
 *
 * RE2 runs it, in linear time. What RE2 lacks but Python has, look-ahead above all, runs on `compilePythonPattern`,
 * whose work per text is bounded: only there may the test throw. So do the few texts that the two read otherwise.
 * Throws `TARGET_INVALID` when neither can read the pattern; the message is the reason alone.
 */
export function compilePattern(pattern: string): TextTest {
  return compileAt('start', pattern)
}

/** The same as a test whether it matches anywhere in a text (Python's `re.search`). */
export function compileSearch(pattern: string): TextTest {
  return compileAt('anywhere', pattern)
}

type Where = 'start' | 'anywhere'

function compileAt(where: Where, pattern: string): TextTest {
  if (pattern.length > maxPatternLength) {
    throw new SaltError('TARGET_INVALID', `is longer than ${maxPatternLength} characters`)
  }
  const re2 = compileRe2(where, pattern)
  if (re2 === undefined) return compilePythonPattern(pattern, where)
  if (!hasUnicodeTwins.test(pattern)) return re2
  const python = compileIfReadable(where, pattern)
  return python === undefined ? re2 : (text) => (isPlain.test(text) ? re2(text) : python(text))
}

type TextTest = (text: string) => boolean

/** To RE2 these mean ASCII, to Python all of Unicode; and `$` holds before a last line feed in Python alone. */
const hasUnicodeTwins = /\\[wdsb]|\$/i
const isPlain = /^[ -~]*$/

/** Undefined when RE2 refuses the pattern, or would read it otherwise than Python does. */
function compileRe2(where: Where, pattern: string): TextTest | undefined {
  if (readsOtherwise.test(pattern)) return undefined
  const re2 = loadRe2()
  try {
    // On its own first: `a)|(b` is only balanced inside the group below.
    re2.compile(pattern, re2.LOOKBEHINDS)
    const anchor = where === 'start' ? '\\A' : ''
    const compiled = re2.compile(`${anchor}(?:${pattern})`, re2.LOOKBEHINDS)
    return (text) => compiled.test(text)
  } catch (error) {
    if (isSyntaxError(error)) return undefined
    throw new SaltError('TARGET_INVALID', messageOf(error), { cause: error })
  }
}

/** `a{,3}` is a repeat to Python and plain text to RE2; a bracket inside a class opens nothing in Python. */
const readsOtherwise = /\{,|\[\[:/

function isSyntaxError(error: unknown): boolean {
  return error instanceof Error && error.name.startsWith('RE2JS')
}

/** What only RE2 knows, `\pL` say, keeps its meaning there. */
function compileIfReadable(where: Where, pattern: string): TextTest | undefined {
  try {
    return compilePythonPattern(pattern, where)
  } catch (error) {
    if (isSaltError(error, 'TARGET_INVALID')) return undefined
    throw error
  }
}
