// SPDX-License-Identifier: Apache-2.0
import { setTimeout as sleep } from 'node:timers/promises'
import { type DataMap, isMap, isRecord, isTruthy, mapOf, sizeOf } from '@halite/core'
import { deriveContext, type ExecContext, type Failed, failed } from '@halite/loader'
import {
  type HighData,
  type HighOutcome,
  type RunOutcome,
  type RunServices,
  type RunSettings,
  runHigh,
  wentWell,
  withoutHiddenNames,
} from '@halite/states'
import { forgetPauses, pauseGate } from './pauses.ts'
import { reporter } from './report.ts'
import { retcodes } from './retcodes.ts'
import type { StateSession } from './session.ts'
import { splitWords } from './split.ts'

/** How a call wants its states to run. */
export interface RunCall {
  readonly mock?: boolean
  readonly terse?: boolean
  readonly exclude?: unknown
  readonly state_events?: unknown
  readonly orchestration_jid?: string | undefined
}

/** Runs high data and returns it as Salt does: results by tag, or a list of errors, each with its return code. */
export async function runHighData(
  session: StateSession,
  compiled: { readonly high: HighData; readonly errors: readonly string[] },
  call: RunCall,
): Promise<DataMap | Failed> {
  if (session.refusal !== undefined) return session.refusal
  const { high, errors } = compiled
  if (errors.length > 0) return failed([...errors], retcodes.compilerError)
  high.exclude.push(...excludesOf(call.exclude))
  try {
    return returned(await runHigh(servicesOf(session, call), high, call.orchestration_jid), call)
  } finally {
    await forgetPauses(session.ctx)
  }
}

/** What became of a run, as it is returned. */
export function returned(outcome: HighOutcome, { terse = false }: RunCall = {}): DataMap | Failed {
  if ('errors' in outcome) return failed([...outcome.errors], retcodes.compilerError)
  const data = resultsOf(outcome, terse)
  return wentWell(outcome) ? data : failed(data, retcodes.stateFailed)
}

function resultsOf({ results, lows }: RunOutcome, terse: boolean): DataMap {
  const shown = [...withoutHiddenNames(results, lows)].filter(([, { result, changes }]) => {
    const isQuiet = result === true && isMap(changes) && sizeOf(changes) === 0
    return !terse || !isQuiet
  })
  return mapOf(shown)
}

/** What states run with: the facts of the session, and the options of the minion. */
export function servicesOf(session: StateSession, call: RunCall): RunServices {
  let { ctx } = session
  return {
    ctx: () => ctx,
    settings: settingsOf(session, call),
    journal: session.ctx.journal,
    clock: { now: () => performance.timeOrigin + performance.now() },
    sleep: async (ms, signal) => {
      await sleep(ms, undefined, { signal })
    },
    report: reporter(session.ctx, call.state_events),
    withUmask,
    pause: pauseGate(session.ctx),
    refresh: async ({ grains, pillar, modules }) => {
      ctx = await refreshed(ctx, { grains, pillar, modules })
    },
  }
}

function settingsOf({ ctx, test }: StateSession, { mock = false }: RunCall): RunSettings {
  const { options, grains } = ctx
  const list = (value: unknown) => (Array.isArray(value) ? value : isTruthy(value ?? null) ? [value] : [])
  const aggregate = options['state_aggregate']
  const conditions = options['global_state_conditions']
  return {
    test,
    mocked: mock,
    failhard: options['failhard'] === true,
    aggregate: Array.isArray(aggregate) ? aggregate : aggregate === true,
    disabledRequisites: list(options['disabled_requisites']),
    disabledStates: list(grains['state_runs_disabled']).map(String),
    conditions: isRecord(conditions) ? conditions : {},
    maxParallel: Number(options['state_max_parallel'] ?? 0),
    lockSaltenv: options['lock_saltenv'] === true,
  }
}

/** The mask is the process's own, so states that run beside this one have it too. */
async function withUmask<T>(umask: number, work: () => Promise<T>): Promise<T> {
  const before = process.umask(umask)
  try {
    return await work()
  } finally {
    process.umask(before)
  }
}

interface Refreshing {
  readonly grains: boolean
  readonly pillar: boolean
  readonly modules: boolean
}

async function refreshed(before: ExecContext, { grains, pillar, modules }: Refreshing): Promise<ExecContext> {
  const ctx = modules ? await withNewModules(before) : before
  return deriveContext(ctx, {
    ...(grains ? { grains: await ctx.freshGrains() } : {}),
    ...(pillar ? { pillar: await ctx.compilePillar() } : {}),
  })
}

/** The same run with the modules that there are now. */
async function withNewModules(before: ExecContext): Promise<ExecContext> {
  await before.daemon?.refreshModules()
  const now = await before.renew?.()
  if (now === undefined) return before
  const { options, grains, pillar, state, log } = before
  return deriveContext(now, { options, grains, pillar, state, log })
}

/** `exclude`: a text of names, a map, or a list of both. */
function excludesOf(exclude: unknown): readonly unknown[] {
  if (exclude === undefined || exclude === null) return []
  if (Array.isArray(exclude) || isMap(exclude)) return [exclude].flat()
  return splitWords(exclude)
}
