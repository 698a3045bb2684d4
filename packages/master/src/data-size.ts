// SPDX-License-Identifier: Apache-2.0
import { entriesOf, isMap } from '@halite/core'

/** The most that data may be. */
export interface SizeLimits {
  /** Of all texts and bytes, keys included. */
  readonly maxBytes: number
  /** Of all values, those inside lists and maps included. */
  readonly maxValues: number
}

/** Whether data keeps its limits; no more of it is looked at than they allow. */
export function isWithin(data: unknown, { maxBytes, maxValues }: SizeLimits): boolean {
  let bytes = 0
  let values = 0
  const fits = (value: unknown): boolean => {
    values += 1
    bytes += bytesIn(value)
    if (values > maxValues || bytes > maxBytes) return false
    if (Array.isArray(value)) return value.length <= maxValues && value.every(fits)
    if (!isMap(value)) return true
    for (const [key, inner] of entriesOf(value)) {
      bytes += bytesIn(key)
      if (!fits(inner)) return false
    }
    return true
  }
  return fits(data)
}

function bytesIn(value: unknown): number {
  return typeof value === 'string' || value instanceof Uint8Array ? Buffer.byteLength(value) : 0
}
