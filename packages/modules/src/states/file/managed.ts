// SPDX-License-Identifier: Apache-2.0
import { dirname, isAbsolute, join } from 'node:path'
import { isSaltError, isTruthy, messageOf, pythonStr, valueAt } from '@halite/core'
import { type ArgSpec, arg, type StateContext, type StateReturn, type Values } from '@halite/loader'
import { type Content, holds } from '../../execution/file/compare.ts'
import { type Managed, manage, plannedChanges } from '../../execution/file/manage.ts'
import { expandUser } from '../../execution/file/paths.ts'
import { accountOf, applyPermissions, unknownAccounts } from '../../execution/file/permissions.ts'
import {
  chooseSource,
  forgetCopy,
  isAlready,
  renderedText,
  schemeOf,
  sourceContent,
  templateContext,
} from '../../execution/file/sources.ts'
import { modeText, normalMode } from '../../execution/file/stats.ts'
import { accumulatedFor } from './accumulated.ts'
import { contentsOf, hasContents } from './contents.ts'
import { failure, type Result, success } from './result.ts'

/** As it was written; None is the same as nothing. */
export const anything = (doc: string): ArgSpec<unknown, false> => ({ ...arg.any(doc), required: false })

/** What the states that make files share. */
export const ownerArguments = {
  user: anything('The user that it is to belong to.'),
  group: anything('The group that it is to belong to.'),
}

/** What templates see. */
export const templateArguments = {
  context: anything('Names that the template sees.'),
  defaults: anything('The same, for names that ``context`` does not have.'),
}

const windowsOnly = 'permissions of Windows are not built yet'

/** Arguments that Salt has for Windows. */
export const windowsArguments = {
  win_owner: arg.unsupported(null, windowsOnly),
  win_perms: arg.unsupported(null, windowsOnly),
  win_deny_perms: arg.unsupported(null, windowsOnly),
  win_inheritance: arg.unsupported(true, windowsOnly),
  win_perms_reset: arg.unsupported(false, windowsOnly),
}

const signatures = 'signatures of files are not checked yet'

/** Arguments that Salt has for signed files. */
export const signatureArguments = {
  signature: arg.unsupported(null, signatures),
  source_hash_sig: arg.unsupported(null, signatures),
  signed_by_any: arg.unsupported(null, signatures),
  signed_by_all: arg.unsupported(null, signatures),
  keyring: arg.unsupported(null, signatures),
  gnupghome: arg.unsupported(null, signatures),
}

/** The arguments of `file.managed`. */
export const managedArguments = {
  source: anything(
    'Where its content comes from: ``salt://…``, ``http://…``, ``https://…``, ``ftp://…`` or a file of the minion; of a list the first that exists.',
  ),
  source_hash: anything(
    'Hash of the source: digits, ``KIND=DIGITS``, or where a file with hashes lies. A source of a web server needs one.',
  ),
  source_hash_name: arg.string('The name to look for in a file with hashes.').optional(),
  keep_source: arg.boolean('Whether the fetched copy stays in the cache.').default(true),
  ...ownerArguments,
  mode: anything('Its mode, in octal digits; ``keep`` for that of the source.'),
  attrs: arg.unsupported(null, 'attributes of ``chattr`` are not set yet'),
  template: arg.string('The engine that renders it: ``jinja``.').optional(),
  makedirs: arg.boolean('Whether directories above it are made.').default(false),
  dir_mode: anything('Their mode.'),
  ...templateArguments,
  replace: arg.boolean('Whether a file that is there is given this content.').default(true),
  backup: anything('``minion`` keeps a copy of what is replaced: see ``file.list_backups``.'),
  show_changes: arg.boolean('Whether the changes show the difference.').default(true),
  create: arg.boolean('Whether one that is not there is made.').default(true),
  contents: anything('Its content: a text, or a list of lines.'),
  tmp_dir: arg.string('Where ``check_cmd`` sees the file; default beside it.').default(''),
  tmp_ext: arg.string('What the name of that file ends with.').default(''),
  contents_pillar: anything('The path of its content in the pillar, or several.'),
  contents_grains: anything('The path of its content in the grains, or several.'),
  contents_newline: arg.boolean('Whether the content ends with a line break.').default(true),
  contents_delimiter: arg.string('What separates the keys of these paths.').default(':'),
  encoding: arg.encoding('The encoding of the file; default UTF-8.').optional(),
  encoding_errors: arg
    .string('What happens to characters that the encoding has not: ``strict``, ``ignore`` or ``replace``.')
    .default('strict'),
  allow_empty: arg.boolean('Whether the content may be empty.').default(true),
  follow_symlinks: arg.boolean('Whether a link is followed; otherwise a file takes its place.').default(true),
  check_cmd: anything('A command that has to accept the new content; its last word is the path of a copy.'),
  skip_verify: arg.boolean('Whether a source of a web server is taken without a hash.').default(false),
  selinux: arg.unsupported(null, 'labels of SELinux are not set yet'),
  ...windowsArguments,
  verify_ssl: arg.boolean('Whether a server has to prove who it is.').default(true),
  use_etag: arg.boolean('Whether a web server is asked if it still has what was fetched.').default(false),
  ...signatureArguments,
  kwargs: arg.keywords('Whatever else is given counts for nothing.'),
}

