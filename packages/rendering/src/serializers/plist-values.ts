// SPDX-License-Identifier: Apache-2.0
import { isFloat, isInteger, isMap, pythonTypeName } from '@halite/core'
import { refused } from './refused.ts'

/** How the keys of maps are written. */
export interface KeyOrder {
  readonly sorts: boolean
  /** Whether keys that are not text are left out; else they are refused. */
  readonly skips: boolean
}

/** The entries of a map in the order they are written in. */
export function plistEntries(
  entries: readonly (readonly [unknown, unknown])[],
  { sorts, skips }: KeyOrder,
): readonly (readonly [string, unknown])[] {
  const named = entries.filter((entry): entry is readonly [string, unknown] => typeof entry[0] === 'string')
  if (named.length < entries.length && !skips) throw refused('plist', 'keys must be strings')
  return sorts ? named.toSorted(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0)) : named
}

/** What kind of value it is. Throws for one that a property list cannot hold. */
export function plistKind(
  value: unknown,
): 'text' | 'integer' | 'real' | 'boolean' | 'bytes' | 'list' | 'map' | 'date' {
  if (typeof value === 'string') return 'text'
  if (typeof value === 'boolean') return 'boolean'
  if (isInteger(value)) return 'integer'
  if (isFloat(value)) return 'real'
  if (value instanceof Uint8Array) return 'bytes'
  if (value instanceof Date) return 'date'
  if (Array.isArray(value)) return 'list'
  if (isMap(value)) return 'map'
  throw refused('plist', `unsupported type: ${pythonTypeName(value)}`)
}
