// SPDX-License-Identifier: Apache-2.0
import { arg, type StateContext, type StateReturn, type Values } from '@halite/loader'
import { commentLines } from '../../execution/file/comment-line.ts'
import { expandUser } from '../../execution/file/paths.ts'
import { editedPath } from '../../execution/file/put.ts'
import { multilineFlag } from '../../execution/file/regex-flags.ts'
import { searchFile } from '../../execution/file/replace.ts'
import { bytesDifference, readTextFile } from '../../execution/file/text-file.ts'
import { tried, wrongFile } from './edited.ts'
import { failure, type Result, success } from './result.ts'

/** The arguments of `file.uncomment`. */
export const uncommentArguments = {
  regex: arg.string('The lines that are meant, as a regular expression.'),
  char: arg.string('What a comment begins with.').default('#'),
  backup: arg.any('The extension of a copy of the file as it was; False for none.').default('.bak'),
}

/** The arguments of `file.comment`. */
export const commentArguments = {
  ...uncommentArguments,
  ignore_missing: arg.boolean('Whether it is no error when there are no such lines.').default(false),
}

type UncommentValues = Values<typeof uncommentArguments> & { readonly name: string }

/** `file.comment`. */
export async function comment(
  ctx: StateContext,
  args: UncommentValues & { readonly ignore_missing: boolean },
): Promise<StateReturn> {
  const { regex, char, ignore_missing } = args
  const bare = regex.replace(/^(?:\(\?[iLmsux]\))?\^?(.*?)\$?$/, '$1')
  const commented = `${char}${bare}`
  return edit(ctx, 'comment', {
    args,
    isToChange: async (found) => {
      if (await found(`^(?!\\s*${char})\\s*${bare}`)) return undefined
      if (await found(commented)) return success('Pattern already commented')
      if (ignore_missing) return success('Pattern not found and ignore_missing set to True')
      return failure(`${bare}: Pattern not found`)
    },
    done: commented,
  })
}

/** `file.uncomment`. */
export async function uncomment(ctx: StateContext, args: UncommentValues): Promise<StateReturn> {
  const { regex, char } = args
  const bare = regex.replace(/^\^+/, '')
  const uncommented = `^[ \t]*${bare}`
  return edit(ctx, 'uncomment', {
    args,
    isToChange: async (found) => {
      if (await found(`${char}[ \t]*${bare}`)) return undefined
      if (await found(uncommented)) return success('Pattern already uncommented')
      return failure(`${regex}: Pattern not found`)
    },
    done: uncommented,
  })
}

interface Edit {
  readonly args: UncommentValues
  /** Undefined when there is something to do, else the result. */
  isToChange(found: (pattern: string) => Promise<boolean>): Promise<Result | undefined>
  /** What matches afterwards. */
  readonly done: string
}

async function edit(ctx: StateContext, kind: 'comment' | 'uncomment', wanted: Edit): Promise<StateReturn> {
  const { args, done } = wanted
  if (args.name === '') return failure(`Must provide name to file.${kind}`)
  const name = await expandUser(ctx, args.name)
  const problem = await wrongFile(ctx, name)
  if (problem !== undefined) return { ...failure(problem), name }
  const found = (pattern: string) => searchFile(ctx, name, { pattern, flags: multilineFlag })
  const outcome = await tried(async () => {
    const settled = await wanted.isToChange(found)
    if (settled !== undefined) return settled
    if (ctx.state.test)
      return { changes: { [name]: 'updated' }, result: null, comment: `File ${name} is set to be updated` }
    const path = await editedPath(ctx, name)
    const before = (await readTextFile(ctx, path)).text
    await commentLines(ctx, path, { ...args, cmnt: kind === 'comment' })
    const diff = bytesDifference(before, (await readTextFile(ctx, path)).text)
    const result = await found(done)
    const [what, missing] = kind === 'comment' ? ['Commented', 'commented'] : ['Uncommented', 'uncommented']
    const text = result ? `${what} lines successfully` : `Expected ${missing} lines not found`
    return { changes: diff === '' ? {} : { diff }, result, comment: text }
  })
  return { ...outcome, name }
}
