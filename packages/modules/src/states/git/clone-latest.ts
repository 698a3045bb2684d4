// SPDX-License-Identifier: Apache-2.0
import type { StateContext } from '@halite/loader'
import { reasonOf } from '../../execution/git/repository.ts'
import type { Result } from '../file/result.ts'
import { cloneTo, makeRoom } from './common.ts'
import type { Latest } from './latest-arguments.ts'
import { sameRev } from './remote-rev.ts'
import type { Progress } from './result.ts'
import { track, updateSubmodules } from './tracking.ts'

/** Clones what is not there yet. */
export async function cloneLatest(ctx: StateContext, latest: Latest, progress: Progress): Promise<Result> {
  const { args, bare, wanted, repository, shownName, from, around } = latest
  const { target, remote, rev } = args
  const blocked = await makeRoom(ctx, progress, { target, name: shownName, force: args.force_clone })
  if (blocked !== undefined) return blocked
  progress.changes['new'] = `${shownName} => ${target}`
  if (ctx.state.test) return progress.planned(`Repository ${shownName} would be cloned to ${target}`)
  const words = [
    ...(args.mirror ? ['--mirror'] : bare ? ['--bare'] : []),
    ...(remote === 'origin' ? [] : ['--origin', remote]),
    ...(args.depth === undefined ? [] : ['--depth', String(args.depth), '--branch', rev]),
  ]
  try {
    await cloneTo(ctx, target, { from, words, around })
  } catch (error) {
    delete progress.changes['new']
    return progress.failed(`Clone failed: ${reasonOf(error)}`)
  }
  progress.comments.push(
    `${shownName} cloned to ${target}${args.mirror ? ' as mirror' : bare ? ' as bare repository' : ''}`,
  )
  if (!bare && wanted.commit !== undefined) {
    const problem = await settleClone(latest, progress)
    if (problem !== undefined) return problem
    if (args.submodules) {
      const failed = await updateSubmodules(latest, progress)
      if (failed !== undefined) return failed
    }
  }
  const commit = await repository.commitOf('HEAD')
  if (commit !== undefined) progress.changes['revision'] = { old: null, new: commit }
  return progress.done()
}

/** Checks out what is asked for in a new clone. */
async function settleClone(latest: Latest, progress: Progress): Promise<Result | undefined> {
  const { args, repository, wanted } = latest
  const { rev, branch } = args
  const commit = wanted.commit ?? ''
  if (wanted.type === 'tag' && !(await repository.names('tags')).includes(rev))
    return progress.failed(`Revision '${rev}' does not exist in clone`)
  if (branch !== undefined && !(await repository.names('heads')).includes(branch)) {
    await repository.run(['checkout', '-b', branch, rev === 'HEAD' ? commit : wanted.upstream || rev], {
      redirect: true,
    })
    progress.comments.push(`Branch '${branch}' checked out, with ${wanted.shown} as a starting point`)
  }
  const local = await repository.commitOf('HEAD')
  const localBranch = await repository.branch()
  if (localBranch === undefined && !wanted.hasHead)
    return progress.failed(
      "Remote HEAD refers to a ref that does not exist. This can happen when the default branch on the remote repository is renamed or deleted. If you are unable to fix the remote repository, you can work around this by setting the 'branch' argument (which will ensure that the named branch is created if it does not already exist).",
    )
  if (!sameRev(local, wanted.commit, wanted.type)) {
    await repository.run(['reset', '--hard', commit])
    progress.comments.push(`Repository was reset to ${wanted.shown}`)
  }
  const plan = await track(latest, { branch: localBranch, branches: await repository.names('heads') })
  if (plan !== undefined) {
    await repository.run(['branch', ...plan.words])
    progress.comments.push(plan.comment)
  }
  return undefined
}
