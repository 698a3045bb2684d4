// SPDX-License-Identifier: Apache-2.0
import { isTruthy, pythonStr } from '@halite/core'
import type { ExecContext } from '@halite/loader'
import type { Report } from '@halite/states'

/** How long the master may take with an event. */
const timeoutMs = 5000

/**
 * Tells the master of each state as it ends: progress with the option `state_events`, and an event of its own for a state with
 * `fire_event`. Nobody waits for the master.
 */
export function reporter(ctx: ExecContext, stateEvents: unknown): (report: Report) => void {
  const reportsAll = isTruthy(stateEvents ?? ctx.options['state_events'] ?? false)
  return ({ result, low, total }) => {
    const { masters, job } = ctx
    const fire = low['fire_event']
    if (masters !== undefined && job !== undefined && isTruthy(fire ?? null)) {
      const name = typeof fire === 'string' ? fire : pythonStr(result.name)
      quietly(ctx, masters.fireEvent(`state_result/${job.jid}/${name}`, { ret: result }, timeoutMs))
    }
    if (reportsAll)
      quietly(
        ctx,
        ctx.progress({ ret: result, len: total, fun: `${pythonStr(low['state'])}.${pythonStr(low['fun'])}` }),
      )
  }
}

function quietly(ctx: ExecContext, sent: Promise<boolean>): void {
  sent.catch((error: unknown) => ctx.log.debug('the master was not told of a state', { error }))
}
