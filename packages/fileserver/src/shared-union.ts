// SPDX-License-Identifier: Apache-2.0

interface Known {
  readonly lists: readonly (readonly string[])[]
  readonly union: readonly string[]
}

const maxKnown = 64

/** Unions of sorted lists; the same lists give the same union, made once. */
export class SharedUnion {
  #known: Known[] = []

  of(lists: readonly (readonly string[])[]): readonly string[] {
    const filled = lists.filter((list) => list.length > 0)
    if (filled.length <= 1) return filled[0] ?? lists[0] ?? []
    const found = this.#known.find((known) => isSame(known.lists, filled))
    if (found !== undefined) return found.union
    const union = [...new Set(filled.flat())].sort()
    this.#known = [...this.#known.slice(-maxKnown + 1), { lists: filled, union }]
    return union
  }
}

function isSame(left: readonly unknown[], right: readonly unknown[]): boolean {
  return left.length === right.length && left.every((each, index) => each === right[index])
}
