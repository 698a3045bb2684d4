// SPDX-License-Identifier: Apache-2.0
import type { Result } from '../file/result.ts'
import type { Latest } from './latest-arguments.ts'
import { type Local, needsBranch } from './local-copy.ts'
import { sameRev } from './remote-rev.ts'
import type { Progress } from './result.ts'
import { type Tracking, updateSubmodules } from './tracking.ts'

/** How HEAD is to move. */
export interface Moving {
  readonly progress: Progress
  /** Whether it only moves forward; undefined when that is not known before the fetch. */
  readonly fast: boolean | undefined
  readonly tracking: Tracking | undefined
}

/** Checks out the branch and moves it: by a fast-forward, or where that is allowed by a reset. */
export async function moveHead(
  latest: Latest,
  local: Local,
  { progress, fast, tracking }: Moving,
): Promise<Result | undefined> {
  const { args, repository, wanted, forceReset } = latest
  const commit = wanted.commit ?? ''
  if (needsBranch(latest, local)) {
    if (local.isDirty && !args.force_checkout)
      return progress.failed(
        `Local branch '${local.branch}' has uncommitted changes. Set 'force_checkout' to True to discard them and proceed.`,
      )
    await checkOut(latest, local, progress)
  }
  if (fast === false) {
    await repository.run(['reset', '--hard', commit])
    progress.changes['forced update'] = true
    if (local.isDirty) progress.comments.push('Uncommitted changes were discarded')
    progress.comments.push(`Repository was hard-reset to ${wanted.shown}`)
  } else if (local.isDirty && forceReset !== false) {
    await repository.run(['checkout', '--', '.'], { redirect: true })
    progress.comments.push('Uncommitted changes were discarded')
  }
  if (tracking !== undefined) {
    await repository.run(['branch', ...tracking.words])
    progress.comments.push(tracking.comment)
  }
  if (fast !== false && !sameRev(local.base, wanted.commit, wanted.type)) {
    const problem = await forward(latest, progress)
    if (problem !== undefined) return problem
  }
  return args.submodules ? updateSubmodules(latest, progress) : undefined
}

async function checkOut(
  { args, repository, wanted }: Latest,
  local: Local,
  progress: Progress,
): Promise<void> {
  const branch = args.branch ?? ''
  const force = args.force_checkout ? ['--force'] : []
  const isNew = !local.branches.includes(branch)
  const start = args.rev === 'HEAD' ? (wanted.commit ?? '') : wanted.upstream || args.rev
  const words = isNew ? ['-b', branch, start] : [branch]
  await repository.run(['checkout', ...force, ...words], { redirect: true })
  progress.comments.push(
    isNew
      ? `New branch '${branch}' was checked out, with ${wanted.shown} as a starting point`
      : `'${branch}' was checked out`,
  )
}

async function forward(
  { args, repository, wanted }: Latest,
  progress: Progress,
): Promise<Result | undefined> {
  const commit = wanted.commit ?? ''
  if (!wanted.upstream && args.rev !== 'HEAD') {
    await repository.run(['reset', '--hard', args.rev])
    progress.comments.push(`Repository was reset to ${args.rev} (fast-forward)`)
    return undefined
  }
  if ((await repository.textIf(['symbolic-ref', '--quiet', 'HEAD'])) === undefined)
    return progress.failed('Unable to fast-forward, HEAD is detached')
  await repository.run(['merge', '--ff-only', commit])
  progress.comments.push(`Repository was fast-forwarded to ${wanted.shown}`)
  return undefined
}
