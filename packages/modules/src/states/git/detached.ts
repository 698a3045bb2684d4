// SPDX-License-Identifier: Apache-2.0
import { isAbsolute } from 'node:path'
import { isSaltError } from '@halite/core'
import { arg, type StateContext, type StateReturn, type Values } from '@halite/loader'
import { remoteOf } from '../../execution/git/login.ts'
import { setRemote } from '../../execution/git/remote-urls.ts'
import { Repository, reasonOf } from '../../execution/git/repository.ts'
import { nameWord } from '../../execution/git/words.ts'
import { failure, type Result } from '../file/result.ts'
import {
  accessArguments,
  aroundOf,
  cloneTo,
  isRepository,
  leadsTo,
  makeRoom,
  output_encoding,
  shownUrl,
  userArguments,
  wrongIdentity,
} from './common.ts'
import { Progress } from './result.ts'

/** The arguments of `git.detached`. */
export const detachedArguments = {
  rev: arg.string('The commit, tag or branch.'),
  target: arg.string('Where it is cloned to.'),
  remote: arg.string('Name of the remote.').default('origin'),
  ...userArguments,
  force_clone: arg.boolean('Whether what lies at the target and is no repository is removed.').default(false),
  force_checkout: arg.boolean('Whether local changes are lost by the checkout.').default(false),
  fetch_remote: arg.boolean('Whether it is fetched when the commit is not there.').default(true),
  hard_reset: arg.boolean('Whether local changes are lost before the checkout.').default(false),
  submodules: arg.boolean('Whether submodules are updated.').default(false),
  ...accessArguments,
  output_encoding,
}

type DetachedValues = Values<typeof detachedArguments> & { readonly name: string }

/** `git.detached`. */
export async function manageDetached(ctx: StateContext, args: DetachedValues): Promise<StateReturn> {
  const { rev, target } = args
  if (rev === '') return failure("'' is not a valid value for the 'rev' argument")
  if (!isAbsolute(target)) return failure(`Target '${target}' is not an absolute path`)
  const wrong = await wrongIdentity(ctx, args.identity)
  if (wrong !== undefined) return failure(wrong)
  if (await ctx.fs.isFile(target))
    return failure(`Target '${target}' exists and is a regular file, cannot proceed`)
  const progress = new Progress(ctx)
  try {
    nameWord(rev, 'revision')
    nameWord(args.remote, 'remote')
    return await detach(ctx, args, progress)
  } catch (error) {
    if (!isSaltError(error)) throw error
    return progress.failed(reasonOf(error))
  }
}

async function detach(ctx: StateContext, args: DetachedValues, progress: Progress): Promise<Result> {
  const { target, rev } = args
  const repository = new Repository(ctx, target, aroundOf(ctx, args))
  const isHash = /^[0-9a-f]{1,40}$/i.test(rev)
  const isThere = await isRepository(ctx, repository, false)
  const before = isThere ? await repository.commitOf('HEAD') : undefined
  const isKnown = isThere && isHash && (await repository.commitOf(rev.toLowerCase())) !== undefined
  const ended = isThere
    ? isHash
      ? undefined
      : await pointRemote(ctx, args, { repository, progress })
    : await clone(ctx, args, progress)
  if (ended !== undefined) return ended
  if (!isKnown && args.fetch_remote) {
    if (ctx.state.test) return progress.planned(`Repository remote ${args.remote} would be fetched`)
    const failed = await fetch(ctx, args, { repository, progress })
    if (failed !== undefined) return failed
  }
  const names = isHash ? [rev.toLowerCase()] : [`refs/remotes/${args.remote}/${rev}`, `refs/tags/${rev}`]
  const found = (await Promise.all(names.map((name) => repository.commitOf(name)))).find(
    (one) => one !== undefined,
  )
  if (found === undefined) return progress.failed(`Revision '${rev}' does not exist`)
  if (args.hard_reset) {
    if (ctx.state.test) return progress.planned(`Hard reset to HEAD would be performed on ${target}`)
    await repository.run(['reset', '--hard', 'HEAD'])
    progress.comments.push('Repository was reset to HEAD before checking out revision')
  }
  return checkOut(ctx, args, { repository, progress, before, commit: found })
}

interface Working {
  readonly repository: Repository
  readonly progress: Progress
}

async function pointRemote(
  ctx: StateContext,
  args: DetachedValues,
  { repository, progress }: Working,
): Promise<Result | undefined> {
  const from = remoteOf(args.name, args)
  const current = (await repository.remotes())[args.remote]?.fetch
  if (leadsTo(current, from)) return undefined
  if (ctx.state.test) return progress.planned(`Remote ${args.remote} would be set to ${shownUrl(args.name)}`)
  await setRemote(repository, { name: args.remote, url: from.url })
  progress.comments.push(
    `Remote ${args.remote} updated from '${shownUrl(current ?? 'None')}' to '${shownUrl(args.name)}'`,
  )
  return undefined
}

async function clone(
  ctx: StateContext,
  args: DetachedValues,
  progress: Progress,
): Promise<Result | undefined> {
  const { target, remote } = args
  const shown = shownUrl(args.name)
  const blocked = await makeRoom(ctx, progress, { target, name: shown, force: args.force_clone })
  if (blocked !== undefined) return blocked
  if (ctx.state.test) return progress.planned(`Repository ${shown} would be cloned to ${target}`)
  const words = ['--no-checkout', ...(remote === 'origin' ? [] : ['--origin', remote])]
  await cloneTo(ctx, target, { from: remoteOf(args.name, args), words, around: aroundOf(ctx, args) })
  progress.comments.push(`${shown} cloned to ${target}`)
  return undefined
}

async function fetch(
  ctx: StateContext,
  args: DetachedValues,
  { repository, progress }: Working,
): Promise<Result | undefined> {
  const { remote } = args
  const from = remoteOf(args.name, args)
  const login = from.login && { url: from.url, as: from.login }
  const refspecs = [`refs/heads/*:refs/remotes/${remote}/*`, '+refs/tags/*:refs/tags/*']
  try {
    const words = ['--force', '--', remote, ...refspecs]
    const fetched = await repository.fetch(words, { identity: aroundOf(ctx, args).identity, login })
    if (Object.keys(fetched).length > 0)
      progress.comments.push(`Remote ${remote} was fetched, resulting in updated refs`)
    return undefined
  } catch (error) {
    if (!isSaltError(error)) throw error
    return progress.failed(`Fetch failed:\n\n${error.message}`)
  }
}

interface CheckOut extends Working {
  readonly before: string | undefined
  readonly commit: string
}

async function checkOut(
  ctx: StateContext,
  args: DetachedValues,
  { repository, progress, before, commit }: CheckOut,
): Promise<Result> {
  const { target } = args
  const isNew = before !== commit
  if (isNew && ctx.state.test) {
    progress.changes['HEAD'] = { old: before ?? null, new: commit }
    return progress.planned(`Commit ID ${commit} would be checked out at ${target}`)
  }
  if (isNew) {
    const force = args.force_checkout ? ['--force'] : []
    await repository.run(['checkout', ...force, commit], { redirect: true })
    progress.comments.push(`Commit ID ${commit} was checked out at ${target}`)
    progress.changes['HEAD'] = { old: before ?? null, new: await repository.commitOf('HEAD') }
  }
  if (args.submodules && !ctx.state.test) {
    await repository.run(['submodule', 'update', '--init', '--recursive'], {
      identity: aroundOf(ctx, args).identity,
    })
    progress.comments.push('Submodules were updated')
  }
  if (!isNew) progress.comments.push('Already checked out at correct revision')
  return progress.done()
}