export type ManagedValues = Values<typeof managedArguments> & { readonly name: string }

/** `file.managed`. */
export async function manageFile(ctx: StateContext, args: ManagedValues): Promise<StateReturn> {
  if (args.name === '') return failure('Destination file name is required')
  const name = await expandUser(ctx, args.name)
  const problem = (await wrongArguments(ctx, name, args)) ?? (await wrongPlace(ctx, name, args))
  if (problem !== undefined) return problem
  const warnings =
    'file_mode' in args.kwargs
      ? ["The 'file_mode' argument will be ignored.  Please use 'mode' instead to set file permissions."]
      : []
  const outcome = await managedResult(ctx, name, args)
  return warnings.length === 0 ? { ...outcome, name } : { ...outcome, name, warnings }
}

async function wrongArguments(
  ctx: StateContext,
  name: string,
  args: ManagedValues,
): Promise<Result | undefined> {
  const count = [args.contents, args.contents_pillar, args.contents_grains].filter(
    (one) => one !== undefined && one !== null,
  ).length
  const three = "'contents', 'contents_pillar', or 'contents_grains'"
  if (isTruthy(args.source) && count > 0)
    return failure(`'source' cannot be used in combination with ${three}`)
  if (keepsMode(args) && count > 0)
    return failure(`Mode preservation cannot be used in combination with ${three}`)
  if (count > 1)
    return failure("Only one of 'contents', 'contents_pillar', and 'contents_grains' is permitted")
  if (ctx.platform === 'win32' && args.mode !== undefined && args.mode !== null)
    return failure("The 'mode' option is not supported on Windows")
  const mode = keepsMode(args) ? undefined : normalMode(args.mode)
  if (mode !== undefined && !/^[0-7]{4,5}$/.test(mode))
    return failure(`Invalid mode ${pythonStr(args.mode)} of ${name}: write it in octal digits, such as 0644`)
  return undefined
}

async function wrongPlace(ctx: StateContext, name: string, args: ManagedValues): Promise<Result | undefined> {
  if (!args.create && !(await ctx.fs.isFile(name)))
    return success(`File ${name} is not present and is not set for creation`)
  const unknown = ctx.state.test ? '' : await unknownAccounts(ctx, ownersOf(args))
  if (unknown !== '') return failure(unknown)
  if (!isAbsolute(name)) return failure(`Specified file ${name} is not an absolute path`)
  if (await ctx.fs.isDirectory(name)) return failure(`Specified target ${name} is a directory`)
  return undefined
}

