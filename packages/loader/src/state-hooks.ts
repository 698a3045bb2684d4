// SPDX-License-Identifier: Apache-2.0
import { isMap, SaltError, textKeyed, valueAt } from '@halite/core'
import type { Apart } from './apart.ts'
import type { StateContext } from './define-state.ts'
import type { Found } from './registry.ts'
import type { StateHook } from './state-call.ts'
import type { Aggregated, LowState, StateModule } from './state-module.ts'

/** Runs a hook in this process. Of the states that were merged it gives the places in `lowstate`. Rejects as the hook does. */
export async function runHook(module: StateModule, ctx: StateContext, hook: StateHook): Promise<unknown> {
  if (hook.name === 'init') return (await module.init?.(ctx, hook.low)) === true
  const { lowstate, at } = hook
  const low = lowstate[at]
  if (low === undefined) return null
  const aggregated = await module.aggregate?.(ctx, { low, lowstate, results: ctx.state.results })
  if (aggregated === undefined) return null
  return { low: aggregated.low, merged: aggregated.merged.map((one) => lowstate.indexOf(one)) }
}

/** `StateModule.init`, of a module of the site beside the run. Rejects as it does, and as `Apart.run`. */
export async function initialised(found: Found, ctx: StateContext, low: LowState): Promise<boolean> {
  const module = found.module as StateModule
  const { apart } = ctx
  if (!found.isSite || apart === undefined) return (await module.init?.(ctx, low)) === true
  return (await hooked(apart, { found, ctx, hook: { name: 'init', low } })) === true
}

/** `StateModule.aggregate`, of a module of the site beside the run, which is shown the states of that module alone. Rejects as `initialised`. */
export async function aggregatedBy(
  found: Found,
  ctx: StateContext,
  { low, lowstate }: { readonly low: LowState; readonly lowstate: readonly LowState[] },
): Promise<Aggregated | undefined> {
  const module = found.module as StateModule
  const { apart, state } = ctx
  if (!found.isSite || apart === undefined)
    return module.aggregate?.(ctx, { low, lowstate, results: state.results })
  const own = lowstate.filter((one) => one['state'] === low['state'])
  const hook = { name: 'aggregate', lowstate: own, at: own.indexOf(low) } as const
  return checkedAggregate(await hooked(apart, { found, ctx, hook }), { own, name: found.name })
}

async function hooked(
  apart: Apart,
  { found, ctx, hook }: { readonly found: Found; readonly ctx: StateContext; readonly hook: StateHook },
): Promise<unknown> {
  return (await apart.run(ctx, { kind: 'states', fun: found.name, keywords: {}, hook })).value
}

/** It comes from code of a site. Throws `MODULE_INVALID` for what is not the answer of `aggregate`. */
function checkedAggregate(
  answer: unknown,
  { own, name }: { readonly own: readonly LowState[]; readonly name: string },
): Aggregated | undefined {
  if (answer === null || answer === undefined) return undefined
  const [low, merged] = isMap(answer) ? [valueAt(answer, 'low'), valueAt(answer, 'merged')] : []
  const others = Array.isArray(merged) ? merged.map((place) => own[Number(place)]) : undefined
  if (!isMap(low) || others === undefined || others.includes(undefined)) {
    throw new SaltError('MODULE_INVALID', `the aggregate of ${name} does not give { low, merged }`, {
      hint: 'merged lists states that it was given in lowstate.',
    })
  }
  return { low: textKeyed(low) as LowState, merged: others as readonly LowState[] }
}
