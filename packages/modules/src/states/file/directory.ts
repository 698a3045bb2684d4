// SPDX-License-Identifier: Apache-2.0
import { dirname, isAbsolute, join } from 'node:path'
import { isTruthy, pythonStr, toPlain } from '@halite/core'
import { arg, type StateContext, type StateReturn, type Values } from '@halite/loader'
import { makeDirectories } from '../../execution/file/directories.ts'
import { expandUser } from '../../execution/file/paths.ts'
import { applyPermissions, type Permissions, unknownAccounts } from '../../execution/file/permissions.ts'
import { atPlace, removeAt } from '../../execution/file/place.ts'
import { normalMode, statsIfThere } from '../../execution/file/stats.ts'
import { type WalkedDirectory, walk } from '../../execution/file/walk.ts'
import { clean, keeper } from './clean.ts'
import { anything, ownerArguments, ownersOf, windowsArguments } from './managed.ts'
import { failure, type Result } from './result.ts'

const recurseTypes = ['user', 'group', 'mode', 'ignore_files', 'ignore_dirs', 'silent']

/** The arguments of `file.directory`. */
export const directoryArguments = {
  ...ownerArguments,
  recurse: anything(
    'What holds for all below it too: a list of ``user``, ``group``, ``mode``, ``ignore_files``, ``ignore_dirs``, ``silent``.',
  ),
  max_depth: arg.integer('How many levels below it are looked at.').optional(),
  dir_mode: anything('Its mode, in octal digits.'),
  file_mode: anything('Mode of files below it; default ``dir_mode``.'),
  makedirs: arg.boolean('Whether directories above it are made.').default(false),
  clean: arg.boolean('Whether what no state that it requires has made is removed from it.').default(false),
  require: anything('The states whose files stay.'),
  exclude_pat: anything(
    'Pattern of what stays: a shell pattern, or with ``E@`` in front a regular expression; paths are relative to it.',
  ),
  follow_symlinks: arg.boolean('Whether links below it are followed.').default(false),
  force: arg.boolean('Whether a file that is there is removed.').default(false),
  backupname: arg.string('Where a file that is there is moved to.').optional(),
  allow_symlink: arg.boolean('Whether a link to a directory will do.').default(true),
  children_only: arg.boolean('Whether only what lies below it is changed.').default(false),
  ...windowsArguments,
  kwargs: arg.keywords('``mode`` stands for ``dir_mode``; whatever else is given counts for nothing.'),
}

type DirectoryValues = Values<typeof directoryArguments> & { readonly name: string }

/** What is asked for, read once. */
interface Wanted extends Permissions {
  readonly name: string
  readonly fileMode: string | undefined
  readonly recurse: ReadonlySet<string>
  /** The directories that `recurse` and `clean` are about. */
  readonly walk: () => AsyncIterable<WalkedDirectory>
  readonly keep: (path: string) => boolean
  readonly args: DirectoryValues
}

/** `file.directory`. */
export async function manageDirectory(ctx: StateContext, args: DirectoryValues): Promise<StateReturn> {
  if (args.name === '') return failure('Must provide name to file.directory')
  const name = (await expandUser(ctx, args.name)).replace(/(?<=.)\/$/, '')
  if (args.max_depth !== undefined && args.clean) return failure('Cannot specify both max_depth and clean')
  const owners = ownersOf(args)
  const unknown = ctx.state.test ? '' : await unknownAccounts(ctx, owners)
  if (unknown !== '') return failure(unknown)
  if (!isAbsolute(name)) return failure(`Specified file ${name} is not an absolute path`)
  const recurse = recurseSet(args.recurse)
  if (typeof recurse === 'string') return failure(recurse)
  const forced: Record<string, unknown> = {}
  const ended = await makeWay(ctx, name, { args, changes: forced })
  if (ended !== undefined) return { ...ended, name }
  const mode = normalMode(isTruthy(args.dir_mode) ? args.dir_mode : args.kwargs['mode'])
  const needsWalk = recurse.size > 0 || args.clean
  const walking = { maxDepth: needsWalk ? args.max_depth : 0 }
  const keep = args.clean ? await keeper(ctx, name, { ...args, kept: [] }) : () => true
  const fileMode = isTruthy(args.file_mode) ? normalMode(args.file_mode) : mode
  const wanted = {
    name,
    ...owners,
    mode,
    fileMode,
    recurse,
    walk: () => walk(ctx, name, walking),
    keep,
    args,
  }
  return { ...(await settled(ctx, wanted, forced)), name }
}

