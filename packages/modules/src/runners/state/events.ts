// SPDX-License-Identifier: Apache-2.0
import type { MasterContext } from '@halite/loader'

/** `state.event`: waits for so many events. What `salt-run` prints of them it prints itself, as they come. */
export async function watchEvents(
  ctx: MasterContext,
  { tagmatch, count }: { readonly tagmatch: string; readonly count: number },
): Promise<null> {
  const most = count < 0 ? Number.MAX_SAFE_INTEGER : count
  if (most > 0) await ctx.waitForEvents({ tag: tagmatch, count: most })
  return null
}
