// SPDX-License-Identifier: Apache-2.0
import type { DataMap, MinionId } from '@halite/core'
import type { GivenArguments } from './bind.ts'
import type { CalledResult, JobContext } from './context.ts'
import type { FunctionKind } from './kinds.ts'
import type { StateCall, StateHook } from './state-call.ts'

/** A call of a function whose code came with a site. */
export interface ApartCall extends GivenArguments {
  readonly kind: FunctionKind
  readonly fun: string
  /** What the module of the state `fun` does beside its functions; it is wanted in place of the function. */
  readonly hook?: StateHook | undefined
}

/** Whose call it is, and what the function will see. */
export interface ApartContext {
  readonly id: MinionId
  readonly options: Readonly<Record<string, unknown>>
  readonly grains: Readonly<Record<string, unknown>>
  readonly pillar: DataMap
  readonly signal: AbortSignal
  readonly job: JobContext | undefined
  readonly state: StateCall | undefined
}

/**
 * Runs code of a site in a process beside that of a run of states, so that a state which loops, crashes or takes memory without
 * end costs itself and not the run.
 */
export interface Apart {
  /** Rejects as the function does, and with `FUNCTION_LOST` when it took its process with it or was ended. */
  run(ctx: ApartContext, call: ApartCall): Promise<CalledResult>
}
