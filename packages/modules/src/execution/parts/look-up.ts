// SPDX-License-Identifier: Apache-2.0
import { type Found, findWritten, isMap } from '@halite/core'

/** Follows a path of keys into maps and lists; `fallback` as soon as one leads nowhere. In a list a number is a position. */
export function lookUp(data: unknown, path: readonly string[], fallback: unknown): unknown {
  let at: unknown = data
  for (const key of path) {
    const next = step(at, key)
    if (next === undefined) return fallback
    at = next.value
  }
  return at
}

function step(at: unknown, key: string): Found | undefined {
  if (Array.isArray(at)) return stepIntoList(at, key)
  return isMap(at) ? findWritten(at, key) : undefined
}

/** A key that any map in the list has, else a position; negative ones count from the end. */
function stepIntoList(list: readonly unknown[], key: string): Found | undefined {
  for (const element of list) {
    const inner = Array.isArray(element) ? undefined : step(element, key)
    if (inner !== undefined) return inner
  }
  const index = /^[+-]?\d+$/.test(key) ? Number(key) : Number.NaN
  const position = index < 0 ? list.length + index : index
  return position in list ? { value: list[position] } : undefined
}
