// SPDX-License-Identifier: Apache-2.0

/** Keys and values of a map. */
export type Entries = readonly (readonly [key: unknown, value: unknown])[]

/** What a value is to an outputter: bytes that are UTF-8 are text, and an object with `toJSON` is what that gives. */
export function shown(value: unknown): unknown {
  if (value instanceof Uint8Array) return textOf(value) ?? value
  if (typeof value !== 'object' || value === null || !('toJSON' in value)) return value
  return typeof value.toJSON === 'function' ? value.toJSON() : value
}

/** The entries of a map in their order; undefined for everything that is not a map. */
export function entriesOf(value: unknown): Entries | undefined {
  if (value instanceof Map) return [...value]
  if (typeof value !== 'object' || value === null) return undefined
  return Array.isArray(value) || value instanceof Uint8Array ? undefined : Object.entries(value)
}

/** Entries in the order of their keys as Python sorts them: text by code points, numbers by size and before text. */
export function sortedEntries(entries: Entries): Entries {
  return [...entries].sort(([a], [b]) => compareKeys(a, b))
}

function compareKeys(a: unknown, b: unknown): number {
  if (isNumber(a) && isNumber(b)) return a < b ? -1 : Number(a > b)
  if (isNumber(a) !== isNumber(b)) return isNumber(a) ? -1 : 1
  // UTF-8 keeps the order of code points, which UTF-16, the order of `<`, does not.
  return Buffer.compare(Buffer.from(String(a)), Buffer.from(String(b)))
}

function isNumber(value: unknown): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint'
}

function textOf(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    // Not text: the caller shows it as bytes.
    return undefined
  }
}
