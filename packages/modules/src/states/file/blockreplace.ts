// SPDX-License-Identifier: Apache-2.0
import { isSaltError, messageOf, pythonStr, systemCodeOf } from '@halite/core'
import { arg, type StateContext, type StateReturn, type Values } from '@halite/loader'
import {
  blockArguments,
  blockMatchArguments,
  blockPlaceArguments,
  replaceBlock,
} from '../../execution/file/blockreplace.ts'
import { expandUser } from '../../execution/file/paths.ts'
import { accumulatedHere } from './accumulated.ts'
import { editedResult, wrongFile } from './edited.ts'
import { failure, type Result } from './result.ts'
import { anything } from './shared-arguments.ts'
import { sourceTextArguments, sourceTexts, wrongSources } from './source-texts.ts'

/** The arguments of `file.blockreplace`. */
export const blockReplaceArguments = {
  ...blockArguments,
  ...sourceTextArguments,
  content: arg.string('The block; texts of ``file.accumulated`` follow it.').default(''),
  ...blockPlaceArguments,
  backup: arg.any('The extension of a copy of the file as it was; False for none.').default('.bak'),
  show_changes: arg.boolean('Whether the changes show the difference; otherwise True.').default(true),
  append_newline: anything(
    'Whether a line break follows the block; None for one where the block does not end with one.',
  ),
  ...blockMatchArguments,
}

type BlockValues = Values<typeof blockReplaceArguments> & { readonly name: string }

/** `file.blockreplace`. */
export async function blockReplace(ctx: StateContext, args: BlockValues): Promise<StateReturn> {
  if (args.name === '') return failure('Must provide name to file.blockreplace')
  const name = await expandUser(ctx, args.name)
  const wrong = wrongSources(args)
  if (wrong !== undefined) return { ...wrong, name }
  const problem = await wrongFile(ctx, name)
  if (problem !== undefined) return { ...failure(problem), name }
  const texts = await sourceTexts(ctx, args)
  if (texts !== undefined && !Array.isArray(texts)) return texts as Result
  const parts = [args.content, ...accumulatedHere(ctx, name).map(pythonStr)]
  const content = parts.filter((part, index) => index > 0 || part !== '').join('\n') + (texts ?? []).join('')
  try {
    const changes = await replaceBlock(ctx, name, { ...args, content, dry_run: ctx.state.test })
    return { ...editedResult(ctx, changes), name }
  } catch (error) {
    if (!isSaltError(error) && systemCodeOf(error) === undefined) throw error
    const why = `Encountered error managing block: ${messageOf(error)}. See the log for details.`
    return { ...failure(why), name }
  }
}
