// SPDX-License-Identifier: Apache-2.0
import { bindNamed, type StateContext, type StateReturn } from '@halite/loader'
import { unchanged } from './packages.ts'

const watching = ['installed', 'latest', 'removed', 'purged']

interface WatchArguments {
  readonly name: string
  readonly sfun?: string | undefined
  readonly kwargs: Readonly<Record<string, unknown>>
}

/** Does once more what was asked for. */
export async function watched(
  ctx: StateContext,
  { name, sfun, kwargs }: WatchArguments,
): Promise<StateReturn> {
  if (sfun === undefined || !watching.includes(sfun))
    return unchanged(false, `pkg.${sfun} does not work with the watch requisite`)
  const full = `pkg.${sfun}`
  const { fn } = await ctx.states.find(full)
  // A state function returns what states return.
  return (await fn.run(ctx, bindNamed(full, fn, { ...kwargs, name }))) as StateReturn
}
