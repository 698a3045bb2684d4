// SPDX-License-Identifier: Apache-2.0
import { tmpdir } from 'node:os'
import { dirname, isAbsolute, join } from 'node:path'
import { isSaltError, messageOf, parseSaltUrl } from '@halite/core'
import { arg, type StateContext, type StateReturn, type Values } from '@halite/loader'
import { splitWords } from '../../execution/cmd/split-words.ts'
import { runPatch } from '../../execution/file/patch.ts'
import { expandUser } from '../../execution/file/paths.ts'
import type { Ran } from '../../execution/file/run-all.ts'
import { chooseSource, sourceContent, templateContext } from '../../execution/file/sources.ts'
import { Nesting } from '../../outputters/nested.ts'
import { painter } from '../../outputters/text/paint.ts'
import { tried } from './edited.ts'
import { patchOptions } from './patch-options.ts'
import { failure, type Result, success } from './result.ts'
import { anything, templateArguments } from './shared-arguments.ts'

/** The arguments of `file.patch`. */
export const patchArguments = {
  source: anything('Where the patch comes from; of a list the first that exists.'),
  source_hash: anything('Hash of the patch. One of a web server needs one.'),
  source_hash_name: arg.string('The name to look for in a file with hashes.').optional(),
  skip_verify: arg.boolean('Whether a patch of a web server is taken without a hash.').default(false),
  template: arg.string('The engine that renders it: ``jinja``.').optional(),
  ...templateArguments,
  options: arg.string('More options of ``patch``.').default(''),
  reject_file: arg.string('Where it writes what cannot be applied.').optional(),
  strip: arg
    .integer('How many directories are cut from the paths in the patch; counts for directories.')
    .optional(),
  saltenv: arg.string('Environment of the patch.').optional(),
  kwargs: arg.keywords('Whatever else is given counts for nothing.'),
}

type PatchValues = Values<typeof patchArguments> & { readonly name: string }

/** `file.patch`. */
export async function patch(ctx: StateContext, args: PatchValues): Promise<StateReturn> {
  const name = await expandUser(ctx, args.name)
  const problem = await wrongPatch(ctx, name, args)
  if (problem !== undefined) return { ...failure(problem), name }
  const options = patchOptions(splitWords(args.options), args.strip)
  if (typeof options === 'string') return { ...failure(options), name }
  const warnings = ['hash', 'dry_run_first']
    .filter((old) => old in args.kwargs)
    .map((old) => `The '${old}' argument is no longer used and has been ignored.`)
  const source = await chosen(ctx, args)
  if (typeof source === 'string') return { ...failure(source), name }
  if (source.warning !== undefined) warnings.push(source.warning)
  const outcome = await withDirectory(ctx, (directory) =>
    tried(() => patched(ctx, { name, args, directory, source: source.source, ...options })),
  )
  return { ...outcome, name, ...(warnings.length > 0 && { warnings }) }
}

async function wrongPatch(ctx: StateContext, name: string, args: PatchValues): Promise<string | undefined> {
  if (ctx.which('patch') === undefined) return 'patch executable not found on minion'
  if (name === '') return 'A file/directory to be patched is required'
  if (!isAbsolute(name)) return `${name} is not an absolute path`
  if (!(await ctx.fs.exists(name))) return `${name} does not exist`
  const { reject_file } = args
  if (reject_file === undefined) return undefined
  if (!isAbsolute(reject_file)) return `'${reject_file}' is not an absolute path`
  if (await ctx.fs.isDirectory(dirname(reject_file))) return undefined
  return `Parent directory for reject_file '${reject_file}' either does not exist, or is not a directory`
}

interface Chosen {
  readonly source: string
  readonly sourceHash: string
}

async function chosen(
  ctx: StateContext,
  args: PatchValues,
): Promise<{ readonly source: Chosen; readonly warning?: string } | string> {
  const saltenv = args.saltenv ?? ctx.state.saltenv
  try {
    const found = await chooseSource(ctx, args.source, { sourceHash: args.source_hash, saltenv })
    if (found.source === undefined) return 'file.patch needs a source'
    const source = { source: found.source, sourceHash: found.sourceHash }
    const named = source.source.startsWith('salt://') ? parseSaltUrl(source.source).saltenv : undefined
    const isIgnored = args.saltenv !== undefined && named !== undefined && named !== args.saltenv
    const warning = "Ignoring 'saltenv' option in favor of saltenv included in the source URL."
    return isIgnored ? { source, warning } : { source }
  } catch (error) {
    if (!isSaltError(error)) throw error
    return messageOf(error)
  }
}

