// SPDX-License-Identifier: Apache-2.0
import type { PatternReader } from '../pattern/pattern-reader.ts'

/** Reads how often what precedes is repeated; undefined where no repeat follows. */
export function takeCounts(pattern: PatternReader): string | undefined {
  for (const sign of ['*', '+', '?']) if (pattern.take(sign)) return sign
  const braces = pattern.takeMatch(/^\{(\d{1,5}|\d{0,5},\d{0,5})\}/)
  if (braces === undefined) return undefined
  const [least, most] = braces.split(',')
  const min = Number(least)
  if (most === undefined) return `{${min}}`
  if (most === '') return `{${min},}`
  if (min > Number(most)) throw pattern.problem('has a repeat whose least is above its most')
  return `{${min},${Number(most)}}`
}
