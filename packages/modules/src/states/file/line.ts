// SPDX-License-Identifier: Apache-2.0
import { arg, type StateContext, type StateReturn, type Values } from '@halite/loader'
import { editLine, lineArguments as functionArguments } from '../../execution/file/line.ts'
import { manage } from '../../execution/file/manage.ts'
import { expandUser } from '../../execution/file/paths.ts'
import { accountOf, applyPermissions } from '../../execution/file/permissions.ts'
import { normalMode } from '../../execution/file/stats.ts'
import { editedResult, tried, wrongFile } from './edited.ts'
import { failure, type Result } from './result.ts'
import { anything, ownerArguments } from './shared-arguments.ts'

/** The arguments of `file.line`. */
export const lineArguments = {
  ...functionArguments,
  create: arg.boolean('Whether a file that is not there is made.').default(false),
  ...ownerArguments,
  file_mode: anything('Its mode, in octal digits.'),
}

type LineValues = Values<typeof lineArguments> & { readonly name: string }

/** `file.line`. */
export async function line(ctx: StateContext, args: LineValues): Promise<StateReturn> {
  if (args.name === '') return failure('Must provide name to file.line')
  const name = await expandUser(ctx, args.name)
  const outcome = await tried(async () => {
    const prepared = await preparedFile(ctx, name, args)
    if (prepared !== undefined) return prepared
    const problem = (await wrongFile(ctx, name)) ?? wrongMode(args)
    if (problem !== undefined) return failure(problem)
    return editedResult(ctx, await editLine(ctx, name, { ...args, test: ctx.state.test }))
  })
  return { ...outcome, name }
}

function wrongMode({ mode, content }: LineValues): string | undefined {
  if (mode === undefined) return 'Mode was not defined. How to process the file?'
  if (mode.toLowerCase() === 'delete' || content !== undefined) return undefined
  return "Content can only be empty if mode is ['delete']"
}

/** Makes the file, and gives it its owner and mode. A result when that fails, or would be only planned. */
async function preparedFile(ctx: StateContext, name: string, args: LineValues): Promise<Result | undefined> {
  const wanted = {
    user: accountOf(args.user),
    group: accountOf(args.group),
    mode: normalMode(args.file_mode),
  }
  const isThere = await ctx.fs.exists(name)
  if (isThere) {
    if (!ctx.state.test) await applyPermissions(ctx, name, { ...wanted, test: false, followLinks: true })
    return undefined
  }
  if (!args.create || (await wrongFile(ctx, name))?.endsWith('absolute path')) return undefined
  if (ctx.state.test)
    return { changes: { newfile: name }, result: null, comment: `File ${name} is set to be created` }
  const made = await manage(ctx, { name, content: undefined, isSource: false, ...wanted })
  return made.result === false ? failure(made.comment) : undefined
}
