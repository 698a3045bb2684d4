// SPDX-License-Identifier: Apache-2.0
import { isAbsolute, join } from 'node:path'
import { arg, type StateContext, type StateReturn, type Values } from '@halite/loader'
import { removeAt } from '../../execution/file/place.ts'
import { Repository } from '../../execution/git/repository.ts'
import { initRepository } from '../../execution/git/worktrees.ts'
import { failure } from '../file/result.ts'
import { anything } from '../file/shared-arguments.ts'
import { aroundOf, output_encoding, userArguments } from './common.ts'
import { Progress, sentences } from './result.ts'

/** The arguments of `git.present`. */
export const presentArguments = {
  force: arg.boolean('Whether what lies there and is no repository is removed.').default(false),
  bare: arg.boolean('Whether it is one without a working copy.').default(true),
  template: arg.string('The directory whose files it begins with.').optional(),
  separate_git_dir: arg.string('Where the repository lies, when not in the working copy.').optional(),
  shared: anything('Who may write to it: ``group``, ``all``, octal digits …'),
  ...userArguments,
  output_encoding,
}

type PresentValues = Values<typeof presentArguments> & { readonly name: string }

/** `git.present`. */
export async function managePresent(ctx: StateContext, args: PresentValues): Promise<StateReturn> {
  const { name, bare, force } = args
  if (!isAbsolute(name)) return failure(`'${name}' is not an absolute path`)
  const progress = new Progress(ctx)
  const kind = bare ? 'bare ' : ''
  const repository = new Repository(ctx, name, aroundOf(ctx, args))
  if (await ctx.fs.isDirectory(name)) {
    const isThere = bare
      ? await ctx.fs.isFile(join(name, 'HEAD'))
      : (await ctx.fs.isDirectory(join(name, '.git'))) || (await repository.isWorktree())
    if (isThere) return progress.done('')
    if (!force && (await ctx.fs.list(name)).length > 0)
      return progress.failed(
        `Target '${name}' exists, is non-empty, and is not a git repository. Set the 'force' option to True to remove this directory's contents and proceed with initializing a repository`,
      )
    if (force) {
      progress.changes['forced init'] = true
      if (ctx.state.test) {
        progress.changes['new'] = name
        return progress.planned(
          `Target directory ${name} exists. Since force=True, the contents of ${name} would be deleted, and a ${kind}repository would be initialized in its place.`,
        )
      }
      await removeAt(ctx, name, { recursive: true })
    }
  }
  progress.changes['new'] = name
  if (ctx.state.test) return progress.planned(`New ${kind}repository would be created`)
  await initRepository(ctx, { ...args, cwd: name, shared: args.shared ?? null })
  const actions = [
    `Initialized ${kind}repository in ${name}`,
    ...(args.template === undefined ? [] : [`Template directory set to ${args.template}`]),
    ...(args.separate_git_dir === undefined ? [] : [`Gitdir set to ${args.separate_git_dir}`]),
  ]
  return progress.done(sentences(actions))
}
