// SPDX-License-Identifier: Apache-2.0

import { failed } from '@halite/loader'
import { compileLow, StateRun } from '@halite/states'
import type { StatesReturn } from './apply.ts'
import { retcodes } from './retcodes.ts'
import { type RunCall, returned, servicesOf } from './run.ts'
import type { StateSession } from './session.ts'

interface OneId {
  readonly id: string
  readonly mods: readonly string[]
  readonly call: RunCall
}

/** Runs the states of one id and what they require. Undefined when no state has it. */
export async function chunksOfIds(
  session: StateSession,
  { id, mods, call }: OneId,
): Promise<StatesReturn | undefined> {
  const { high, errors } = await session.compile(mods)
  const compiled = errors.length > 0 ? { errors } : compileLow(high)
  if ('errors' in compiled) return failed([...compiled.errors], retcodes.compilerError)
  const { lows } = compiled
  if (!lows.some((low) => low['__id__'] === id)) return undefined
  const run = new StateRun(servicesOf(session, call), lows)
  const results = await run.run((low) => low['__id__'] === id)
  const shown = new Map([...results].map(([tag, result]) => [tag, result.shown]))
  return returned({ results: shown, lows }, call)
}
