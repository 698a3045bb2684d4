// SPDX-License-Identifier: Apache-2.0
import type { ArgSpec } from './arguments.ts'
import { plainWords, wordOf } from './written-word.ts'

const textKinds: ReadonlySet<string> = new Set(['string', 'bytes', 'path', 'choice'])

/**
 * The value of an argument from what the wire brought: of a word of a command line what `wordFor` makes of it, parsed.
 * Throws what `spec.parse` throws.
 */
export function parseArgument<T>(spec: ArgSpec<T>, value: unknown): T {
  if (!textKinds.has(spec.kind) && spec.readsWords) return spec.parse(value)
  return spec.parse(wordFor(spec, value))
}

/**
 * What a word of a command line is for an argument: for text what was typed, and for everything else, also for an argument
 * that nobody declared, what it means. Where text or a list is accepted, `[a, b]` is a list. Only `None` omits an optional
 * argument. Any other value stays as it is.
 */
export function wordFor(spec: ArgSpec<unknown> | undefined, value: unknown): unknown {
  if (spec === undefined || !textKinds.has(spec.kind)) return plainWords(value)
  const word = wordOf(value)
  if (word === undefined) return value
  if (word.text === 'None' && !spec.required) return null
  if (typeof word.value !== 'object' || word.value === null) return word.text
  try {
    spec.parse(word.value)
    return word.value
  } catch {
    // It wants no list and no map: then the word is text.
    return word.text
  }
}
