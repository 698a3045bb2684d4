// SPDX-License-Identifier: Apache-2.0
import { SaltError } from '@halite/core'
import { arg, type ExecContext, failed, fn } from '@halite/loader'
import { copyPath } from '../copy.ts'
import { movePath } from '../move.ts'
import { absolutePath, expandUser } from '../paths.ts'
import { atPlace, removeAt } from '../place.ts'
import { removeEmptyDirectories } from '../remove-directories.ts'
import { orRefuse, systemText } from '../system-errors.ts'

const src = arg.path('What is there.')
const dst = arg.path('Its new path.')
const path = arg.path('The path.')

/** Functions that copy, move and remove what is there. */
export const movingFunctions = {
  copy: fn({
    doc: 'Copy a file, or with ``recurse`` a directory: its files are added to one that is there. Returns True.',
    examples: [
      "salt '*' file.copy /path/to/src /path/to/dst",
      "salt '*' file.copy /path/to/src_dir /path/to/dst_dir recurse=True",
      "salt '*' file.copy /path/to/src_dir /path/to/dst_dir recurse=True remove_existing=True",
    ],
    args: {
      src,
      dst,
      recurse: arg.boolean('Whether a directory is copied.').default(false),
      remove_existing: arg.boolean('Whether a directory that is there is removed first.').default(false),
    },
    run: async (ctx, { src, dst, recurse, remove_existing }) => {
      const from = await absolutePath(ctx, src, 'File path must be absolute.')
      await copyPath(ctx, from, { to: await expandUser(ctx, dst), recurse, removeExisting: remove_existing })
      return true
    },
  }),
  rename: fn({
    doc: 'Rename a file or directory, within one file system. Returns True.',
    examples: ["salt '*' file.rename /path/to/src /path/to/dst"],
    args: { src, dst },
    run: (ctx, { src, dst }) => rename(ctx, src, dst),
  }),
  move: fn({
    doc: 'Move a file or directory, into ``dst`` when that is a directory.',
    examples: ["salt '*' file.move /path/to/src /path/to/dst"],
    args: {
      src,
      dst,
      disallow_copy_and_unlink: arg
        .boolean('Whether to do as ``file.rename`` does, and never copy to another file system.')
        .default(false),
    },
    run: async (ctx, { src, dst, disallow_copy_and_unlink }) => {
      if (disallow_copy_and_unlink) return rename(ctx, src, dst)
      const from = await absolutePath(ctx, src, 'Source path must be absolute.')
      const to = await absolutePath(ctx, dst, 'Destination path must be absolute.')
      await orRefuse(
        movePath(ctx, from, to),
        (error) => `Unable to move '${from}' to '${to}': ${systemText(error, from)}`,
      )
      return { result: true, comment: `'${from}' moved to '${to}'` }
    },
  }),
  remove: fn({
    doc: 'Remove a file, a link, or a directory with all that lies in it. Returns False when nothing is there.',
    examples: ["salt '*' file.remove /tmp/foo"],
    args: { path, kwargs: arg.keywords('Whatever else is given counts for nothing.') },
    run: async (ctx, args) => {
      const at = await absolutePath(ctx, args.path, `File path must be absolute: ${args.path}`)
      if (/^\/+$/.test(at)) throw new SaltError('COMMAND_FAILED', 'Refusing to remove /')
      if ((await ctx.fs.stat(at, { followLinks: false })) === undefined) return false
      const text = (error: unknown) => `Could not remove '${at}': ${systemText(error, at)}`
      await orRefuse(removeAt(ctx, at, { recursive: true }), text)
      return true
    },
  }),
  rmdir: fn({
    doc: 'Remove an empty directory. Returns whether that went well.',
    examples: ["salt '*' file.rmdir /tmp/foo/"],
    args: {
      path,
      recurse: arg.boolean('Whether the empty directories below it are removed too.').default(false),
      verbose: arg.boolean('Return what was removed, and what could not be.').default(false),
      older_than: arg.any('Days since a directory changed last, for it to be removed.').default(null),
    },
    run: rmdir,
  }),
}

async function rename(ctx: ExecContext, src: string, dst: string): Promise<true> {
  const from = await absolutePath(ctx, src, 'File path must be absolute.')
  const to = await expandUser(ctx, dst)
  const work = (source: string) =>
    atPlace(ctx, to, { followLinks: false, work: (place) => ctx.fs.rename(source, place) })
  const renamed = atPlace(ctx, from, { followLinks: false, work })
  await orRefuse(renamed, () => `Could not rename '${from}' to '${to}'`)
  return true
}

interface RmdirArguments {
  readonly path: string
  readonly recurse: boolean
  readonly verbose: boolean
  readonly older_than: unknown
}

async function rmdir(ctx: ExecContext, args: RmdirArguments) {
  const at = await absolutePath(ctx, args.path, 'File path must be absolute.')
  if (!(await ctx.fs.isDirectory(at)))
    throw new SaltError('ARGUMENTS_INVALID', 'A valid directory was not specified.')
  const days = Number(args.older_than ?? 0)
  if (!Number.isFinite(days))
    throw new SaltError('ARGUMENTS_INVALID', `older_than is a number of days, and not '${args.older_than}'`)
  const olderThanMs = days === 0 ? undefined : Date.now() - Math.trunc(days) * 86_400_000
  const { deleted, errors } = await removeEmptyDirectories(ctx, at, { recurse: args.recurse, olderThanMs })
  const isGone = deleted.includes(at)
  const result = errors.length === 0 && (isGone || args.recurse)
  const value = args.verbose ? { deleted, errors, result } : result
  return result ? value : failed(value, 1)
}
