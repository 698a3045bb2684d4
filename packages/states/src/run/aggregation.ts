// SPDX-License-Identifier: Apache-2.0

import { pythonStr } from '@halite/core'
import {
  aggregatedBy,
  deriveContext,
  type ExecContext,
  type Found,
  initialised,
  type LowState,
  type StateContext,
} from '@halite/loader'
import { requisites, requisitesIn } from '../high/keywords.ts'
import type { CallParts, RunFacts } from './call-state.ts'
import type { Chunk } from './chunk.ts'
import type { RunServices } from './services.ts'
import type { StateLookups } from './verify-low.ts'

/** What a module does before its states: it prepares itself once, and lets one state do the work of several. */
export class Aggregation {
  readonly #services: RunServices
  readonly #lookups: StateLookups
  readonly #facts: RunFacts
  readonly #merged = new Set<LowState>()
  readonly #ready = new Set<string>()

  constructor({ services, lookups, facts }: CallParts) {
    this.#services = services
    this.#lookups = lookups
    this.#facts = facts
  }

  async prepare(chunk: Chunk, chunks: readonly Chunk[]): Promise<void> {
    const ctx = this.#services.ctx()
    const name = `${chunk.state}.${pythonStr(chunk.low['fun'])}`
    const lookup = await this.#lookups.find(ctx, name)
    const module = this.#lookups.module(lookup)
    if (module === undefined || !('found' in lookup)) return
    const { found } = lookup
    if (module.aggregate !== undefined && this.#wants(chunk)) await this.#merge(chunk, chunks, found)
    if (module.init === undefined || this.#ready.has(chunk.state)) return
    if (await initialised(found, this.#context(ctx, chunk), chunk.low)) this.#ready.add(chunk.state)
  }

  #wants({ low, state }: Chunk): boolean {
    if (this.#merged.has(low)) return false
    const asked = 'aggregate' in low ? low['aggregate'] : this.#services.settings.aggregate
    return asked === true || (Array.isArray(asked) && asked.includes(state))
  }

  async #merge(chunk: Chunk, chunks: readonly Chunk[], found: Found): Promise<void> {
    const context = this.#context(this.#services.ctx(), chunk)
    const lowstate = chunks.map(({ low }) => low)
    const aggregated = await aggregatedBy(found, context, { low: chunk.low, lowstate })
    if (aggregated === undefined) return
    const low: Record<string, unknown> = { ...aggregated.low, __agg__: true }
    for (const other of aggregated.merged) {
      this.#merged.add(other)
      for (const name of [...requisites, ...requisitesIn]) {
        const more = other[name]
        if (Array.isArray(more)) low[name] = [...(Array.isArray(low[name]) ? low[name] : []), ...more]
      }
    }
    chunk.low = low
    this.#merged.add(low)
  }

  #context(ctx: ExecContext, { low, id, sls }: Chunk): StateContext {
    const { test } = this.#services.settings
    const saltenv = pythonStr(low['__env__'] ?? 'base')
    const state = {
      ...this.#facts,
      test,
      low,
      id,
      sls,
      saltenv,
      requisites: {},
      runas: undefined,
      umask: undefined,
    }
    // The state is given, which is what the type adds.
    return deriveContext(ctx, { state }) as StateContext
  }
}