async function settled(ctx: StateContext, wanted: Wanted, forced: Record<string, unknown>): Promise<Result> {
  const { name } = wanted
  const planned = await plannedChanges(ctx, wanted)
  const changes = { ...forced, ...planned }
  if (ctx.state.test || Object.keys(changes).length === 0) {
    if (Object.keys(planned).length === 0)
      return { changes, result: true, comment: `The directory ${name} is in the correct state` }
    return { changes, result: null, comment: plannedText(planned) }
  }
  if (await ctx.fs.isDirectory(name)) return changed(ctx, wanted, changes)
  const { user, group, mode } = wanted
  if (!(await ctx.fs.isDirectory(dirname(name)))) {
    if (!wanted.args.makedirs) return { changes, result: false, comment: `No directory to create ${name} in` }
    await makeDirectories(ctx, dirname(name), { user, group, mode })
  }
  await makeDirectories(ctx, name, { user, group, mode })
  return { changes: { ...changes, [name]: { directory: 'new' } }, result: true, comment: '' }
}

type Changes = Record<string, Record<string, unknown>>

function plannedText(changes: Changes): string {
  const lines = Object.entries(changes).flatMap(([path, change]) =>
    Object.entries(change).map(([key, value]) => `${path}: ${key} - ${pythonStr(value)}\n`),
  )
  return ['The following files will be changed:\n', ...lines].join('')
}

async function plannedChanges(ctx: StateContext, wanted: Wanted): Promise<Changes> {
  const { name, recurse, args } = wanted
  const changes: Changes = {}
  const note = (path: string, change: Record<string, unknown>) => {
    if (Object.keys(change).length > 0) changes[path] = change
  }
  const removed: string[] = []
  for await (const directory of wanted.walk()) {
    if (recurse.size > 0)
      for (const { path, held, permissions } of below(directory, wanted))
        note(path, await plannedOf(ctx, held, { permissions, args }))
    const names = args.clean ? [...directory.files, ...directory.directories] : []
    removed.push(...names.map((one) => join(directory.path, one)).filter((path) => !wanted.keep(path)))
  }
  if (!args.children_only) {
    // As in Salt, what is not to hold for all below is not looked at for the directory itself either.
    const own = recurse.size > 0 ? narrowed(wanted, recurse, wanted.mode) : wanted
    note(name, await plannedOf(ctx, name, { permissions: own, args }))
  }
  for (const path of removed) note(path, { removed: 'Removed due to clean' })
  if (!(await ctx.fs.isDirectory(name))) changes[name] = { directory: 'new' }
  return changes
}

async function plannedOf(
  ctx: StateContext,
  path: string,
  { permissions, args }: { readonly permissions: Permissions; readonly args: DirectoryValues },
): Promise<Record<string, unknown>> {
  const stats = await statsIfThere(ctx, path, { followLinks: args.follow_symlinks })
  if (stats === undefined) return { directory: 'new' }
  const { user, group, mode } = permissions
  return {
    ...(user !== undefined && user !== stats.user && user !== stats.uid && { user }),
    ...(group !== undefined && group !== stats.group && group !== stats.gid && { group }),
    ...(mode !== undefined && mode !== stats.mode && stats.type !== 'link' && { mode }),
  }
}

function narrowed(
  { user, group }: Permissions,
  recurse: ReadonlySet<string>,
  mode: string | undefined,
): Permissions {
  return {
    user: recurse.has('user') ? user : undefined,
    group: recurse.has('group') ? group : undefined,
    mode: recurse.has('mode') ? mode : undefined,
  }
}

/** What `recurse` is about, with what it is to be like; `held` is where it is changed. */
function below({ path, held, directories, files }: WalkedDirectory, wanted: Wanted) {
  const { recurse, mode, fileMode } = wanted
  const of = (names: readonly string[], ownMode: string | undefined) => {
    const permissions = narrowed(wanted, recurse, ownMode)
    return names.map((name) => ({ path: join(path, name), held: `${held}/${name}`, permissions }))
  }
  return [
    ...(recurse.has('ignore_files') ? [] : of(files, fileMode)),
    ...(recurse.has('ignore_dirs') ? [] : of(directories, mode)),
  ]
}