/** `owner` is what people write for `user`. */
export function ownersOf({
  user,
  group,
  kwargs,
}: {
  readonly user?: unknown
  readonly group?: unknown
  readonly kwargs?: Readonly<Record<string, unknown>>
}) {
  return { user: accountOf(user) ?? accountOf(kwargs?.['owner']), group: accountOf(group) }
}

async function managedResult(ctx: StateContext, name: string, args: ManagedValues): Promise<Result> {
  const hasContent = hasContents(args)
  if ((!args.replace || (!isTruthy(args.source) && !hasContent)) && (await ctx.fs.exists(name)))
    return permissionsOnly(ctx, name, args)
  const context = templateContext(args.context, args.defaults)
  if (typeof context === 'string') return failure(context)
  const accumulator = accumulatedFor(ctx, name)
  if (accumulator !== undefined) context['accumulator'] = accumulator
  try {
    const found = hasContent
      ? await givenContent(ctx, args, context)
      : await contentOfSource(ctx, name, { args, context })
    if ('result' in found) return found
    const wanted: Managed = {
      name,
      ...found,
      ...ownersOf(args),
      mode: found.mode ?? (keepsMode(args) ? undefined : normalMode(args.mode)),
      makedirs: args.makedirs,
      dirMode: normalMode(args.dir_mode),
      backup: args.backup,
      showChanges: args.show_changes,
      followLinks: args.follow_symlinks,
    }
    if (ctx.state.test) return planned(await plannedChanges(ctx, wanted), name)
    const refused = await checkCommand(ctx, wanted, args)
    const outcome = refused ?? (await manage(ctx, wanted))
    if (!args.keep_source && found.source !== undefined)
      await forgetCopy(ctx, found.source, ctx.state.saltenv)
    return outcome
  } catch (error) {
    if (!isSaltError(error)) throw error
    return failure(`Unable to manage file: ${messageOf(error)}`)
  }
}

function planned(changes: Record<string, unknown>, name: string): Result {
  if (Object.keys(changes).length === 0) return success(`The file ${name} is in the correct state`)
  const note = 'Note: No changes made, actual changes may\nbe different due to other states.'
  return { changes, result: null, comment: `The file ${name} is set to be changed\n${note}` }
}

async function permissionsOnly(ctx: StateContext, name: string, args: ManagedValues): Promise<Result> {
  const { test } = ctx.state
  const mode = keepsMode(args) ? undefined : normalMode(args.mode)
  const wanted = { ...ownersOf(args), mode }
  const { changes, comments, result, lmode } = await applyPermissions(ctx, name, {
    ...wanted,
    test,
    followLinks: args.follow_symlinks,
  })
  const isChanged = Object.keys(changes).length > 0
  if (test) {
    const comment =
      mode !== undefined && mode !== lmode
        ? `File ${name} will be updated with permissions ${mode} from its current state of ${lmode}`
        : `File ${name} not updated`
    return { changes, result: isChanged ? null : true, comment }
  }
  const unchanged = `File ${name} exists with proper permissions. No changes made.`
  return { changes, result, comment: !isChanged && result ? unchanged : comments.join('; ') }
}

interface Found {
  readonly content: Content | undefined
  readonly isSource: boolean
  readonly source?: string
  readonly mode?: string | undefined
}

async function givenContent(
  ctx: StateContext,
  args: ManagedValues,
  context: Record<string, unknown>,
): Promise<Found | Result> {
  const { template: engine } = args
  const contents = contentsOf(ctx, args)
  if (typeof contents === 'string') return failure(contents)
  if (engine === undefined) return { content: { data: contents.data }, isSource: false }
  if (contents.isBinary) {
    return failure(
      'Contents specified by contents/contents_pillar/contents_grains appears to be binary data, and as will not be able to be treated as a Jinja template.',
    )
  }
  if (engine !== 'jinja') return failure(`Specified template format ${engine} is not supported`)
  const { saltenv } = ctx.state
  const text = await renderedText(ctx, contents.data.toString('utf8'), { engine, context, saltenv })
  return { content: { data: Buffer.from(text) }, isSource: false }
}

