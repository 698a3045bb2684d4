// SPDX-License-Identifier: Apache-2.0
import type { Chunk } from './chunk.ts'
import { type ChunkIndex, type Reference, referenceOf } from './chunk-index.ts'
import type { MutableResult } from './result.ts'

/**
 * What the requisites of a state say: `unmet`, something is missing or has not run; `fail`; `pre`, nothing is going to change;
 * `onfail` and `onchanges`, no reason to run; `change`, something that it watches changed; `met`.
 */
export type Status = 'unmet' | 'fail' | 'pre' | 'onfail' | 'onchanges' | 'change' | 'met'

/** Requisites that decide whether and when a state runs. */
export const deciding = [
  'require',
  'require_any',
  'watch',
  'watch_any',
  'prereq',
  'onfail',
  'onfail_any',
  'onfail_all',
  'onchanges',
  'onchanges_any',
] as const

export type Deciding = (typeof deciding)[number] | 'prerequired'

/** The states that the requisites of one state name, and the references that name none. */
export interface Resolved {
  readonly found: ReadonlyMap<Deciding, readonly Chunk[]>
  readonly lost: ReadonlyMap<Deciding, readonly Reference[]>
}

/** Looks up what a state names in its requisites. */
export function resolve(chunk: Chunk, index: ChunkIndex, names: readonly Deciding[]): Resolved {
  const found = new Map<Deciding, readonly Chunk[]>()
  const lost = new Map<Deciding, readonly Reference[]>()
  for (const name of names) {
    const written = chunk.requisite(name)
    if (written === undefined) continue
    const missing: Reference[] = []
    const chunks = written.flatMap((one) => {
      const reference = referenceOf(one)
      const matching = index.matching(reference)
      if (matching?.length === 0) missing.push(reference)
      return matching ?? []
    })
    found.set(name, chunks)
    if (missing.length > 0) lost.set(name, missing)
  }
  return { found, lost }
}

/** Results by tag: of the run, and of what would change (`prereq`). */
export interface Results {
  readonly ran: ReadonlyMap<string, MutableResult>
  readonly wouldChange: ReadonlyMap<string, MutableResult>
}

/** The status of a state by the results of those that it names. */
export function statusOf({ found, lost }: Resolved, { ran, wouldChange }: Results): Status {
  if (lost.size > 0) return 'unmet'
  const facts = new Set<Fact>()
  for (const [name, chunks] of found) {
    const results = name === 'prereq' ? wouldChange : ran
    const own = new Set(chunks.map((chunk) => factOf(name, results.get(chunk.tag))))
    settleAny(name, own)
    for (const fact of own) if (fact !== undefined) facts.add(fact)
  }
  return verdictOf(facts)
}

type Fact = 'unmet' | 'onfail' | 'fail' | 'onchanges' | 'onchangesmet' | 'change' | 'premet' | 'pre' | 'met'

/** What the result of one required state says about a requisite of this name. */
function factOf(name: Deciding, result: MutableResult | undefined): Fact | undefined {
  if (result === undefined) return 'unmet'
  const hasChanges = result.hasChanges
  if (name.startsWith('onfail')) {
    if (result.result === true) return 'onfail'
  } else if (result.result === false) return 'fail'
  if (name.startsWith('onchanges')) return hasChanges ? 'onchangesmet' : 'onchanges'
  if (name.startsWith('watch') && hasChanges) return 'change'
  if (name === 'prereq') return result.result === null ? 'premet' : 'pre'
  return result.ran ? 'met' : undefined
}

/** One that is met is enough for `_any` and `onfail`; one that is not is too many for `onfail_all`. */
function settleAny(name: Deciding, facts: Set<Fact | undefined>): void {
  if (name.endsWith('_any') || name === 'onfail') {
    if (facts.has('met') || facts.has('change')) facts.delete('fail')
    if (facts.has('onchangesmet')) {
      facts.delete('onchanges')
      facts.delete('fail')
    }
    if (facts.has('met')) facts.delete('onfail')
  }
  if (name === 'onfail_all' && facts.has('onfail')) facts.delete('met')
}

function verdictOf(facts: ReadonlySet<Fact>): Status {
  if (facts.has('unmet')) return 'unmet'
  if (facts.has('fail')) return 'fail'
  if (facts.has('pre')) return facts.has('premet') ? 'met' : 'pre'
  if (facts.has('onfail') && !facts.has('onchangesmet')) return 'onfail'
  if (facts.has('onchanges') && !facts.has('onchangesmet')) return 'onchanges'
  if (facts.has('change')) return 'change'
  return facts.has('onfail') ? 'onfail' : 'met'
}
