// SPDX-License-Identifier: Apache-2.0
import { isMap, isSaltError, SaltError, textKeyed } from '@halite/core'
import { arg, type ExecContext, fn, syncedFolders } from '@halite/loader'
import { type Synced, syncFolder } from '../parts/sync-folder.ts'

const limits = {
  extmod_whitelist: arg
    .any(
      'Modules that are synced and no others: names with commas between, or a map from kinds to lists of names.',
    )
    .optional(),
  extmod_blacklist: arg.any('Modules that are not synced, in the same way.').optional(),
}
const saltenv = arg
  .any(
    'The environment they come from, or several with commas between; default those that the top file names for this minion, or ``base``.',
  )
  .optional()
const refresh = arg
  .boolean('Let the minion look at what it has now; it does in any case when something is different.')
  .default(true)

interface SyncArguments {
  readonly saltenv: unknown
  readonly refresh: boolean
  readonly extmod_whitelist: unknown
  readonly extmod_blacklist: unknown
}

const cleanPillarCache = {
  clean_pillar_cache: arg.boolean('Kept for old calls: the pillar is not kept on disk.').default(false),
}
/** The kinds for which Salt has it. */
const keptFor: ReadonlySet<string> = new Set(['grains', 'pillar'])

/** What only a minion with files of its own has a use for. */
const localOnly: ReadonlySet<string> = new Set(['tops', 'pillar', 'wrapper'])

/** A function for each kind of modules: `sync_modules`, `sync_grains`, …; and one for all. */
export const syncFunctions = {
  ...Object.fromEntries(
    syncedFolders('minion').map(({ folder, sync }) => [`sync_${sync}`, syncFunction(folder, sync)]),
  ),
  sync_outputters: syncFunction('output', 'outputters'),
  sync_all: fn({
    doc: 'Copy modules of all kinds from the file server. Returns the names of those that are new or changed, by kind; below ``not_loaded`` files that are no modules here, and why.',
    examples: [
      "salt '*' saltutil.sync_all",
      "salt '*' saltutil.sync_all extmod_whitelist={'modules': ['custom_module']}",
    ],
    args: {
      saltenv,
      refresh,
      ...limits,
      ...cleanPillarCache,
    },
    run: syncAll,
  }),
  clear_cache: fn({
    doc: 'Remove all copies of files that the minion fetched. They are fetched again when they are wanted.',
    examples: ["salt '*' saltutil.clear_cache"],
    run: async ({ fs, options }) => {
      const cachedir = String(options['cachedir'])
      for (const folder of ['files', 'extrn_files', 'localfiles'])
        await fs.remove(`${cachedir}/${folder}`, { recursive: true })
      return true
    },
  }),
  list_extmods: fn({
    doc: 'Return the names of the modules that were copied from the file server, by kind.',
    examples: ["salt '*' saltutil.list_extmods"],
    run: listExtmods,
  }),
}

function syncFunction(folder: string, sync: string) {
  return fn({
    doc: `Copy what \`\`salt://_${folder}\`\` holds. Returns the names of modules that are new or changed; of files that are no modules here the reason.`,
    examples: [`salt '*' saltutil.sync_${sync}`, `salt '*' saltutil.sync_${sync} saltenv=base,dev`],
    args: { saltenv, refresh, ...limits, ...(keptFor.has(folder) ? cleanPillarCache : {}) },
    run: async (ctx, args) => {
      const synced = await syncKind(ctx, folder, { ...args, saltenvs: await saltenvsOf(ctx, args.saltenv) })
      await refreshAfter(ctx, {
        touched: synced.isTouched,
        grains: folder === 'grains',
        wanted: args.refresh,
      })
      return [...synced.changed, ...linesOf(synced)]
    },
  })
}

async function syncAll(ctx: ExecContext, args: SyncArguments): Promise<Record<string, unknown>> {
  const saltenvs = await saltenvsOf(ctx, args.saltenv)
  const isLocal = ctx.options['file_client'] === 'local' || ctx.masters === undefined
  const kinds = syncedFolders('minion').filter(({ sync }) => isLocal || !localOnly.has(sync))
  const changed: Record<string, unknown> = {}
  const refused: Record<string, string> = {}
  const touched: string[] = []
  for (const { folder, sync } of kinds) {
    const synced = await syncKind(ctx, folder, { ...args, saltenvs })
    changed[sync] = synced.changed
    Object.assign(refused, synced.refused)
    if (synced.isTouched) touched.push(folder)
  }
  const grains = touched.includes('grains')
  await refreshAfter(ctx, { touched: touched.length > 0, grains, wanted: args.refresh })
  if (args.refresh) await ctx.daemon?.refreshPillar()
  return Object.keys(refused).length === 0 ? changed : { ...changed, not_loaded: refused }
}

