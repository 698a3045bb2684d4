// SPDX-License-Identifier: Apache-2.0
import { randomInt } from 'node:crypto'

/** The same items in a random order. */
export function shuffled<T>(items: readonly T[]): T[] {
  const order = [...items]
  for (let last = order.length - 1; last > 0; last -= 1) {
    const other = randomInt(last + 1)
    const item = order[last] as T
    order[last] = order[other] as T
    order[other] = item
  }
  return order
}
