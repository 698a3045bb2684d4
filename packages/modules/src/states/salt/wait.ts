// SPDX-License-Identifier: Apache-2.0
import { pythonStr } from '@halite/core'
import { arg, type StateContext, type StateReturn, type Values } from '@halite/loader'

/** The arguments of `salt.wait_for_event`. */
export const waitArguments = {
  id_list: arg.any('What the events have to name, such as the ids of minions.'),
  event_id: arg.string('The field of the events that names it.').default('id'),
  timeout: arg.seconds('For how long.').default(300),
  node: arg.string('Kept for old files: the events are those of the master.').default('master'),
}

/** `salt.wait_for_event`: events name each of some ids. */
export async function waitForEvent(
  ctx: StateContext,
  {
    name,
    id_list: written,
    event_id: key,
    timeout,
  }: Values<typeof waitArguments> & { readonly name: string },
): Promise<StateReturn> {
  if (ctx.state.test)
    return { changes: {}, result: null, comment: `Orchestration would wait for event '${name}'` }
  if (ctx.master === undefined) {
    const comment =
      'Events of the master are waited for by the master: run this state with salt-run state.orchestrate'
    return { changes: {}, result: false, comment }
  }
  const ids = Array.isArray(written) ? written : [written]
  const startedMs = performance.now()
  const seen = await ctx.master.waitForEvents({ tag: name, ids, key, timeout })
  const isComplete = seen.length >= ids.length
  const seconds = pythonStr((performance.now() - startedMs) / 1000)
  return {
    changes: seen.length > 0 ? { minions_seen: seen } : {},
    result: isComplete,
    comment: isComplete ? `All events seen in ${seconds} seconds.` : 'Timeout value reached.',
  }
}
