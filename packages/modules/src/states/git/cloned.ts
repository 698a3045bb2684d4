// SPDX-License-Identifier: Apache-2.0
import { isAbsolute } from 'node:path'
import { isSaltError } from '@halite/core'
import { arg, type StateContext, type StateReturn, type Values } from '@halite/loader'
import { remoteOf } from '../../execution/git/login.ts'
import { Repository, reasonOf } from '../../execution/git/repository.ts'
import { nameWord } from '../../execution/git/words.ts'
import { failure } from '../file/result.ts'
import { accessArguments, aroundOf, cloneTo, output_encoding, shownUrl, userArguments } from './common.ts'
import { Progress, sentences } from './result.ts'

/** The arguments of `git.cloned`. */
export const clonedArguments = {
  target: arg.string('Where it is cloned to.'),
  branch: arg.string('The branch that is checked out; default that of the remote.').optional(),
  ...userArguments,
  ...accessArguments,
  output_encoding,
}

type ClonedValues = Values<typeof clonedArguments> & { readonly name: string }

/** `git.cloned`. */
export async function manageCloned(ctx: StateContext, args: ClonedValues): Promise<StateReturn> {
  const { target, branch } = args
  if (!isAbsolute(target)) return failure("'target' path must be absolute")
  if (branch === '') return failure("Invalid 'branch' argument")
  const progress = new Progress(ctx)
  const repository = new Repository(ctx, target, aroundOf(ctx, args))
  try {
    if (branch !== undefined) nameWord(branch, 'branch')
    if (!(await ctx.fs.exists(target))) return await clone(ctx, args, progress)
    await repository.run(['status', '--porcelain'])
    return await changeBranch(ctx, repository, { branch, progress })
  } catch (error) {
    if (!isSaltError(error)) throw error
    return progress.failed(error.message)
  }
}

async function clone(ctx: StateContext, args: ClonedValues, progress: Progress): Promise<StateReturn> {
  const { target, branch } = args
  const shown = shownUrl(args.name)
  const on = branch === undefined ? '' : ` with branch '${branch}'`
  if (!ctx.state.test) {
    const words = branch === undefined ? [] : ['--branch', branch]
    try {
      await cloneTo(ctx, target, { from: remoteOf(args.name, args), words, around: aroundOf(ctx, args) })
    } catch (error) {
      return progress.failed(`Clone failed: ${reasonOf(error)}`)
    }
  }
  progress.changes['new'] = `${shown} => ${target}`
  if (ctx.state.test) return progress.planned(`${shown} would be cloned to ${target}${on}`)
  return progress.done(`${shown} cloned to ${target}${on}`)
}

interface Change {
  readonly branch: string | undefined
  readonly progress: Progress
}

async function changeBranch(
  ctx: StateContext,
  repository: Repository,
  { branch, progress }: Change,
): Promise<StateReturn> {
  const current = branch === undefined ? undefined : await repository.branch()
  if (branch === undefined || current === branch)
    return progress.done(
      `Repository already exists at ${repository.path}${branch === undefined ? '' : ` and is checked out to branch '${branch}'`}`,
    )
  if (ctx.state.test) {
    progress.changes['branch'] = { old: current ?? null, new: branch }
    return progress.planned(`Branch would be changed to '${branch}'`)
  }
  const isLocal = (await repository.commitOf(branch)) !== undefined
  const words = isLocal ? [branch] : ['-b', branch, `origin/${branch}`]
  try {
    await repository.run(['checkout', ...words], { redirect: true })
  } catch (error) {
    if (!isSaltError(error)) throw error
    return progress.failed(`Failed to change branch to '${branch}': ${error.message}`)
  }
  progress.changes['branch'] = { old: current ?? null, new: branch }
  return progress.done(sentences([`Branch changed to '${branch}'`]))
}
