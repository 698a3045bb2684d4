// SPDX-License-Identifier: Apache-2.0
import { entriesOf, Float, isMap, isSaltError, mapOf, sortedValues, textKeyed } from '@halite/core'

/** Everything that Python's `splitlines` takes for the end of a line. */
const lineEnd = '\\r\\n|[\\n\\r\\v\\f\\x1c-\\x1e\\x85\\u2028\\u2029]'
const notLineEnd = '[^\\n\\r\\v\\f\\x1c-\\x1e\\x85\\u2028\\u2029]'
const line = new RegExp(`${notLineEnd}*(?:${lineEnd})|${notLineEnd}+`, 'g')
const endOfLine = new RegExp(`(?:${lineEnd})$`)

/** Keys and values of a map. */
export type Entries = readonly (readonly [key: unknown, value: unknown])[]

/** What a value is to an outputter: bytes that are UTF-8 are text, and an object with `toJSON` is what that gives. */
export function shown(value: unknown): unknown {
  if (value instanceof Uint8Array) return textOf(value) ?? value
  if (typeof value !== 'object' || value === null || value instanceof Float || !('toJSON' in value))
    return value
  return typeof value.toJSON === 'function' ? value.toJSON() : value
}

/** The entries of a map in the order in which they were written; undefined for everything that is not a map. */
export function shownEntries(value: unknown): Entries | undefined {
  return isMap(value) ? entriesOf(value) : undefined
}

/** Entries in the order in which Salt sorts keys: as Python does, and by their texts, of which each stands once, where those have no order. */
export function sortedEntries(entries: Entries): Entries {
  return inOrder(entries) ?? inOrder(Object.entries(textKeyed(mapOf(entries)))) ?? entries
}

/** Entries in Python's order of their keys; undefined when those have none, as text beside numbers. */
export function inOrder(entries: Entries): Entries | undefined {
  try {
    return sortedValues(entries, ([key]) => key)
  } catch (error) {
    if (isSaltError(error, 'VALUE_OPERATION')) return undefined
    throw error
  }
}

/** The lines of a text; an empty text has none, and a line end at the end begins no further one. */
export function linesOf(text: string): string[] {
  return linesWithEnds(text).map((part) => part.replace(endOfLine, ''))
}

/** The same lines one by one: a list of millions of them would need many times the memory of the text. */
export function* eachLine(text: string): Generator<string> {
  for (const [part] of text.matchAll(line)) yield part.replace(endOfLine, '')
}

/** The same lines, each with what ends it. */
export function linesWithEnds(text: string): string[] {
  return text.match(line) ?? []
}

function textOf(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    // Not text: the caller shows it as bytes.
    return undefined
  }
}
