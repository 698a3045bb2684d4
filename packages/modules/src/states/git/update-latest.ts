// SPDX-License-Identifier: Apache-2.0
import type { StateContext } from '@halite/loader'
import { setRemote } from '../../execution/git/remotes.ts'
import { reasonOf } from '../../execution/git/repository.ts'
import type { Result } from '../file/result.ts'
import { leadsTo, shownUrl } from './common.ts'
import type { Latest } from './latest-arguments.ts'
import { sameRev } from './remote-rev.ts'
import { type Progress, sentences, short } from './result.ts'
import { type Tracking, track, updateSubmodules } from './tracking.ts'

/** What is there before anything is done. */
interface Local {
  readonly commit: string | undefined
  readonly branch: string | undefined
  readonly branches: readonly string[]
  readonly tags: readonly string[]
  /** The commit that a merge or reset begins from. */
  readonly base: string | undefined
  readonly baseBranch: string | undefined
  readonly isDirty: boolean
  readonly fetchUrl: string | undefined
  readonly matches: boolean
  readonly hasCommit: boolean
}

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
    fast = (await isFastForward({ ...latest }, { ...local, hasCommit: true })) ?? true
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

async function look({ args, repository, wanted }: Latest): Promise<Local> {
  const commit = await repository.commitOf('HEAD')
  const branch = commit === undefined ? undefined : await repository.branch()
  const [branches, tags, remotes] = [
    await repository.names('heads'),
    await repository.names('tags'),
    await repository.remotes(),
  ]
  const changes = args.branch !== undefined && args.branch !== branch
  const isNew = changes && !branches.includes(args.branch ?? '')
  const base = isNew ? wanted.commit : changes ? await repository.commitOf(args.branch ?? '') : commit
  const diff = commit === undefined ? '' : await repository.textIf(['diff', 'HEAD'])
  return {
    commit,
    branch,
    branches,
    tags,
    base,
    baseBranch: changes && !isNew ? args.branch : branch,
    isDirty: (diff ?? '') !== '',
    fetchUrl: remotes[args.remote]?.fetch,
    matches: sameRev(commit, wanted.commit, wanted.type),
    hasCommit: await isKnown({ args, repository, wanted }, base),
  }
}

/** Whether nothing need be fetched: the commit is there, and the branch or tag stands for it here too. */
async function isKnown(
  { args, repository, wanted }: Pick<Latest, 'args' | 'repository' | 'wanted'>,
  base: string | undefined,
): Promise<boolean> {
  const { commit, type } = wanted
  if (commit === undefined) return false
  if (type === 'sha1' && base?.startsWith(commit)) return true
  if ((await repository.commitOf(commit)) === undefined) return false
  if (type === 'branch') return (await repository.commitOf(wanted.upstream || '')) === commit
  if (type === 'tag') return (await repository.commitOf(`refs/tags/${args.rev}`)) === commit
  return true
}

interface Looked {
  readonly local: Local
  readonly progress: Progress
}

async function dirtyOrMoved(
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

/** Undefined when that is not known before the fetch. */
async function isFastForward(
  { repository, wanted }: Latest,
  { base, hasCommit }: Local,
): Promise<boolean | undefined> {
  if (!hasCommit) return undefined
  if (base === undefined) return true
  const words = ['merge-base', '--is-ancestor', base, wanted.commit ?? '']
  return (await repository.run(words, { failhard: false, ignore_retcode: true })).retcode === 0
}

function needsBranch({ args }: Latest, { branch }: Local): boolean {
  return args.branch !== undefined && args.branch !== branch
}

function keptHead({ wanted, args }: Latest, { commit }: Local, progress: Progress): Result {
  const where =
    args.rev === 'HEAD' ? wanted.shown.replace(/^./, (first) => first.toUpperCase()) : wanted.shown
  return progress.done(
    `${where} is already present and local HEAD (${short(commit)}) does not match, but update_head=False. HEAD has not been updated locally.`,
  )
}

function notFastForward({ args, wanted }: Latest, local: Local, progress: Progress): Result {
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

interface Moving {
  readonly progress: Progress
  readonly fast: boolean | undefined
  readonly tracking: Tracking | undefined
}

/** With `test`: what would be done. */
function plan(latest: Latest, local: Local, { progress, fast, tracking }: Moving): Result {
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

async function pointRemote(
  { args, repository, from, shownName }: Latest,
  { fetchUrl }: Local,
  progress: Progress,
): Promise<void> {
  await setRemote(repository, { name: args.remote, url: from.url })
  if (fetchUrl === undefined) {
    progress.comments.push(`Remote '${args.remote}' set to ${shownUrl(from.url)}`)
    progress.changes['new'] = `${shownName} => ${args.remote}`
    return
  }
  progress.comments.push(
    `Remote '${args.remote}' changed from ${shownUrl(fetchUrl)} to ${shownUrl(from.url)}`,
  )
}

/** Removes tags that the remote has not. Returns whether the tags differ, so that it has to be fetched. */
async function syncTags(
  { args, repository, from, around }: Latest,
  { tags }: Local,
  progress: Progress,
): Promise<boolean> {
  const login = from.login && { url: from.url, as: from.login }
  const output = await repository.text(['ls-remote', '--tags', '--', args.remote], {
    identity: around.identity,
    login,
  })
  const remote = [...output.matchAll(/refs\/tags\/(\S+)/g)]
    .map(([, name = '']) => name)
    .filter((name) => !name.includes('^{}'))
  const added = remote.filter((name) => !tags.includes(name))
  const gone = tags.filter((name) => !remote.includes(name))
  if (added.length > 0) progress.changes['new_tags'] = added
  if (args.sync_tags && gone.length > 0) {
    for (const name of gone) await repository.run(['tag', '-d', name], { redirect: true })
    progress.changes['deleted_tags'] = gone
    progress.comments.push(`The following tags were removed from the local checkout: ${gone.join(', ')}`)
  }
  return added.length + gone.length > 0
}

async function fetch(
  { args, repository, from, around, shownName, bare }: Latest,
  progress: Progress,
): Promise<Result | undefined> {
  const refspecs = args.fetch_tags
    ? [
        `refs/heads/${args.refspec_branch}:refs/remotes/${args.remote}/${args.refspec_branch}`,
        `+refs/tags/${args.refspec_tag}:refs/tags/${args.refspec_tag}`,
      ]
    : []
  const login = from.login && { url: from.url, as: from.login }
  try {
    const words = [...(args.force_fetch ? ['--force'] : []), '--', args.remote, ...refspecs]
    const fetched = await repository.fetch(words, { identity: around.identity, login })
    const isUpdated = Object.keys(fetched).length > 0
    if (bare)
      progress.comments.push(
        `Bare repository at ${args.target} was fetched${isUpdated ? ', resulting in updated refs' : ''}`,
      )
    else if (isUpdated) progress.comments.push(`${shownName} was fetched, resulting in updated refs`)
    return undefined
  } catch (error) {
    return progress.failed(
      `Fetch failed. Set 'force_fetch' to True to force the fetch if the failure was due to not being able to fast-forward. Output of the fetch command follows:\n\n${reasonOf(error)}`,
    )
  }
}

const noBranch =
  "Cannot set/unset upstream tracking branch, local HEAD refers to nonexistent branch. This may have been caused by cloning a remote repository for which the default branch was renamed or deleted. If you are unable to fix the remote repository, you can work around this by setting the 'branch' argument (which will ensure that the named branch is created if it does not already exist)."

/** Checks out the branch and moves it: by a fast-forward, or where that is allowed by a reset. */
async function moveHead(
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
