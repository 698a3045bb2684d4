// SPDX-License-Identifier: Apache-2.0
import type { StateContext } from '@halite/loader'
import type { Result } from '../file/result.ts'
import type { Latest } from './latest-arguments.ts'
import type { Local } from './local-copy.ts'
import { type Progress, short } from './result.ts'

interface Looked {
  readonly local: Local
  readonly progress: Progress
}

/** The result where uncommitted changes or a moved tag decide before anything is done. */
export async function dirtyOrMoved(
  ctx: StateContext,
  { args, repository, wanted, forceReset }: Latest,
  { local, progress }: Looked,
): Promise<Result | undefined> {
  const { target, rev } = args
  if (local.isDirty && local.matches) {
    if (forceReset !== true) return progress.current(target, [], true)
    if (ctx.state.test) {
      progress.changes['forced update'] = true
      return progress.planned(
        `${target} is up-to-date, but with uncommitted changes. Since 'force_reset' is set to True, these local changes would be reset. To only reset when there are changes in the remote repository, set 'force_reset' to 'remote-changes'.`,
      )
    }
  }
  if (wanted.type !== 'tag' || !local.tags.includes(rev) || forceReset !== false) return undefined
  const there = await repository.commitOf(`refs/tags/${rev}`)
  if (there === wanted.commit || (await repository.commitOf(wanted.commit ?? '')) === undefined)
    return undefined
  return progress.failed(
    `'${rev}' is a tag, but the remote SHA1 for this tag (${short(wanted.commit)}) doesn't match the local SHA1 (${short(there)}). Set 'force_reset' to True to force this update.`,
  )
}

/** The result where the commit is there and HEAD is not to move. */
export function keptHead({ wanted, args }: Latest, { commit }: Local, progress: Progress): Result {
  const where =
    args.rev === 'HEAD' ? wanted.shown.replace(/^./, (first) => first.toUpperCase()) : wanted.shown
  return progress.done(
    `${where} is already present and local HEAD (${short(commit)}) does not match, but update_head=False. HEAD has not been updated locally.`,
  )
}

/** The result where only a forced update could go on, and how it is asked for. */
export function notFastForward({ args, wanted }: Latest, local: Local, progress: Progress): Result {
  const { base, branch, isDirty } = local
  const from =
    isDirty && base !== wanted.commit
      ? `from ${short(base)} to ${short(wanted.commit)}`
      : `to ${short(wanted.commit)}`
  const after =
    args.branch !== undefined && args.branch !== branch
      ? ` (after checking out local branch '${args.branch}')`
      : ''
  const why = isDirty ? 'there are uncommitted changes' : 'this is not a fast-forward merge'
  const advice = isDirty
    ? " (or 'remote-changes') to force this update and discard these changes."
    : ' to force this update.'
  return progress.failed(
    `Repository would be updated ${from}${after}, but ${why}. Set 'force_reset' to True${advice}${branchAdvice({ args, wanted }, local)}`,
  )
}

function branchAdvice({ args, wanted }: Pick<Latest, 'args' | 'wanted'>, { branch }: Local): string {
  const { rev } = args
  const { defaultBranch } = wanted
  if (args.branch !== undefined) return ''
  if (rev !== 'HEAD')
    return branch === rev
      ? ''
      : ` The desired rev (${rev}) differs from the name of the local branch (${branch}), if the desired rev is a branch name then a forced update could possibly be avoided by setting the 'branch' argument to '${rev}' instead.`
  if (defaultBranch === undefined || branch === defaultBranch) return ''
  return ` The default remote branch (${defaultBranch}) differs from the local branch (${branch}). This could be caused by changing the default remote branch, or if the local branch was manually changed. Rather than forcing an update, it may be advisable to set the 'branch' argument to '${defaultBranch}' instead. To ensure that this state follows the '${defaultBranch}' branch instead of the remote HEAD, set the 'rev' argument to '${defaultBranch}'.`
}

/** Why a branch that does not exist cannot follow one of the remote. */
export const noBranch =
  "Cannot set/unset upstream tracking branch, local HEAD refers to nonexistent branch. This may have been caused by cloning a remote repository for which the default branch was renamed or deleted. If you are unable to fix the remote repository, you can work around this by setting the 'branch' argument (which will ensure that the named branch is created if it does not already exist)."
