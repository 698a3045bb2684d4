// SPDX-License-Identifier: Apache-2.0
import { dirname, isAbsolute } from 'node:path'
import { pythonStr } from '@halite/core'
import { type ArgSpec, arg, type StateContext, type StateReturn, type Values } from '@halite/loader'

const anything = (doc: string): ArgSpec<unknown, false> => ({ ...arg.any(doc), required: false })

/** The arguments of `file.managed`. */
export const managedArguments = {
  source: arg.string('Where its content comes from: ``salt://…``, or a file of the minion.').optional(),
  mode: anything('Its mode, in octal digits.'),
  contents: anything('Its content: a text, or a list of lines.'),
  makedirs: arg.boolean('Whether directories above it are made.').default(false),
  replace: arg.boolean('Whether a file that is there is given this content.').default(true),
}

/** `file.managed`. */
export async function manageFile(
  ctx: StateContext,
  args: Values<typeof managedArguments> & { readonly name: string },
): Promise<StateReturn> {
  const { name } = args
  if (!isAbsolute(name)) return failure(`Specified file ${name} is not an absolute path`)
  const wanted = await contentOf(ctx, args)
  if (typeof wanted === 'string') return failure(wanted)
  const facts = await ctx.fs.stat(name)
  const mode = modeOf(args.mode)
  const present = facts === undefined || !args.replace ? undefined : await ctx.fs.read(name)
  const isEqual =
    facts !== undefined && (present === undefined || wanted === undefined || present.equals(wanted))
  const hasMode = mode === undefined || (facts !== undefined && (facts.mode & 0o7777) === mode)
  if (isEqual && hasMode)
    return { changes: {}, result: true, comment: `The file ${name} is in the correct state` }
  if (ctx.state.test) {
    const comment = `The file ${name} is set to be changed\nNote: No changes made, actual changes may\nbe different due to other states.`
    return { changes: facts === undefined ? { newfile: name } : { diff: '' }, result: null, comment }
  }
  const directory = dirname(name)
  if (facts === undefined && !(await ctx.fs.isDirectory(directory))) {
    if (!args.makedirs) return failure('Parent directory not present')
    await ctx.fs.makeDirectory(directory, { parents: true })
  }
  if (!isEqual) await ctx.fs.write(name, wanted ?? '', mode === undefined ? {} : { mode })
  else if (mode !== undefined) await ctx.fs.setMode(name, mode)
  const changes = {
    ...(isEqual ? {} : { diff: facts === undefined ? 'New file' : 'Replace file' }),
    ...(mode === undefined || hasMode ? {} : { mode: octal(mode) }),
  }
  return { changes, result: true, comment: `File ${name} updated` }
}

/** The content; undefined where none is asked for, a text where it cannot be fetched. */
async function contentOf(
  ctx: StateContext,
  { source, contents }: Values<typeof managedArguments>,
): Promise<Buffer | undefined | string> {
  if (contents !== undefined && contents !== null) {
    const text = Array.isArray(contents) ? contents.map(pythonStr).join('\n') : pythonStr(contents)
    return Buffer.from(text === '' || text.endsWith('\n') ? text : `${text}\n`)
  }
  if (source === undefined) return undefined
  const { saltenv } = ctx.state
  const path = await ctx.files.cacheFile(source, { saltenv })
  return path === undefined ? `Source file ${source} not found in saltenv '${saltenv}'` : ctx.fs.read(path)
}

function modeOf(mode: unknown): number | undefined {
  const text = mode === undefined || mode === null ? '' : pythonStr(mode)
  return /^[0-7]{1,5}$/.test(text) ? Number.parseInt(text, 8) : undefined
}

function octal(mode: number): string {
  return mode.toString(8).padStart(4, '0')
}

function failure(comment: string): StateReturn {
  return { changes: {}, result: false, comment }
}
