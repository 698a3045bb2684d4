// SPDX-License-Identifier: Apache-2.0
import { pythonStr, SaltError, systemCodeOf } from '@halite/core'
import { arg, type ExecContext, type FileFacts, fn } from '@halite/loader'
import { deviceNumbers, isNode, type NodeKind } from '../devices.ts'
import { globPaths } from '../glob.ts'
import { absolutePath, expandUser } from '../paths.ts'

const path = arg.path('The path.')
const name = arg.path('The path.')

/** Functions that say whether something is there, and of which kind. */
export const presenceFunctions = {
  access: fn({
    doc: 'Return whether the minion may use a path in a way.',
    examples: ["salt '*' file.access /path/to/file f", "salt '*' file.access /path/to/file x"],
    args: {
      path,
      mode: arg.any('``f``: whether it exists, ``r``: read it, ``w``: write it, ``x``: run or enter it.'),
    },
    run: mayAccess,
  }),
  file_exists: fn({
    doc: 'Return whether a path is a file, or a link to one.',
    examples: ["salt '*' file.file_exists /etc/passwd"],
    args: { path },
    run: async (ctx, { path }) => (await factsOf(ctx, path))?.type === 'file',
  }),
  directory_exists: fn({
    doc: 'Return whether a path is a directory, or a link to one.',
    examples: ["salt '*' file.directory_exists /etc"],
    args: { path },
    run: async (ctx, { path }) => (await factsOf(ctx, path))?.type === 'directory',
  }),
  path_exists_glob: fn({
    doc: 'Return whether a shell pattern names anything.',
    examples: ["salt '*' file.path_exists_glob '/etc/pam*/pass*'"],
    args: { path: arg.path('The pattern.') },
    run: async (ctx, { path }) => (await globPaths(ctx, path)).length > 0,
  }),
  is_link: fn({
    doc: 'Return whether a path is a symbolic link.',
    examples: ["salt '*' file.is_link /path/to/link"],
    args: { path },
    run: async (ctx, { path }) => (await factsOf(ctx, path, { followLinks: false }))?.type === 'link',
  }),
  is_hardlink: fn({
    doc: 'Return whether a file has more than one name; an empty map when nothing is there.',
    examples: ["salt '*' file.is_hardlink /path/to/link"],
    args: { path },
    run: async (ctx, { path }) => {
      const absolute = await absolutePath(ctx, path, 'Path to file must be absolute.')
      const facts = await factsOf(ctx, absolute, { followLinks: false })
      return facts === undefined ? {} : facts.nlink > 1
    },
  }),
  is_fifo: isNodeFunction('p', 'named pipe', 'fifo'),
  is_blkdev: isNodeFunction('b', 'block device', 'blk'),
  is_chrdev: isNodeFunction('c', 'character device', 'chr'),
  get_devmm: fn({
    doc: 'Return the major and minor number of a device, or 0 and 0 for any other file.',
    examples: ["salt '*' file.get_devmm /dev/chr"],
    args: { name },
    run: async (ctx, { name }) => {
      const at = await expandUser(ctx, name)
      const isDevice = (await isNode(ctx, at, 'c')) || (await isNode(ctx, at, 'b'))
      const facts = isDevice ? await ctx.fs.stat(at) : undefined
      return facts === undefined ? [0, 0] : deviceNumbers(facts)
    },
  }),
}

function isNodeFunction(kind: NodeKind, what: string, example: string) {
  return fn({
    doc: `Return whether a path is a ${what}.`,
    examples: [`salt '*' file.is_${{ p: 'fifo', b: 'blkdev', c: 'chrdev' }[kind]} /dev/${example}`],
    args: { name },
    run: async (ctx, { name }) => isNode(ctx, await expandUser(ctx, name), kind),
  })
}

/** As in Salt also by the numbers that C has for it. */
const accessModes: ReadonlyMap<string, 'f' | 'r' | 'w' | 'x'> = new Map([
  ['f', 'f'],
  ['0', 'f'],
  ['r', 'r'],
  ['4', 'r'],
  ['w', 'w'],
  ['2', 'w'],
  ['x', 'x'],
  ['1', 'x'],
])

async function mayAccess(
  ctx: ExecContext,
  args: { readonly path: string; readonly mode: unknown },
): Promise<boolean> {
  const at = await absolutePath(ctx, args.path, 'Path to link must be absolute.')
  const mode = accessModes.get(pythonStr(args.mode))
  if (mode === 'r') return ctx.fs.isReadable(at)
  if (mode === 'w') return ctx.fs.isWritable(at)
  if (mode === 'x') return ctx.fs.isExecutable(at)
  if (mode === 'f') return (await factsOf(ctx, at)) !== undefined
  throw new SaltError('ARGUMENTS_INVALID', 'Invalid mode specified.')
}

/** Undefined for what we may not look at too, as in Salt. */
async function factsOf(
  ctx: ExecContext,
  path: string,
  options?: { readonly followLinks: boolean },
): Promise<FileFacts | undefined> {
  try {
    return await ctx.fs.stat(await expandUser(ctx, path), options)
  } catch (error) {
    if (systemCodeOf(error) === undefined) throw error
    return undefined
  }
}
