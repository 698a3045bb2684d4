// SPDX-License-Identifier: Apache-2.0
import { isAbsolute } from 'node:path'
import { isSaltError, messageOf, parseSaltUrl, pythonStr } from '@halite/core'
import { arg, bindNamed, type StateContext, type StateReturn, type Values } from '@halite/loader'
import { makeDirectories } from '../../execution/file/directories.ts'
import { expandUser } from '../../execution/file/paths.ts'
import { type Permissions, unknownAccounts } from '../../execution/file/permissions.ts'
import { removeAt } from '../../execution/file/place.ts'
import { chooseSource } from '../../execution/file/sources.ts'
import { normalMode } from '../../execution/file/stats.ts'
import { walk } from '../../execution/file/walk.ts'
import { clean, keeper } from './clean.ts'
import { manageDirectory } from './directory.ts'
import { directoryArguments } from './directory-arguments.ts'
import { manageFile } from './managed.ts'
import { managedArguments } from './managed-arguments.ts'
import { type PlannedTree, plannedTree } from './recurse-plan.ts'
import { RecurseResult } from './recurse-result.ts'
import { failure, type Result } from './result.ts'
import { anything, ownerArguments, ownersOf, templateArguments } from './shared-arguments.ts'
import { makeSymlink, symlinkArguments } from './symlink.ts'

const windowsOnly = 'permissions of Windows are not built yet'

/** The arguments of `file.recurse`. */
export const recurseArguments = {
  source: anything('The directory of the file server, ``salt://…``; of a list the first that exists.'),
  keep_source: arg.boolean('Whether fetched copies stay in the cache.').default(true),
  clean: arg.boolean('Whether what is not from the source is removed.').default(false),
  require: anything('The states whose files stay.'),
  ...ownerArguments,
  dir_mode: anything('Mode of directories, in octal digits.'),
  file_mode: anything('Mode of files, in octal digits; ``keep`` for that of the source.'),
  sym_mode: anything('Mode of directories that are made for links.'),
  template: arg.string('The engine that renders the files: ``jinja``.').optional(),
  context: templateArguments.context,
  replace: arg.boolean('Whether files that are there are given the content of the source.').default(true),
  defaults: templateArguments.defaults,
  include_empty: arg.boolean('Whether empty directories are made too.').default(false),
  backup: anything('``minion`` keeps copies of what is replaced: see ``file.list_backups``.'),
  include_pat: anything(
    'Pattern of what is meant: a shell pattern, or with ``E@`` in front a regular expression; paths are relative.',
  ),
  exclude_pat: anything('The same of what is left out; ``clean`` leaves it alone too.'),
  maxdepth: arg.integer('How many levels below the source are copied; 0: its own files.').optional(),
  keep_symlinks: arg.boolean('Whether links of the source are made as links.').default(false),
  force_symlinks: arg.boolean('Whether a file in the way of a link is removed.').default(false),
  win_owner: arg.unsupported(null, windowsOnly),
  win_perms: arg.unsupported(null, windowsOnly),
  win_deny_perms: arg.unsupported(null, windowsOnly),
  win_inheritance: arg.unsupported(true, windowsOnly),
  kwargs: arg.keywords('Whatever else ``file.managed`` takes.'),
}

type RecurseValues = Values<typeof recurseArguments> & { readonly name: string }

/** `file.recurse`. */
export async function recurse(ctx: StateContext, args: RecurseValues): Promise<StateReturn> {
  const name = (await expandUser(ctx, args.name)).replace(/(?<=.)\/+$/, '')
  const problem = await wrongArguments(ctx, name, args)
  if (problem !== undefined) return failure(problem)
  const found = await sourceOf(ctx, args)
  if (typeof found === 'string') return failure(found)
  const dirMode = normalMode(args.dir_mode)
  if (!(await ctx.fs.isDirectory(name))) {
    if (await ctx.fs.exists(name)) return failure(`The path ${name} exists and is not a directory`)
    if (!ctx.state.test) await makeDirectories(ctx, name, { ...ownersOf(args), mode: dirMode })
  }
  const plan = await plannedTree(ctx, name, { ...args, ...found })
  return { ...(await carriedOut(ctx, name, { args, plan, dirMode })), name: args.name }
}