async function changed(ctx: StateContext, wanted: Wanted, planned: Record<string, unknown>): Promise<Result> {
  const { name, recurse, args } = wanted
  const { follow_symlinks: followLinks } = args
  let changes: Record<string, unknown> = { ...planned }
  const comments: string[] = []
  const apply = async (path: string, permissions: Permissions) => {
    if ((await ctx.fs.stat(path, { followLinks: false })) === undefined) return
    const applied = await applyPermissions(ctx, path, { ...permissions, test: false, followLinks })
    Object.assign(changes, applied.changes)
    comments.push(...applied.comments)
  }
  if (!args.children_only) await apply(name, wanted)
  for (const kind of ['user', 'group'] as const) {
    if (recurse.has(kind) && wanted[kind] === undefined)
      comments.push(`${kind} not specified, but configured as a target for recursive ownership management`)
  }
  if (recurse.has('silent')) changes = { recursion: 'Changes silenced' }
  const removed: string[] = []
  for await (const directory of wanted.walk()) {
    if (recurse.size > 0)
      for (const { held, permissions } of below(directory, wanted)) await apply(held, permissions)
    if (args.clean) removed.push(...(await clean(ctx, directory, wanted.keep)))
  }
  const result = comments.length === 0
  if (removed.length > 0) {
    changes['removed'] = removed
    comments.push(`Files cleaned from directory ${name}`)
  }
  const comment =
    comments.join('; ') || (args.children_only ? `Directory ${name}/* updated` : `Directory ${name} updated`)
  return { changes, result, comment }
}

function recurseSet(value: unknown): ReadonlySet<string> | string {
  if (!isTruthy(value)) return new Set()
  const items = toPlain(value)
  if (!Array.isArray(items)) return '"recurse" must be formed as a list of strings'
  const set = new Set(items.map((item) => pythonStr(item)))
  if ([...set].some((item) => !recurseTypes.includes(item)))
    return `Types for "recurse" limited to ${recurseTypes.map((type) => `"${type}"`).join(', ')}.`
  if (set.has('ignore_files') && set.has('ignore_dirs'))
    return 'Must not specify "recurse" options "ignore_files" and "ignore_dirs" at the same time.'
  return set
}

/** Removes or moves what is in the way of a directory; a result when that ends the state. */
async function makeWay(
  ctx: StateContext,
  name: string,
  { args, changes }: { readonly args: DirectoryValues; readonly changes: Record<string, unknown> },
): Promise<Result | undefined> {
  const facts = await ctx.fs.stat(name, { followLinks: false })
  const isFile = await ctx.fs.isFile(name)
  const isLink = facts?.type === 'link'
  if (!isFile && !(isLink && (!args.allow_symlink || args.force))) return undefined
  if (args.backupname !== undefined) return movedAway(ctx, name, { args, changes })
  if (!args.force) return failure(`Specified location ${name} exists and is a ${isFile ? 'file' : 'symlink'}`)
  const kind = isFile ? 'File' : 'Symlink'
  changes['forced'] = ctx.state.test ? `${kind} would be forcibly replaced` : `${kind} was forcibly replaced`
  if (!ctx.state.test) await removeAt(ctx, name)
  return undefined
}

async function movedAway(
  ctx: StateContext,
  name: string,
  { args, changes }: { readonly args: DirectoryValues; readonly changes: Record<string, unknown> },
): Promise<Result | undefined> {
  const backup = args.backupname ?? ''
  if ((await ctx.fs.stat(backup, { followLinks: false })) !== undefined) {
    if (!args.force) return failure(`File exists where the backup target ${backup} should go`)
    if (ctx.state.test) changes['forced'] = `Existing file at backup path ${backup} would be removed`
    else await removeAt(ctx, backup, { recursive: true })
  }
  if (!ctx.state.test) {
    const work = (from: string) =>
      atPlace(ctx, backup, { followLinks: false, work: (to) => ctx.fs.rename(from, to) })
    await atPlace(ctx, name, { followLinks: false, work })
    return undefined
  }
  Object.assign(changes, { backup: `${name} would be renamed to ${backup}`, [name]: { directory: 'new' } })
  return { changes, result: null, comment: `${name} would be backed up and replaced with a new directory` }
}
