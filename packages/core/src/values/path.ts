// SPDX-License-Identifier: Apache-2.0
import { scalarIn } from '../yaml/scalar.ts'
import { type DataMap, hasKey, valueAt } from './maps.ts'

/** One step into data: what is there. */
export interface Found {
  readonly value: unknown
}

/**
 * What a map has under a key that a person wrote: the text itself, or else, as in Salt, what the text means in YAML: `80` finds
 * the integer. Undefined when it has neither.
 */
export function findWritten(map: DataMap, text: string): Found | undefined {
  if (hasKey(map, text)) return { value: valueAt(map, text) }
  // A plain object has no keys but text.
  if (!(map instanceof Map)) return undefined
  const typed = scalarIn(text)
  return typed !== text && hasKey(map, typed) ? { value: valueAt(map, typed) } : undefined
}
