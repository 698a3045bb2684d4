// SPDX-License-Identifier: Apache-2.0
import { isTruthy, pythonStr, SaltError } from '@halite/core'
import { splitWords } from '../cmd/split-words.ts'

/** Options as an argument has them: a text that is read as a shell does, or a list; a last `--` is left out. */
export function optionWords(given: unknown): readonly string[] {
  if (!isTruthy(given ?? null)) return []
  if (Array.isArray(given)) return given.map(pythonStr)
  const words = splitWords(pythonStr(given))
  return words.at(-1) === '--' ? words.slice(0, -1) : words
}

/** A list as an argument has it: itself, or a text separated by commas. */
export function listWords(given: unknown): readonly string[] {
  if (given === undefined || given === null) return []
  return Array.isArray(given) ? given.map(pythonStr) : pythonStr(given).split(',')
}

/** A name that is no option. Throws for one that git would read as an option. */
export function nameWord(given: string, what: string): string {
  if (!given.startsWith('-')) return given
  throw new SaltError(
    'ARGUMENTS_INVALID',
    `The ${what} '${given}' begins with '-': git would read it as an option`,
  )
}
