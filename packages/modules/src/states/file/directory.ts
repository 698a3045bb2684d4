// SPDX-License-Identifier: Apache-2.0
import { dirname, isAbsolute, join } from 'node:path'
import { isTruthy, pythonStr } from '@halite/core'
import type { StateContext, StateReturn } from '@halite/loader'
import { makeDirectories } from '../../execution/file/directories.ts'
import { expandUser } from '../../execution/file/paths.ts'
import { applyPermissions, type Permissions, unknownAccounts } from '../../execution/file/permissions.ts'
import { normalMode, statsIfThere } from '../../execution/file/stats.ts'
import { type WalkedDirectory, walk } from '../../execution/file/walk.ts'
import { clean, keeper } from './clean.ts'
import { type DirectoryValues, recurseSet } from './directory-arguments.ts'
import { makeWay } from './make-way.ts'
import { failure, type Result } from './result.ts'
import { ownersOf } from './shared-arguments.ts'

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
