// SPDX-License-Identifier: Apache-2.0
import type { Result } from '../file/result.ts'
import { leadsTo, shownUrl } from './common.ts'
import type { Latest } from './latest-arguments.ts'
import { type Local, needsBranch } from './local-copy.ts'
import type { Moving } from './move-head.ts'
import { sentences, short } from './result.ts'

/** With `test`: what would be done. */
export function plan(latest: Latest, local: Local, { progress, fast, tracking }: Moving): Result {
  const { args, wanted } = latest
  const actions: string[] = []
  const merge = fast === false ? 'hard-reset' : fast === true ? 'fast-forwarded' : 'updated'
  if (!leadsTo(local.fetchUrl, latest.from))
    actions.push(
      `Remote '${args.remote}' would be changed from ${shownUrl(local.fetchUrl ?? 'None')} to ${shownUrl(latest.from.url)}`,
    )
  if (!local.hasCommit) actions.push(`Remote '${args.remote}' would be fetched`)
  const moves = !local.matches && (args.update_head || needsBranch(latest, local))
  if (moves) progress.changes['revision'] = { old: local.commit ?? null, new: wanted.commit }
  if (needsBranch(latest, local))
    actions.push(
      local.branches.includes(args.branch ?? '')
        ? `Branch '${args.branch}' would be checked out and ${merge} to ${short(wanted.commit)}`
        : `New branch '${args.branch}' would be checked out, with ${wanted.shown} as a starting point`,
    )
  else if (!local.matches)
    actions.push(
      args.update_head
        ? `Repository would be ${merge} from ${short(local.commit)} to ${short(wanted.commit)}`
        : `Local HEAD (${short(local.commit)}) does not match ${wanted.shown} but update_head=False, HEAD would not be updated locally`,
    )
  if (tracking !== undefined) actions.push(tracking.planned)
  if (Object.keys(progress.changes).length > 0) return progress.planned(sentences(actions))
  return !local.matches && !args.update_head
    ? progress.done(sentences(actions))
    : progress.current(args.target, actions)
}