async function syncKind(
  ctx: ExecContext,
  folder: string,
  {
    saltenvs,
    extmod_whitelist,
    extmod_blacklist,
  }: Omit<SyncArguments, 'saltenv'> & { readonly saltenvs: readonly string[] },
): Promise<Synced> {
  const { options, log } = ctx
  const synced = await syncFolder(ctx, {
    folder,
    saltenvs,
    directory: String(options['extension_modules']),
    whitelist: namesFor(folder, extmod_whitelist ?? options['extmod_whitelist'], 'extmod_whitelist'),
    blacklist: namesFor(folder, extmod_blacklist ?? options['extmod_blacklist'], 'extmod_blacklist') ?? [],
    clean: options['clean_dynamic_modules'] === true,
  })
  for (const [file, reason] of Object.entries(synced.refused))
    log.warning('a file is no module here', { file, reason })
  return synced
}

async function refreshAfter(
  { daemon }: ExecContext,
  {
    touched,
    grains,
    wanted,
  }: { readonly touched: boolean; readonly grains: boolean; readonly wanted: boolean },
): Promise<void> {
  if (!touched && !wanted) return
  if (grains && (touched || wanted)) await daemon?.refreshGrains()
  else await daemon?.refreshModules()
}

function linesOf({ refused }: Synced): string[] {
  return Object.entries(refused).map(([file, reason]) => `${file} is not loaded: ${reason}`)
}

/** The names for a kind, as Salt takes them: text is for every kind; a map that does not have it says nothing of it. */
function namesFor(folder: string, value: unknown, what: string): readonly string[] | undefined {
  if (value === undefined || value === null || value === '') return undefined
  if (typeof value === 'string') return value.split(',').map((name) => name.trim())
  if (!isMap(value))
    throw new SaltError('ARGUMENTS_INVALID', `${what} must be text or a map from kinds to names`)
  const names = textKeyed(value)[folder]
  if (names === undefined || names === null) return undefined
  return Array.isArray(names) ? names.map(String) : String(names).split(',')
}

/** The environments that are meant. */
async function saltenvsOf(ctx: ExecContext, given: unknown): Promise<readonly string[]> {
  if (Array.isArray(given)) return given.map(String)
  if (typeof given === 'string' && given !== '') return given.split(',').map((name) => name.trim())
  if (given !== undefined && given !== null) throw new SaltError('ARGUMENTS_INVALID', 'saltenv must be text')
  const named = await environmentsOfTop(ctx)
  if (named.length > 0) return named
  return [String(ctx.options['saltenv'] || 'base')]
}

/** Those under which the top file names something for this minion. */
async function environmentsOfTop(ctx: ExecContext): Promise<string[]> {
  try {
    const top = await ctx.call('state.show_top')
    return isMap(top) ? Object.keys(textKeyed(top)) : []
  } catch (error) {
    if (isSaltError(error, 'FUNCTION_UNKNOWN')) return []
    throw error
  }
}

async function listExtmods({ fs, options }: ExecContext): Promise<Record<string, string[]>> {
  const directory = String(options['extension_modules'])
  const listed: Record<string, string[]> = {}
  if (!(await fs.isDirectory(directory))) return listed
  for (const kind of await fs.list(directory)) {
    const path = `${directory}/${kind}`
    if (await fs.isDirectory(path)) listed[kind] = [...new Set(await namesBelow(fs, path))].sort()
  }
  return listed
}

async function namesBelow(fs: ExecContext['fs'], directory: string): Promise<string[]> {
  const names: string[] = []
  for (const name of await fs.list(directory)) {
    const path = `${directory}/${name}`
    if (await fs.isDirectory(path)) names.push(...(await namesBelow(fs, path)))
    else names.push(name.replace(/\..*$/, ''))
  }
  return names
}
