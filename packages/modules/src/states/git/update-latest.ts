// SPDX-License-Identifier: Apache-2.0
import type { StateContext } from '@halite/loader'
import type { Result } from '../file/result.ts'
import { leadsTo } from './common.ts'
import { fetch, pointRemote, syncTags } from './fetch-latest.ts'
import type { Latest } from './latest-arguments.ts'
import { isFastForward, look, needsBranch } from './local-copy.ts'
import { moveHead } from './move-head.ts'
import { dirtyOrMoved, keptHead, noBranch, notFastForward } from './not-updated.ts'
import { sameRev } from './remote-rev.ts'
import type { Progress } from './result.ts'
import { track } from './tracking.ts'
import { plan } from './update-plan.ts'

/** Fetches into a bare repository. */
export async function updateBare(ctx: StateContext, latest: Latest, progress: Progress): Promise<Result> {
  const { args, repository } = latest
  if (ctx.state.test)
    return progress.current(args.target, [`Bare repository at ${args.target} would be fetched`])
  const before = await repository.commitOf('HEAD')
  const failed = await fetch(latest, progress)
  if (failed !== undefined) return failed
  const after = await repository.commitOf('HEAD')
  if (before === after) return progress.current(args.target, progress.comments)
  progress.changes['revision'] = { old: before ?? null, new: after ?? null }
  return progress.done()
}

/** Brings a working copy to what is asked for. */
export async function updateLatest(ctx: StateContext, latest: Latest, progress: Progress): Promise<Result> {
  const { args, repository, wanted, forceReset } = latest
  const local = await look(latest)
  if (wanted.commit === undefined)
    return local.commit === undefined
      ? progress.current(args.target, [])
      : progress.failed('Remote repository is empty, cannot update from a non-empty to an empty repository')
  const early = await dirtyOrMoved(ctx, latest, { local, progress })
  if (early !== undefined) return early
  const isHeadKept = !local.matches && !args.update_head && !needsBranch(latest, local)
  if (local.hasCommit && isHeadKept) return keptHead(latest, local, progress)
  let fast = local.isDirty && forceReset !== 'remote-changes' ? false : await isFastForward(latest, local)
  if (fast === false && forceReset === false) return notFastForward(latest, local, progress)
  const tracking = await track(latest, { branch: local.baseBranch, branches: local.branches })
  if (ctx.state.test) return plan(latest, local, { progress, fast, tracking })
  if (!leadsTo(local.fetchUrl, latest.from)) await pointRemote(latest, local, progress)
  if (tracking !== undefined && local.branch === undefined) return progress.failed(noBranch)
  const isFetched = await syncTags(latest, local, progress)
  if (!local.hasCommit || isFetched) {
    const failed = await fetch(latest, progress)
    if (failed !== undefined) return failed
    if ((await repository.commitOf(wanted.commit)) === undefined)
      return progress.failed(`Fetch did not successfully retrieve rev '${args.rev}' from ${latest.shownName}`)
    if (isHeadKept) return keptHead(latest, local, progress)
    fast = (await isFastForward(latest, { ...local, hasCommit: true })) ?? true
    if (forceReset === false && (!fast || local.isDirty)) return notFastForward(latest, local, progress)
  }
  const ended = await moveHead(latest, local, { progress, fast: fast ?? true, tracking })
  if (ended !== undefined) return ended
  const after = await repository.commitOf('HEAD')
  if (!sameRev(after, wanted.commit, wanted.type)) return progress.failed('Failed to update repository')
  if (local.commit === after) return progress.current(args.target, progress.comments)
  progress.changes['revision'] = { old: local.commit ?? null, new: after ?? null }
  return progress.done()
}
