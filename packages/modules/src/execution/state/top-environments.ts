// SPDX-License-Identifier: Apache-2.0
import type { ExecContext } from '@halite/loader'
import { topMatches } from '@halite/states'
import { StateSession } from './session.ts'

/** The environments under which top files name something for this minion, whatever is wrong with its pillar. Rejects as `topMatches`. */
export async function topEnvironments(ctx: ExecContext): Promise<readonly string[]> {
  const session = await StateSession.open(ctx, 'state.show_top', { concurrent: true, kwargs: {} })
  const { matches } = await topMatches(session.topParts())
  return [...matches.keys()]
}