/** A directory that is gone afterwards, with the three files that are made in it. */
async function withDirectory<T>(ctx: StateContext, work: (directory: string) => Promise<T>): Promise<T> {
  const directory = join(tmpdir(), `salt-patch-${crypto.randomUUID()}`)
  const paths = [directory, ...['patch', 'rejects', 'output'].map((name) => join(directory, name))]
  const notes = paths.map((path) => ctx.leftovers.note({ kind: 'file', path }))
  try {
    await ctx.fs.makeDirectory(directory, { mode: 0o700 })
    return await work(directory)
  } finally {
    await ctx.fs.remove(directory, { recursive: true })
    for (const takeBack of notes) takeBack()
  }
}

interface Patching {
  readonly name: string
  readonly args: PatchValues
  readonly directory: string
  readonly source: Chosen
  readonly words: readonly string[]
  readonly strip: number | undefined
}

async function patched(ctx: StateContext, patching: Patching): Promise<Result> {
  const { name, args, directory, words, strip } = patching
  const patchFile = await fetchedPatch(ctx, patching)
  if (typeof patchFile !== 'string') return patchFile
  const rejects = args.reject_file ?? join(directory, 'rejects')
  const stripped = strip !== undefined && (await ctx.fs.isDirectory(name)) ? [`-p${strip}`] : []
  const run = (file: string, options: readonly string[], dryRun = false) =>
    runPatch(ctx, name, { patchFile: file, options: [...words, ...options], dryRun })
  const tested = await run(patchFile, ['-N', '-r', rejects, '-o', join(directory, 'output'), ...stripped])
  if (tested.retcode !== 0) return refused(ctx, { tested, rejects, args, run })
  if (ctx.state.test) return { changes: { ...tested }, result: null, comment: 'The patch would be applied' }
  const changes = await run(patchFile, stripped)
  if (changes.retcode === 0)
    return { changes: { ...changes }, result: true, comment: 'Patch successfully applied' }
  return { changes: { ...changes }, result: false, comment: 'Failed to apply patch' }
}

async function fetchedPatch(
  ctx: StateContext,
  { args, directory, source }: Patching,
): Promise<string | Result> {
  const context = templateContext(args.context, args.defaults)
  if (typeof context === 'string') return failure(context)
  const path = join(directory, 'patch')
  const content = await sourceContent(ctx, {
    ...source,
    name: path,
    sourceHashName: args.source_hash_name,
    saltenv: args.saltenv ?? ctx.state.saltenv,
    skipVerify: args.skip_verify,
    template: args.template === undefined ? undefined : { engine: args.template, context },
  })
  if (typeof content === 'string') return failure(content)
  if ('path' in content) return content.path
  await ctx.fs.write(path, content.data, { mode: 0o600, durable: false })
  return path
}

interface Refusal {
  readonly tested: Ran
  readonly rejects: string
  readonly args: PatchValues
  run(file: string, options: readonly string[], dryRun?: boolean): Promise<Ran>
}

/** A patch that does not apply may have been applied before. */
async function refused(ctx: StateContext, { tested, rejects, args, run }: Refusal): Promise<Result> {
  const { stderr } = tested
  if (((await ctx.fs.stat(rejects))?.size ?? 0) === 0) return failure(stderr)
  const reversed = await run(rejects, ['-R', '-f'], true)
  if (tested.retcode === 2 && stderr !== '') return failure(stderr)
  if (reversed.retcode === 0) return success('Patch was already applied')
  const more =
    args.reject_file === undefined
      ? ' Run state again using the reject_file option to save rejects to a persistent file.'
      : ''
  const shown = new Nesting(painter(false), false)
  shown.add(tested, 14, '')
  return failure(
    `Patch would not apply cleanly, no changes made. Results of dry-run are below.${more}\n\n${shown.lines.join('\n')}`,
  )
}
