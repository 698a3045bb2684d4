// SPDX-License-Identifier: Apache-2.0
import { entriesOf, isMap, isTruthy, mapOf } from '@halite/core'
import type { Low } from '../high/chunks.ts'
import { tagOf } from './chunk.ts'

/** What stands in the place of text that nobody may read. */
const hidden = '**********'

/** Whether nobody may read what a state is about: the argument `no_log`. */
export function isHidden(low: Low): boolean {
  return isTruthy(low['no_log'] ?? null)
}

/** Hides the texts of name, comment and changes of a result; keys, numbers and truth values stay. */
export function hideTexts<R extends { readonly fields: Record<string, unknown> }>(result: R): R {
  for (const field of ['name', 'comment', 'changes', 'warnings']) {
    if (field in result.fields) result.fields[field] = hiddenTexts(result.fields[field])
  }
  return result
}

/** Results by tag, without the names of such states in their tags. */
export function withoutHiddenNames<T>(
  results: ReadonlyMap<string, T>,
  lows: readonly Low[],
): ReadonlyMap<string, T> {
  const tags = new Map(lows.filter(isHidden).map((low) => [tagOf(low), low]))
  if (tags.size === 0) return results
  const shown = new Map<string, T>()
  for (const [tag, result] of results) {
    const low = tags.get(tag)
    const safe = low === undefined || low['name'] === low['__id__'] ? tag : tagOf({ ...low, name: hidden })
    let key = safe
    // States of one id differ in their names alone.
    for (let number = 2; shown.has(key); number++) key = tagOf({ ...low, name: `${hidden} (${number})` })
    shown.set(key, result)
  }
  return shown
}

/** A value with each text in it hidden. */
export function hiddenTexts(value: unknown): unknown {
  if (typeof value === 'string') return value === '' ? value : hidden
  if (value instanceof Uint8Array) return hidden
  if (Array.isArray(value)) return value.map(hiddenTexts)
  return isMap(value) ? mapOf(entriesOf(value).map(([key, one]) => [key, hiddenTexts(one)])) : value
}
