// SPDX-License-Identifier: Apache-2.0
import { type DataMap, isMap, isRecord, mapValues } from '@halite/core'
import { plainNumbers, writtenText } from './written-number.ts'

/**
 * A word of a command line that YAML reads as something else than text: `yes`, `12:30`, `0x10`, `[ -f x ]`. In an argument
 * list it travels as `{ __word__: 'yes', value: true }`, unless Python writes the value as it was typed; an argument
 * declared as text is given the word, every other one the value. A list or map holds written words in turn.
 */
export function writtenWord(text: string, value: unknown): Readonly<Record<string, unknown>> {
  return { __word__: text, value }
}

/** A word as it was typed and what it means; undefined when `value` is not a written word. A written number counts as one. */
export function wordOf(value: unknown): { readonly text: string; readonly value: unknown } | undefined {
  if (!isRecord(value)) return undefined
  const number = writtenText(value)
  if (number !== undefined) return { text: number, value: plainNumbers(value) }
  const { __word__: text, value: meaning, ...more } = value
  if (typeof text !== 'string' || !('value' in value) || Object.keys(more).length > 0) return undefined
  return { text, value: meaning }
}

/** `value` with every written word and number in it replaced by what it means. */
export function plainWords(value: unknown): unknown {
  if (Array.isArray(value)) {
    const plain = value.map(plainWords)
    return plain.some((item, index) => item !== value[index]) ? plain : value
  }
  if (!isMap(value)) return value
  const word = wordOf(value)
  return word === undefined ? plainMap(value) : plainWords(word.value)
}

/** What holds no word stays the object it is: data that templates hand on may be large. */
function plainMap(map: DataMap): DataMap {
  let isSame = true
  const plain = mapValues(map, (item) => {
    const made = plainWords(item)
    isSame &&= made === item
    return made
  })
  return isSame ? map : plain
}
