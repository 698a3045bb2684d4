// SPDX-License-Identifier: Apache-2.0
import { isMap, textKeyed, unpack } from '@halite/core'
import type { FactPart, Facts } from './facts.ts'

/** The facts that the daemon sent to this executor, kept packed from one job to the next. */
export class ReceivedFacts {
  readonly #bytes = new Map<FactPart, Uint8Array>()

  /** Replaces the parts that changed. */
  receive(parts: Partial<Record<FactPart, Uint8Array>>): void {
    for (const [part, bytes] of Object.entries(parts) as [FactPart, Uint8Array][])
      this.#bytes.set(part, Buffer.from(bytes))
  }

  /** The facts for one job, which later changes do not affect: each part is unpacked when the job first reads it. */
  current(): Facts {
    const bytes = new Map(this.#bytes)
    const known = new Map<FactPart, unknown>()
    const read = <P extends FactPart>(part: P): Facts[P] => {
      if (!known.has(part)) known.set(part, unpackFact(part, bytes.get(part)))
      // Packed by our daemon from facts of this type.
      return known.get(part) as Facts[P]
    }
    return {
      get options() {
        return read('options')
      },
      get grains() {
        return read('grains')
      },
      get pillar() {
        return read('pillar')
      },
      get site() {
        return read('site')
      },
    }
  }
}

const noLimits = { maxBytes: Number.MAX_SAFE_INTEGER, maxDepth: 1000, maxValues: Number.MAX_SAFE_INTEGER }

function unpackFact(part: FactPart, bytes: Uint8Array | undefined): unknown {
  if (bytes === undefined) throw new Error('the executor was not set up')
  const value = unpack(bytes, noLimits)
  // A grain or an option may be named `5`; they are looked up by name.
  return isMap(value) && part !== 'pillar' ? textKeyed(value) : value
}