async function contentOfSource(
  ctx: StateContext,
  name: string,
  { args, context }: { readonly args: ManagedValues; readonly context: Record<string, unknown> },
): Promise<Found | Result> {
  const { saltenv } = ctx.state
  const { source, sourceHash } = await chooseSource(ctx, args.source, {
    sourceHash: args.source_hash,
    saltenv,
  })
  if (source === undefined) return { content: undefined, isSource: false }
  if (args.template !== undefined && args.template !== 'jinja')
    return failure(`Specified template format ${args.template} is not supported`)
  const query = {
    name,
    source,
    sourceHash,
    sourceHashName: args.source_hash_name,
    saltenv,
    skipVerify: args.skip_verify,
    verifySsl: args.verify_ssl,
    useEtag: args.use_etag,
    template:
      args.template === undefined
        ? undefined
        : { engine: args.template, context: { ...templateFacts(name, args), ...context } },
  }
  if (query.template === undefined && (await isAlready(ctx, query))) return permissionsOnly(ctx, name, args)
  const content = await sourceContent(ctx, query)
  if (typeof content === 'string') return failure(content)
  return {
    content,
    source,
    isSource: true,
    mode: keepsMode(args) ? await sourceMode(ctx, source) : undefined,
  }
}

/** What a template sees of the file that it becomes. */
function templateFacts(name: string, args: ManagedValues): Record<string, unknown> {
  return {
    name,
    user: args.user ?? null,
    group: args.group ?? null,
    mode: normalMode(args.mode) ?? null,
    attrs: null,
  }
}

function keepsMode({ mode }: ManagedValues): boolean {
  return typeof mode === 'string' && mode.toLowerCase() === 'keep'
}

async function sourceMode(ctx: StateContext, source: string): Promise<string | undefined> {
  const { saltenv } = ctx.state
  const scheme = schemeOf(source)
  if (scheme === 'salt') {
    const facts = await ctx.files.statFile(source, { saltenv })
    return facts && modeText(facts.mode)
  }
  if (scheme !== '' && scheme !== 'file') return undefined
  const facts = await ctx.fs.stat(source.replace(/^file:\/\//, ''))
  return facts && modeText(facts.mode)
}

/** Shows the new content to `check_cmd` before the file has it. */
export async function checkCommand(
  ctx: StateContext,
  wanted: Managed,
  args: Pick<ManagedValues, 'check_cmd' | 'tmp_dir' | 'tmp_ext'>,
): Promise<Result | undefined> {
  const { name, content } = wanted
  if (!isTruthy(args.check_cmd) || content === undefined || (await holds(ctx, name, content)))
    return undefined
  const directory = args.tmp_dir === '' ? dirname(name) : args.tmp_dir
  if (!(await ctx.fs.isDirectory(directory)))
    return failure(`Unable to check_cmd file: ${directory} is no directory`)
  const copy = join(directory, `.${crypto.randomUUID()}${args.tmp_ext}`)
  const forget = ctx.leftovers.note({ kind: 'file', path: copy })
  try {
    if ('data' in content) await ctx.fs.write(copy, content.data, { mode: 0o600, durable: false })
    else await ctx.fs.replace(copy, content.path, { mode: 0o600, durable: false })
    return await acceptedBy(ctx, pythonStr(args.check_cmd), copy)
  } finally {
    await ctx.fs.remove(copy)
    forget()
  }
}

/** Undefined when the command accepts the file. */
export async function acceptedBy(
  ctx: StateContext,
  command: string,
  path: string,
): Promise<Result | undefined> {
  const all = await ctx.call('cmd.run_all', { cmd: `${command} ${path}`, python_shell: true })
  const fact = (key: string) => valueAt(all as Record<string, unknown>, key)
  if (fact('retcode') === 0) return undefined
  const printed = [fact('stdout'), fact('stderr')].filter(isTruthy).map((text) => `\n${pythonStr(text)}`)
  return {
    changes: {},
    result: false,
    comment: `check_cmd execution failed${printed.join('')}`,
    skip_watch: true,
  }
}
