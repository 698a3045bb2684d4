// SPDX-License-Identifier: Apache-2.0
import { arg, type StateContext, type StateReturn, type Values } from '@halite/loader'
import { replaceArguments as functionArguments } from '../../execution/file/functions/edit.ts'
import { expandUser } from '../../execution/file/paths.ts'
import { replaceInFile } from '../../execution/file/replace.ts'
import { editedResult, tried, wrongFile } from './edited.ts'
import { failure, success } from './result.ts'

/** The arguments of `file.replace`. */
export const replaceArguments = {
  ...functionArguments,
  show_changes: arg.boolean('Whether the changes show the difference; otherwise True.').default(true),
  ignore_if_missing: arg.boolean('Whether a file that is not there is no error.').default(false),
  backslash_literal: arg.boolean('Whether a backslash of ``repl`` stands for itself.').default(false),
}

/** `file.replace`. */
export async function replace(
  ctx: StateContext,
  args: Values<typeof replaceArguments> & { readonly name: string },
): Promise<StateReturn> {
  if (args.name === '') return failure('Must provide name to file.replace')
  const name = await expandUser(ctx, args.name)
  const problem = await wrongFile(ctx, name)
  if (problem !== undefined) {
    const isMissing = problem.endsWith('file not found') && args.ignore_if_missing
    return { ...(isMissing ? success('No changes needed to be made') : failure(problem)), name }
  }
  const outcome = await tried(async () => {
    const changes = await replaceInFile(ctx, name, { ...args, dry_run: ctx.state.test, search_only: false })
    return editedResult(ctx, changes, 'Changes would have been made')
  })
  return { ...outcome, name }
}
