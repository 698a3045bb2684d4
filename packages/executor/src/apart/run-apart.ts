// SPDX-License-Identifier: Apache-2.0
import {
  type ApartCall,
  bindGiven,
  calledResult,
  type ExecContext,
  type FunctionResult,
  type Registry,
  runHook,
  type StateContext,
  type StateModule,
} from '@halite/loader'
import type { SentState } from './state-view.ts'

/** What a run of states has done in a process beside its own. */
export interface ApartMessage extends Omit<ApartCall, 'kind' | 'fun'> {
  readonly state: SentState
  /** The services of a daemon that the run has; under `salt-call` some are absent. */
  readonly services: readonly string[]
}

/** Runs one function as it was called. Never rejects: what it throws is the error of the result. */
export async function runApart(
  registry: Registry,
  context: ExecContext,
  { kind, fun, hook, ...given }: ApartCall,
): Promise<FunctionResult> {
  try {
    const providers = kind === 'execution' ? context.state?.providers : undefined
    const own = providers === undefined ? registry : registry.forcing(providers)
    const { fn, module } = await own.function(fun, kind)
    if (hook !== undefined) {
      // A hook belongs to a state, which is given, and whose module is one of states.
      const value = await runHook(module as StateModule, context as StateContext, hook)
      return { return: value, retcode: 0, success: true }
    }
    const values = bindGiven(fun, fn, given)
    const returned: unknown = await underUmask(context.state?.umask, () => fn.run(context, values))
    const { value, retcode } = calledResult(returned)
    return { return: value === undefined ? null : value, retcode, success: true }
  } catch (error) {
    return { return: null, retcode: 1, success: false, error }
  }
}

async function underUmask<T>(umask: number | undefined, work: () => T | Promise<T>): Promise<T> {
  if (umask === undefined) return work()
  const before = process.umask(umask)
  try {
    return await work()
  } finally {
    process.umask(before)
  }
}
