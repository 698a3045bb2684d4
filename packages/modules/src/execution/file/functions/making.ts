// SPDX-License-Identifier: Apache-2.0
import { dirname, isAbsolute, normalize } from 'node:path'
import { pythonRepr, SaltError } from '@halite/core'
import { arg, type ExecContext, fn } from '@halite/loader'
import { makeNode, type NodeKind, nodeKinds } from '../devices.ts'
import { makeDirectories } from '../directories.ts'
import { makeLink } from '../links.ts'
import { absolutePath, expandUser } from '../paths.ts'
import { accountOf, applyPermissions } from '../permissions.ts'
import { atPlace } from '../place.ts'
import { normalMode } from '../stats.ts'
import { orRefuse, systemText, systemWords } from '../system-errors.ts'
import { touchFile } from '../touch.ts'
import { directoryName } from '../written-paths.ts'

const user = arg.any('The user that it is to belong to.').default(null)
const group = arg.any('The group that it is to belong to.').default(null)
const mode = arg.any('Its mode, in octal digits.').default(null)
const name = arg.path('Its path.')
const major = arg.integer('Number of the driver.')
const minor = arg.integer('Number that the driver has for it.')

/** Functions that make directories, files, links and nodes. */
export const makingFunctions = {
  mkdir: fn({
    doc: 'Make a directory, and those above it, where there is none. Returns True.',
    examples: ["salt '*' file.mkdir /opt/jetty/context"],
    args: { dir_path: arg.path('Its path.'), user, group, mode },
    run: async (ctx, { dir_path, ...given }) => {
      const path = normalize(await expandUser(ctx, dir_path))
      await made(makeDirectories(ctx, path, permissionsOf(given)), path)
      return true
    },
  }),
  makedirs: fn({
    doc: 'Make the directory that a path lies in, and those above it; a path that ends with a slash is that directory. Returns None, or why there was nothing to do.',
    examples: ["salt '*' file.makedirs /opt/code/"],
    args: { path: arg.path('The path.'), user, group, mode },
    run: async (ctx, { path, ...given }) => {
      const directory = normalize(directoryName(await expandUser(ctx, path), ctx.platform))
      if (!isAbsolute(directory))
        throw new SaltError(
          'ARGUMENTS_INVALID',
          `Recursive creation for path ${pythonRepr(path)} would result in an infinite loop. Please use an absolute path.`,
        )
      if (await ctx.fs.isDirectory(directory)) return `Directory '${directory}' already exists`
      if (await ctx.fs.exists(directory))
        return `The path '${directory}' already exists and is not a directory`
      await made(makeDirectories(ctx, directory, permissionsOf(given)), directory)
      return null
    },
  }),
  makedirs_perms: fn({
    doc: 'Make a directory that is not there yet, and those above it, each with these owners and this mode.',
    examples: ["salt '*' file.makedirs_perms /opt/code"],
    args: { name, user, group, mode: arg.any('Their mode, in octal digits.').default('0755') },
    run: async (ctx, { name: given, ...rest }) => {
      const path = (await expandUser(ctx, given)).replace(/(?<=.)\/+$/, '')
      const permissions = permissionsOf(rest)
      if (!(await ctx.fs.exists(dirname(path))))
        await made(makeDirectories(ctx, dirname(path), permissions), path)
      const work = (place: string) => ctx.fs.makeDirectory(place)
      await made(atPlace(ctx, path, { followLinks: true, work }), path)
      await applyPermissions(ctx, path, { ...permissions, test: false })
      return null
    },
  }),
  touch: fn({
    doc: 'Make an empty file, or set the times of what is there. Returns True.',
    examples: ["salt '*' file.touch /var/log/emptyfile"],
    args: {
      name,
      atime: arg.any('When it was read last, in seconds since 1970; default now.').default(null),
      mtime: arg.any('When it was changed last.').default(null),
    },
    run: async (ctx, { name: given, ...times }) => {
      const path = await expandUser(ctx, given)
      const work = (place: string) => touchFile(ctx, place, times)
      await orRefuse(atPlace(ctx, path, { followLinks: true, work }), systemWords)
      return ctx.fs.exists(path)
    },
  }),
  link: fn({
    doc: 'Give a file a second name (a hard link). Returns True.',
    examples: ["salt '*' file.link /path/to/file /path/to/link"],
    args: { src: arg.path('The file.'), path: arg.path('The new name.') },
    run: async (ctx, args) => {
      const from = await absolutePath(ctx, args.src, 'File path must be absolute.')
      const to = await expandUser(ctx, args.path)
      const text = (error: unknown) => `Could not create '${to}': ${systemText(error, from)} -> '${to}'`
      const link = (source: string) => (place: string) => ctx.fs.hardLink(source, place)
      const work = (source: string) => atPlace(ctx, to, { followLinks: false, work: link(source) })
      await orRefuse(atPlace(ctx, from, { followLinks: false, work }), text)
      return true
    },
  }),
  symlink: fn({
    doc: 'Make a symbolic link. Returns True.',
    examples: ["salt '*' file.symlink /path/to/file /path/to/link"],
    args: {
      src: arg.path('What it leads to.'),
      path: arg.path('The link.'),
      force: arg.boolean('Whether a file or link that is there is replaced.').default(false),
      atomic: arg.boolean('Whether that is done in one step.').default(false),
      follow_symlinks: arg.boolean('Whether a link that leads nowhere counts as missing.').default(true),
    },
    run: (ctx, { follow_symlinks, ...args }) => makeLink(ctx, { ...args, followLinks: follow_symlinks }),
  }),
  mknod: fn({
    doc: 'Make a character device, block device or named pipe, and the directories above it.',
    examples: [
      "salt '*' file.mknod /dev/chr c 180 31",
      "salt '*' file.mknod /dev/blk b 8 999",
      "salt '*' file.mknod /dev/fifo p",
    ],
    args: {
      name,
      ntype: arg.string('``c``, ``b`` or ``p``.'),
      major: arg.integer('Number of the driver.').default(0),
      minor: arg.integer('Number that the driver has for it.').default(0),
      user,
      group,
      mode: arg.any('Its mode, in octal digits.').default('0600'),
    },
    run: async (ctx, { ntype, ...wanted }) => {
      if (!(ntype in nodeKinds)) {
        throw new SaltError(
          'ARGUMENTS_INVALID',
          `Node type unavailable: '${ntype}'. Available node types are character ('c'), block ('b'), and pipe ('p').`,
        )
      }
      const directory = dirname(await expandUser(ctx, wanted.name))
      if (!(await ctx.fs.isDirectory(directory)))
        await made(makeDirectories(ctx, directory, { ...permissionsOf(wanted), mode: undefined }), directory)
      return nodeOf(ctx, ntype as NodeKind, wanted)
    },
  }),
  mknod_chrdev: deviceFunction('c', 'character', '/dev/chr 180 31'),
  mknod_blkdev: deviceFunction('b', 'block', '/dev/blk 8 999'),
  mknod_fifo: fn({
    doc: 'Make a named pipe.',
    examples: ["salt '*' file.mknod_fifo /dev/fifo"],
    args: { name, user, group, mode: arg.any('Its mode, in octal digits.').default('0660') },
    run: (ctx, wanted) => nodeOf(ctx, 'p', wanted),
  }),
}

function deviceFunction(kind: NodeKind, what: string, example: string) {
  return fn({
    doc: `Make a ${what} device.`,
    examples: [`salt '*' file.mknod_${kind === 'c' ? 'chrdev' : 'blkdev'} ${example}`],
    args: { name, major, minor, user, group, mode: arg.any('Its mode, in octal digits.').default('0660') },
    run: (ctx, wanted) => nodeOf(ctx, kind, wanted),
  })
}

interface GivenNode {
  readonly name: string
  readonly major?: number
  readonly minor?: number
  readonly user: unknown
  readonly group: unknown
  readonly mode: unknown
}

async function nodeOf(ctx: ExecContext, kind: NodeKind, wanted: GivenNode) {
  const path = await expandUser(ctx, wanted.name)
  return makeNode(ctx, { ...wanted, path, kind }, ctx.options['test'] === true)
}

function permissionsOf(given: { readonly user: unknown; readonly group: unknown; readonly mode: unknown }) {
  return { user: accountOf(given.user), group: accountOf(given.group), mode: normalMode(given.mode) }
}

function made<T>(work: Promise<T>, path: string): Promise<T> {
  return orRefuse(work, (error) => systemText(error, path))
}
