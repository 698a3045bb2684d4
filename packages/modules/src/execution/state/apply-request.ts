// SPDX-License-Identifier: Apache-2.0
import { type ExecContext, Failed, failed, type Values } from '@halite/loader'
import { applyStates, type StatesReturn } from './apply.ts'
import { highstateArguments } from './arguments.ts'
import { dropRequest, keepRequest, requestNamed } from './requests.ts'

type RunValues = Values<typeof highstateArguments>

/** `state.request`: tries a run, and keeps it with what it would change. */
export async function requestRun(
  ctx: ExecContext,
  name: string,
  { mods, args }: { readonly mods: unknown; readonly args: RunValues },
): Promise<StatesReturn> {
  const tried = await applyStates(ctx, mods, { ...args, test: true })
  const test_run = tried instanceof Failed ? tried.value : tried
  await keepRequest(ctx, name, { test_run, mods: mods ?? null, kwargs: { ...givenIn(args), test: true } })
  return tried
}

/** `state.run_request`: `more` are arguments that win over those of the request. */
export async function runRequested(
  ctx: ExecContext,
  name: string,
  more: Readonly<Record<string, unknown>>,
): Promise<unknown> {
  const request = await requestNamed(ctx, name)
  if (request === undefined) return {}
  const own = Object.fromEntries(Object.entries(more).filter(([key]) => !key.startsWith('__')))
  const { test: _, ...keywords } = { ...request.kwargs, ...own }
  const { value, retcode } = await ctx.call.result<string>('state.apply', { mods: request.mods, ...keywords })
  await dropRequest(ctx, name)
  return retcode === 0 ? value : failed(value, retcode)
}

/** What a call said itself, without what stands in where it says nothing. */
function givenIn({ kwargs: _, ...values }: RunValues): Record<string, unknown> {
  const specs: Readonly<Record<string, { readonly fallback?: unknown }>> = highstateArguments
  return Object.fromEntries(Object.entries(values).filter(([key, value]) => value !== specs[key]?.fallback))
}
