// SPDX-License-Identifier: Apache-2.0

/**
 * Python's tuple: a list that prints with parentheses, is equal to tuples alone and may be a key. Everywhere else it is
 * the list that it extends, and travels as one. Its methods that make a list make a plain one.
 */
export class Tuple extends Array<unknown> {
  static override get [Symbol.species](): ArrayConstructor {
    return Array
  }
}

/** The tuple of `items`. */
export function tupleOf(items: Iterable<unknown>): Tuple {
  const tuple = new Tuple()
  for (const item of items) tuple.push(item)
  return tuple
}
