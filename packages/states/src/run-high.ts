// SPDX-License-Identifier: Apache-2.0
import type { StateResult } from '@halite/loader'
import { compileChunks, type Low } from './high/chunks.ts'
import { applyExcludes } from './high/exclude.ts'
import { applyExtensions } from './high/extend.ts'
import { asList, type HighData } from './high/high-data.ts'
import { turnRequisites } from './high/requisite-in.ts'
import { verifyHigh } from './high/verify.ts'
import { tagOf } from './run/chunk.ts'
import { referenceOf } from './run/chunk-index.ts'
import { listenersOf } from './run/listen.ts'
import type { MutableResult } from './run/result.ts'
import type { RunServices } from './run/services.ts'
import { StateRun } from './run/state-run.ts'

/** Low data, or what is wrong with the high data, in Salt's words. */
export type CompiledLow = { readonly lows: readonly Low[] } | { readonly errors: readonly string[] }

export interface CompileLowOptions {
  readonly disabledRequisites?: readonly unknown[]
  /** The orchestration that the run belongs to. */
  readonly orchestrationJid?: string | undefined
}

/** High data to the states that run: extended, checked, requisites turned round. The high data is used up. */
export function compileLow(high: HighData, options: CompileLowOptions = {}): CompiledLow {
  const unsound = [...applyExtensions(high), ...verifyHigh(high)]
  if (unsound.length > 0) return { errors: unsound }
  const errors = turnRequisites(high, options.disabledRequisites)
  applyExcludes(high)
  if (errors.length > 0) return { errors }
  return { lows: compileChunks(high, options.orchestrationJid) }
}

/** What became of a run: results by tag and the states they are of, or why nothing ran, in Salt's words. */
export type HighOutcome = RunOutcome | { readonly errors: readonly string[] }

/** Results by tag, and the states that they are of. */
export interface RunOutcome {
  readonly results: ReadonlyMap<string, StateResult>
  readonly lows: readonly Low[]
}

/** Runs high data: its states, and then their listeners. */
export async function runHigh(
  services: RunServices,
  high: HighData,
  orchestrationJid?: string,
): Promise<HighOutcome> {
  const { disabledRequisites } = services.settings
  const compiled = compileLow(high, { disabledRequisites, orchestrationJid })
  return 'errors' in compiled ? compiled : runLow(services, compiled.lows)
}

/** Runs low data and its listeners. */
export async function runLow(services: RunServices, lows: readonly Low[]): Promise<RunOutcome> {
  const run = new StateRun(services, lows)
  const results = new Map<string, MutableResult>(await run.run())
  const { lows: watching, errors } = listenersOf(lows, results)
  const listeners = new StateRun(services, watching, run.nextNumber)
  for (const [tag, result] of await listeners.run()) results.set(tag, result)
  const shown = new Map([...results].map(([tag, result]) => [tag, result.shown]))
  let number = listeners.nextNumber
  for (const [tag, fields] of errors) {
    // A result of the form that the type says.
    shown.set(tag, { ...fields, __run_num__: number++ } as unknown as StateResult)
  }
  return { results: shown, lows }
}

/**
 * Whether a run went well: no state failed, save those whose failure others handle (`onfail` with `onfail_stop: false`), and those
 * others did not fail.
 */
export function wentWell({ results, lows }: RunOutcome): boolean {
  if (results.size === 0) return false
  return [...results].every(([tag, { result }]) => result !== false || isHandled(tag, { results, lows }))
}

function isHandled(tag: string, { results, lows }: RunOutcome): boolean {
  const [state, id] = tag.split('_|-')
  const handlers = lows.filter(
    (low) => low['onfail_stop'] === false && low['__id__'] !== id && namesState(low['onfail'], { state, id }),
  )
  const outcomes = handlers.map((low) => results.get(tagOf(low))?.result)
  return outcomes.includes(true) && !outcomes.includes(false)
}

function namesState(
  onfail: unknown,
  wanted: { readonly state: string | undefined; readonly id: string | undefined },
): boolean {
  return asList(onfail).some((written) => {
    const { key, value } = referenceOf(written)
    return value === wanted.id && (key === wanted.state || key === 'id')
  })
}
