// SPDX-License-Identifier: Apache-2.0
import type { DataMap } from '@halite/core'
import type { FactReads, FactsOf } from './fact-reads.ts'
import type { Size } from './size.ts'
import { isUnchanged, type Seen } from './sls-files.ts'

/** A pillar, and what it was made from. */
export interface MadePillar {
  readonly pillar: DataMap
  readonly seen: Seen
  readonly reads: FactReads
  readonly size: Size
}

interface Kept extends MadePillar {
  readonly digest: string
  readonly bytes: number
}

const maxBytes = 128 * 1024 * 1024
/** What a value, and a note of a file, take beside the text of it. */
const bytesOfValue = 40

/**
 * The pillars that were made last, by minion and environment: each is given only to the minion it was made for, and only
 * while all that it was made from is as it was. Bounded; what was not asked for the longest goes first.
 */
export class KeptPillars {
  readonly #kept = new Map<string, Kept>()
  #bytes = 0

  /** The pillar of this name if it still holds. */
  find(name: string, facts: FactsOf): DataMap | undefined {
    const kept = this.#kept.get(name)
    if (kept === undefined) return undefined
    this.#forget(name)
    if (kept.reads.digestOf(facts) !== kept.digest || !isUnchanged(kept.seen)) return undefined
    this.#add(name, kept)
    return kept.pillar
  }

  /** Keeps a pillar, unless it may differ the next time; the oldest go beyond the limit. */
  keep(name: string, made: MadePillar, facts: FactsOf): void {
    this.#forget(name)
    if (made.reads.isVolatile) return
    const { values, characters } = made.size
    const bytes = (values + made.seen.size * 4) * bytesOfValue + characters
    this.#add(name, { ...made, digest: made.reads.digestOf(facts), bytes })
    for (const oldest of this.#kept.keys()) {
      if (this.#bytes <= maxBytes) break
      this.#forget(oldest)
    }
  }

  #add(name: string, kept: Kept): void {
    this.#kept.set(name, kept)
    this.#bytes += kept.bytes
  }

  #forget(name: string): void {
    this.#bytes -= this.#kept.get(name)?.bytes ?? 0
    this.#kept.delete(name)
  }
}
