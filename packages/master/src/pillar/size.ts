// SPDX-License-Identifier: Apache-2.0
import { isMap, keysOf, SaltError, valuesOf } from '@halite/core'

/** How much data is, written out. */
export interface Size {
  /** Maps, lists, and what they hold. */
  readonly values: number
  /** UTF-16 units of all texts, keys included. */
  readonly characters: number
  readonly depth: number
}

/** The data of a file, and how much it is. */
export interface Content {
  readonly value: unknown
  readonly size: Size
}

/** The most a pillar may hold. What reads and packs it recurses once a level. */
const most: Size = { values: 500_000, characters: 16 * 1024 * 1024, depth: 48 }

/**
 * The size of data as if it was written out: YAML's aliases make a few lines stand for billions of values, and cost
 * nothing until somebody walks or packs them. Throws `VALUE_TOO_DEEP` or `VALUE_TOO_LARGE` beyond what a pillar may
 * hold, so the time it takes is bounded.
 */
export function sizeOf(data: unknown): Size {
  const size = { values: 0, characters: 0, depth: 0 }
  const count = (value: unknown, depth: number): void => {
    size.values += 1
    size.depth = Math.max(size.depth, depth)
    if (typeof value === 'string' || value instanceof Uint8Array) size.characters += value.length
    checkSize(size)
    if (isMap(value)) {
      for (const key of keysOf(value)) size.characters += typeof key === 'string' ? key.length : 1
      for (const inner of valuesOf(value)) count(inner, depth + 1)
    } else if (Array.isArray(value)) {
      for (const inner of value) count(inner, depth + 1)
    }
  }
  count(data, 1)
  return size
}

/** The size of what two pieces of data make together, at most. Throws as `sizeOf` does. */
export function addSizes(one: Size, other: Size): Size {
  const sum = {
    values: one.values + other.values,
    characters: one.characters + other.characters,
    depth: Math.max(one.depth, other.depth),
  }
  checkSize(sum)
  return sum
}

function checkSize({ values, characters, depth }: Size): void {
  if (depth > most.depth) {
    throw new SaltError('VALUE_TOO_DEEP', `pillar data is nested deeper than ${most.depth} levels`)
  }
  if (values > most.values) {
    throw new SaltError('VALUE_TOO_LARGE', `pillar data holds more than ${most.values} values`)
  }
  if (characters > most.characters) {
    throw new SaltError('VALUE_TOO_LARGE', `pillar data holds more than ${most.characters} characters`)
  }
}
