// SPDX-License-Identifier: Apache-2.0
import { compareText } from './values/order.ts'

type Part = bigint | string

/**
 * Orders two versions of any form as Python's `LooseVersion` in Salt does: runs of digits by value, everything between them
 * as text. When any part is text, numbers are compared as text of eight digits at least: `1.2a` is above `1.2.3`.
 */
export function compareLooseVersions(one: string, other: string): -1 | 0 | 1 {
  const left = partsOf(one)
  const right = partsOf(other)
  const isNumeric = [...left, ...right].every((part) => typeof part === 'bigint')
  return isNumeric ? compareParts(left, right) : compareParts(left.map(asText), right.map(asText))
}

/** Digits, lower-case letters and what is between them; dots separate only. */
function partsOf(version: string): Part[] {
  const parts = version.match(/\p{Nd}+|[a-z]+|\.|[^\p{Nd}a-z.]+/gu) ?? []
  return parts.filter((part) => part !== '.').map((part) => (/^[0-9]+$/.test(part) ? BigInt(part) : part))
}

function asText(part: Part): string {
  return typeof part === 'bigint' ? part.toString().padStart(8, '0') : part
}

function compareParts<T extends Part>(left: readonly T[], right: readonly T[]): -1 | 0 | 1 {
  const shared = Math.min(left.length, right.length)
  for (let index = 0; index < shared; index += 1) {
    const order = comparePart(left[index] as T, right[index] as T)
    if (order !== 0) return order
  }
  if (left.length === right.length) return 0
  return left.length < right.length ? -1 : 1
}

function comparePart(one: Part, other: Part): -1 | 0 | 1 {
  if (one === other) return 0
  if (typeof one === 'string' && typeof other === 'string') return compareText(one, other) < 0 ? -1 : 1
  return one < other ? -1 : 1
}