async function wrongArguments(
  ctx: StateContext,
  name: string,
  args: RecurseValues,
): Promise<string | undefined> {
  if ('mode' in args.kwargs)
    return "'mode' is not allowed in 'file.recurse'. Please use 'file_mode' and 'dir_mode'."
  const isGiven = (value: unknown) => value !== undefined && value !== null
  if (ctx.platform === 'win32' && [args.dir_mode, args.file_mode, args.sym_mode].some(isGiven))
    return 'mode management is not supported on Windows'
  const unknown = ctx.state.test ? '' : await unknownAccounts(ctx, ownersOf(args))
  if (unknown !== '') return unknown
  if (!isAbsolute(name)) return `Specified file ${name} is not an absolute path`
  const wrong = sourcesOf(args).find((source) => !source.startsWith('salt://'))
  return wrong === undefined ? undefined : `Invalid source '${wrong}' (must be a salt:// URI)`
}

function sourcesOf({ source }: RecurseValues): string[] {
  const list = Array.isArray(source) ? source : [source ?? '']
  return list.map((one) => pythonStr(one).replace(/\/+$/, ''))
}

interface Source {
  /** Path on the file server. */
  readonly from: string
  readonly saltenv: string
}

async function sourceOf(ctx: StateContext, args: RecurseValues): Promise<Source | string> {
  try {
    const query = { sourceHash: '', saltenv: ctx.state.saltenv }
    const { source = '' } = await chooseSource(ctx, sourcesOf(args), query)
    const { path, saltenv = ctx.state.saltenv } = parseSaltUrl(source)
    const directories = await ctx.files.listDirs(path, { saltenv })
    if (directories.includes(path)) return { from: path, saltenv }
    return `The directory '${path}' does not exist on the salt fileserver in saltenv '${saltenv}'`
  } catch (error) {
    if (!isSaltError(error)) throw error
    return `Recurse failed: ${messageOf(error)}`
  }
}

interface Call {
  readonly args: RecurseValues
  readonly plan: PlannedTree
  readonly dirMode: string | undefined
}

async function carriedOut(ctx: StateContext, name: string, call: Call): Promise<Result> {
  const { args, plan } = call
  const result = new RecurseResult(name)
  const owners = ownersOf(args)
  for (const { path, target } of plan.links) {
    const values = { target, makedirs: true, force: args.force_symlinks, ...owners, mode: args.sym_mode }
    const bound = bindNamed('file.symlink', { args: symlinkArguments }, values)
    result.add(path, await makeSymlink(ctx, { ...bound, name: path }))
  }
  for (const path of plan.directories) await placeDirectory(ctx, path, { call, result, owners })
  for (const file of plan.files) await placeFile(ctx, file, { args, result, owners })
  if (args.clean) {
    const keep = await keeper(ctx, name, { ...args, kept: plan.kept })
    const removed: string[] = []
    for await (const directory of walk(ctx, name)) removed.push(...(await clean(ctx, directory, keep)))
    if (removed.length > 0) result.addRemoved(removed, ctx.state.test)
  }
  return result.whole()
}

interface DirectoryCall {
  readonly call: Call
  readonly result: RecurseResult
  readonly owners: Permissions
}

async function placeDirectory(ctx: StateContext, path: string, { call, result, owners }: DirectoryCall) {
  const isOther = (await ctx.fs.exists(path)) && !(await ctx.fs.isDirectory(path))
  if (call.args.clean && isOther) {
    if (ctx.state.test) return result.add(path, plannedTo(`Replacing ${path} with a directory`))
    await removeAt(ctx, path)
    result.add(path, replaced('Replaced file with a directory'))
  }
  const values = { ...owners, dir_mode: call.dirMode, makedirs: true }
  const bound = bindNamed('file.directory', { args: directoryArguments }, values)
  result.add(path, await manageDirectory(ctx, { ...bound, name: path }))
}

interface FileCall {
  readonly args: RecurseValues
  readonly result: RecurseResult
  readonly owners: Permissions
}

async function placeFile(
  ctx: StateContext,
  { path, source }: PlannedTree['files'][number],
  { args, result, owners }: FileCall,
): Promise<void> {
  if (args.clean && args.replace && (await ctx.fs.isDirectory(path))) {
    if (ctx.state.test) return result.add(path, plannedTo(`Replacing directory ${path} with a file`))
    await removeAt(ctx, path, { recursive: true })
    result.add(path, replaced('Replaced directory with a new file'))
  }
  const { keep_source, template, replace, context, defaults, backup } = args
  const { makedirs: _, ...more } = args.kwargs
  const values = {
    ...more,
    ...{ source, keep_source, template, replace, context, defaults, backup },
    ...owners,
    mode: args.file_mode,
    makedirs: true,
  }
  const given = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined))
  const bound = bindNamed('file.managed', { args: managedArguments }, given)
  result.add(path, await manageFile(ctx, { ...bound, name: path }))
}

function plannedTo(comment: string): Result {
  return { changes: {}, result: null, comment }
}

function replaced(diff: string): Result {
  return { changes: { diff }, result: true, comment: '' }
}
