// SPDX-License-Identifier: Apache-2.0
import { SaltError } from '@halite/core'
import {
  arg,
  defineModule,
  type ExecContext,
  type MasterContext,
  masterFn,
  syncedFolders,
} from '@halite/loader'
import { refusedLines, type SyncNames, syncKind, syncLimits } from '../execution/parts/sync-kind.ts'

const args = {
  saltenv: arg.any('The environment that they come from, or several with commas between.').default('base'),
  ...syncLimits,
}

interface SyncArguments extends SyncNames {
  readonly saltenv: unknown
}

/** `saltutil`: modules of the master that come from its file server. */
export default defineModule({
  name: 'saltutil',
  doc: 'Copies modules for the master from its file server to ``extension_modules``. Runners and pillars after that have them.',
  functions: {
    ...Object.fromEntries(
      syncedFolders('master').map(({ folder, sync }) => [`sync_${sync}`, syncFunction(folder, sync)]),
    ),
    sync_all: masterFn({
      doc: 'Copy modules of all kinds. Returns the names of those that are new or changed, by kind; below ``not_loaded`` files that are no modules here, and why.',
      examples: [
        'salt-run saltutil.sync_all',
        "salt-run saltutil.sync_all extmod_whitelist={'runners': ['custom_runner'], 'grains': []}",
      ],
      args,
      run: syncAll,
    }),
  },
})

function syncFunction(folder: string, sync: string) {
  return masterFn({
    doc: `Copy what \`\`salt://_${folder}\`\` holds. Returns the names of modules that are new or changed; of files that are no modules here the reason.`,
    examples: [`salt-run saltutil.sync_${sync}`],
    args,
    run: async (ctx, given) => {
      const synced = await syncKind(localOf(ctx), folder, { ...given, saltenvs: environmentsIn(given) })
      return [...synced.changed, ...refusedLines(synced)]
    },
  })
}

async function syncAll(ctx: MasterContext, given: SyncArguments): Promise<Record<string, unknown>> {
  const changed: Record<string, unknown> = {}
  const refused: Record<string, string> = {}
  for (const { folder, sync } of syncedFolders('master')) {
    const synced = await syncKind(localOf(ctx), folder, { ...given, saltenvs: environmentsIn(given) })
    changed[sync] = synced.changed
    Object.assign(refused, synced.refused)
  }
  return Object.keys(refused).length === 0 ? changed : { ...changed, not_loaded: refused }
}

function environmentsIn({ saltenv }: SyncArguments): readonly string[] {
  const names = Array.isArray(saltenv) ? saltenv : String(saltenv).split(',')
  return names.map((name) => String(name).trim())
}

function localOf({ local }: MasterContext): ExecContext {
  if (local !== undefined) return local
  throw new SaltError('COMMAND_FAILED', 'modules are synced by a runner, and not on the loop of the master')
}
