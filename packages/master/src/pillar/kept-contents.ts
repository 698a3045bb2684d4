// SPDX-License-Identifier: Apache-2.0
import type { FactReads, FactsOf } from './fact-reads.ts'
import type { Content } from './size.ts'
import { isUnchanged, type Seen } from './sls-files.ts'

/** What a template gave, and what it was made from. */
export interface MadeContent {
  readonly content: Content
  readonly reads: FactReads
  /** Files that it includes and imports. */
  readonly seen: Seen
}

/** Most results of one template that are kept: more kinds of minions than that are rendered each time. */
const maxVariants = 256

interface Shape {
  readonly reads: FactReads
  readonly byDigest: Map<string, MadeContent>
}

/**
 * The results of one template that several minions share: they asked for the same grains, and found the same values. What
 * looked at an id, or at all grains, belongs to one minion and is not kept here.
 */
export class KeptContents {
  readonly #shapes = new Map<string, Shape>()
  #size = 0

  /** The result for these facts, if it is known and still holds. */
  find(facts: FactsOf): MadeContent | undefined {
    for (const { reads, byDigest } of this.#shapes.values()) {
      const digest = reads.digestOf(facts)
      const made = byDigest.get(digest)
      if (made === undefined) continue
      if (isUnchanged(made.seen)) return made
      byDigest.delete(digest)
      this.#size -= 1
    }
    return undefined
  }

  /** Keeps a result if minions can share it. */
  keep(made: MadeContent, facts: FactsOf): void {
    if (!made.reads.isShareable) return
    if (this.#size >= maxVariants) this.#clear()
    const name = [...made.reads.names].sort().join('\0')
    const shape = this.#shapes.get(name) ?? { reads: made.reads, byDigest: new Map() }
    this.#shapes.set(name, shape)
    shape.byDigest.set(made.reads.digestOf(facts), made)
    this.#size += 1
  }

  #clear(): void {
    this.#shapes.clear()
    this.#size = 0
  }
}
