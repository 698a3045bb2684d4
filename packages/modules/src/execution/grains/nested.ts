// SPDX-License-Identifier: Apache-2.0
import { isMap, withEntry } from '@halite/core'
import { lookUp } from '../parts/look-up.ts'
import type { Grains } from './static-file.ts'

/** A key of nested grains, and what separates its levels. */
export interface Path {
  readonly key: string
  readonly delimiter: string
}

/** The top-level grain of a path, as it becomes when the value at the path is `value`. */
export interface TopGrain {
  readonly name: string
  readonly value: unknown
}

/**
 * The whole of the grain that a path lies in, with another value at its end; maps on the way are copied, missing ones
 * are made. A level that is no map stays what it is: then nothing below it can be set.
 */
export function withValueAt(grains: Grains, { key, delimiter }: Path, value: unknown): TopGrain {
  const parts = key.split(delimiter)
  let at: unknown = value
  for (let level = parts.length - 1; level > 0; level--) {
    const parent = lookUp(grains, parts.slice(0, level), {})
    at = isMap(parent) ? withEntry(parent, parts[level], at) : parent
  }
  return { name: parts[0] as string, value: at }
}
