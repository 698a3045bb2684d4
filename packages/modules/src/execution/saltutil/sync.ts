// SPDX-License-Identifier: Apache-2.0
import { SaltError } from '@halite/core'
import { arg, type ExecContext, fn, syncedFolders } from '@halite/loader'
import { isMasterless, noticeSynced, syncKinds } from '../parts/sync-all.ts'
import { refusedLines, type SyncNames, syncKind, syncLimits } from '../parts/sync-kind.ts'

const saltenv = arg
  .any(
    'The environment they come from, or several with commas between; default those that the top file names for this minion, or ``base``.',
  )
  .optional()
const refresh = arg
  .boolean('Let the minion look at what it has now; it does in any case when something is different.')
  .default(true)

interface SyncArguments extends SyncNames {
  readonly saltenv: unknown
  readonly refresh: boolean
}

const cleanPillarCache = {
  clean_pillar_cache: arg.boolean('Kept for old calls: the pillar is not kept on disk.').default(false),
}
/** The kinds for which Salt has it. */
const keptFor: ReadonlySet<string> = new Set(['grains', 'pillar'])

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
      ...syncLimits,
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
    args: { saltenv, refresh, ...syncLimits, ...(keptFor.has(folder) ? cleanPillarCache : {}) },
    run: async (ctx, args) => {
      if (folder === 'pillar' && !isMasterless(ctx)) {
        throw new SaltError('COMMAND_FAILED', 'Pillar modules can only be synced to masterless minions')
      }
      const synced = await syncKind(ctx, folder, { ...args, saltenvs: await saltenvsOf(ctx, args.saltenv) })
      await noticeSynced(ctx, { isTouched: synced.isTouched, grains: folder === 'grains' }, args.refresh)
      return [...synced.changed, ...refusedLines(synced)]
    },
  })
}

async function syncAll(ctx: ExecContext, args: SyncArguments): Promise<Record<string, unknown>> {
  const synced = await syncKinds(ctx, { ...args, saltenvs: await saltenvsOf(ctx, args.saltenv) })
  await noticeSynced(ctx, synced, args.refresh)
  if (args.refresh) await ctx.daemon?.refreshPillar()
  const { changed, refused } = synced
  return Object.keys(refused).length === 0 ? { ...changed } : { ...changed, not_loaded: refused }
}

/** The environments that are meant. */
async function saltenvsOf(ctx: ExecContext, given: unknown): Promise<readonly string[]> {
  if (Array.isArray(given)) return given.map(String)
  if (typeof given === 'string' && given !== '') return given.split(',').map((name) => name.trim())
  if (given !== undefined && given !== null) throw new SaltError('ARGUMENTS_INVALID', 'saltenv must be text')
  const { topEnvironments } = await import('../state/top-environments.ts')
  const named = await topEnvironments(ctx)
  if (named.length > 0) return named
  return [String(ctx.options['saltenv'] || 'base')]
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
