// SPDX-License-Identifier: Apache-2.0
import { type ExecContext, Failed, type Values } from '@halite/loader'
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
  const { kwargs: _, test: __, ...own } = args
  const kept = Object.fromEntries(Object.entries(own).filter(([, value]) => value !== undefined))
  const test_run = tried instanceof Failed ? tried.value : tried
  await keepRequest(ctx, name, { mods: mods ?? null, kwargs: kept, test_run })
  return tried
}

/** `state.run_request`. */
export async function runRequested(ctx: ExecContext, name: string): Promise<StatesReturn> {
  const request = await requestNamed(ctx, name)
  if (request === undefined) return {}
  const byDefault = Object.fromEntries(
    Object.entries(highstateArguments).map(([key, spec]) => [key, spec.fallback]),
  )
  // The defaults of every argument, under what was kept of a call that passed the same declarations.
  const args = { ...byDefault, ...request.kwargs, kwargs: {} } as unknown as RunValues
  const returned = await applyStates(ctx, request.mods, args)
  await dropRequest(ctx, name)
  return returned
}
