// SPDX-License-Identifier: Apache-2.0
import { type DataMap, pack } from '@halite/core'
import type { ReadSiteModule } from '@halite/loader'

type Map = Readonly<Record<string, unknown>>

/** What jobs work with and what changes only now and then. */
export interface Facts {
  readonly options: Map
  readonly grains: Map
  readonly pillar: DataMap
  /** The site modules, one list for each of their directories; the first directory wins. */
  readonly site: readonly (readonly ReadSiteModule[])[]
}

/** The name of a part of the facts. */
export type FactPart = keyof Facts

/** Every part, in the order in which they are sent. */
export const factParts: readonly FactPart[] = ['options', 'grains', 'pillar', 'site']

/** The facts with a revision number for each part, so that an executor is sent only what changed since its last job. */
export class FactBook {
  readonly #read: () => Facts
  readonly #revisions: Record<FactPart, number> = { options: 1, grains: 1, pillar: 1, site: 1 }
  readonly #packed = new Map<FactPart, Uint8Array>()

  /** `read` gives the facts of now. */
  constructor(read: () => Facts) {
    this.#read = read
  }

  /** These parts are different now. */
  changed(parts: readonly FactPart[]): void {
    for (const part of parts) {
      this.#revisions[part] += 1
      this.#packed.delete(part)
    }
  }

  /** What a reader with these revisions lacks, packed; undefined when that is nothing. `seen` is up to date then. */
  since(seen: Partial<Record<FactPart, number>>): Partial<Record<FactPart, Uint8Array>> | undefined {
    const parts = factParts.filter((part) => seen[part] !== this.#revisions[part])
    if (parts.length === 0) return undefined
    for (const part of parts) seen[part] = this.#revisions[part]
    return Object.fromEntries(parts.map((part) => [part, this.#bytesOf(part)]))
  }

  #bytesOf(part: FactPart): Uint8Array {
    const known = this.#packed.get(part)
    if (known !== undefined) return known
    const bytes = pack(this.#read()[part])
    this.#packed.set(part, bytes)
    return bytes
  }
}
