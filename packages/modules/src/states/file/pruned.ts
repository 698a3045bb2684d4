// SPDX-License-Identifier: Apache-2.0
import { arg, type StateContext, type StateReturn, type Values } from '@halite/loader'
import { expandUser } from '../../execution/file/paths.ts'
import { removeEmptyDirectories } from '../../execution/file/remove-directories.ts'
import { success } from './result.ts'
import { anything } from './shared-arguments.ts'

/** The arguments of `file.pruned`. */
export const prunedArguments = {
  recurse: arg.boolean('Whether the empty directories below it go first.').default(false),
  ignore_errors: arg
    .boolean('Whether it is enough to remove what is empty; ``recurse`` is then on.')
    .default(false),
  older_than: anything('Days since a directory changed last, for it to be removed.'),
}

type PrunedValues = Values<typeof prunedArguments> & { readonly name: string }

/** `file.pruned`. */
export async function prune(ctx: StateContext, args: PrunedValues): Promise<StateReturn> {
  const name = await expandUser(ctx, args.name)
  if (!(await ctx.fs.isDirectory(name))) return { ...success(`Directory ${name} is not present`), name }
  if (ctx.state.test) {
    const comment = `Directory ${name} is set for removal`
    return { name, changes: { deleted: name }, result: null, comment }
  }
  const recurse = args.recurse || args.ignore_errors
  const days = Math.trunc(Number(args.older_than ?? 0)) || 0
  const olderThanMs = days === 0 ? undefined : Date.now() - days * 86_400_000
  const { deleted, errors } = await removeEmptyDirectories(ctx, name, { recurse, olderThanMs })
  const isDone = errors.length === 0 && (recurse || deleted.includes(name))
  if (!isDone && !(args.ignore_errors && deleted.length > 0))
    return {
      name,
      changes: { deleted, errors },
      result: false,
      comment: `Failed to remove directory ${name}`,
    }
  if (!recurse)
    return { name, changes: { deleted: name }, result: true, comment: `Removed directory ${name}` }
  if (deleted.length === 0) return { ...success(''), name }
  return {
    name,
    changes: { deleted: deleted.toSorted() },
    result: true,
    comment: `Recursively removed empty directories under ${name}`,
  }
}
