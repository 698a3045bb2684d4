// SPDX-License-Identifier: Apache-2.0
import type { ArgSpec } from './arguments.ts'
import { plainWords, wordOf } from './written-word.ts'

const textKinds: ReadonlySet<string> = new Set(['string', 'bytes', 'path', 'choice'])

/**
 * The value of an argument from what the wire brought. A word of a command line is for text what was typed, and for
 * everything else what it means; where text or a list is taken, `[a, b]` is a list. `None` alone says that an argument
 * which may be left out is. Throws what `spec.parse` throws.
 */
export function parseArgument<T>(spec: ArgSpec<T>, value: unknown): T {
  if (!textKinds.has(spec.kind)) return spec.parse(spec.readsWords ? value : plainWords(value))
  const word = wordOf(value)
  if (word === undefined) return spec.parse(value)
  if (word.text === 'None' && !spec.required) return spec.parse(null)
  if (typeof word.value !== 'object' || word.value === null) return spec.parse(word.text)
  try {
    return spec.parse(word.value)
  } catch {
    // It wants no list and no map: then the word is text.
    return spec.parse(word.text)
  }
}
