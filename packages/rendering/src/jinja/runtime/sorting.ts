// SPDX-License-Identifier: Apache-2.0
import { compareValues } from '@halite/core'

/**
 * A sorted copy, as Python's `sorted`: items with equal keys keep their order, also in reverse. Throws Python's
 * TypeError for keys that have no order.
 */
export function sortedBy<T>(items: Iterable<T>, keyOf: (item: T) => unknown, reverse = false): T[] {
  return Array.from(items, (item) => ({ item, key: keyOf(item) }))
    .sort((a, b) => (reverse ? compareValues(b.key, a.key) : compareValues(a.key, b.key)))
    .map(({ item }) => item)
}
