// SPDX-License-Identifier: Apache-2.0
import { type ExecContext, syncedFolders } from '@halite/loader'
import { type SyncHost, type SyncNames, syncKind } from './sync-kind.ts'

/** What a sync of all kinds did. */
export interface SyncedKinds {
  /** Modules that are new or changed, by kind. */
  readonly changed: Readonly<Record<string, readonly string[]>>
  /** Files that are no modules here: file → why. */
  readonly refused: Readonly<Record<string, string>>
  /** Whether anything is different now; `grains`: whether there are other grain modules. */
  readonly isTouched: boolean
  readonly grains: boolean
}

/** What only a minion with files of its own has a use for. */
const localOnly: ReadonlySet<string> = new Set(['tops', 'pillar', 'wrapper'])

/** Copies the modules of every kind that a minion has a use for. Each environment is listed once. */
export async function syncKinds(
  ctx: ExecContext,
  names: SyncNames & { readonly saltenvs: readonly string[] },
): Promise<SyncedKinds> {
  const isLocal = isMasterless(ctx)
  const kinds = syncedFolders('minion').filter(({ sync }) => isLocal || !localOnly.has(sync))
  const { fs, options, log } = ctx
  const host: SyncHost = { fs, options, log, files: listedOnce(ctx.files) }
  const changed: Record<string, readonly string[]> = {}
  const refused: Record<string, string> = {}
  const touched: string[] = []
  for (const { folder, sync } of kinds) {
    const synced = await syncKind(host, folder, names)
    changed[sync] = synced.changed
    Object.assign(refused, synced.refused)
    if (synced.isTouched) touched.push(folder)
  }
  return { changed, refused, isTouched: touched.length > 0, grains: touched.includes('grains') }
}

/** Whether a minion has files, and thereby pillar, of its own. */
export function isMasterless({ options, masters }: Pick<ExecContext, 'options' | 'masters'>): boolean {
  return options['file_client'] === 'local' || masters === undefined
}

/** Makes the daemon, if there is one, pick up the new modules. */
export async function noticeSynced(
  { daemon }: ExecContext,
  { isTouched, grains }: Pick<SyncedKinds, 'isTouched' | 'grains'>,
  isWanted: boolean,
): Promise<void> {
  if (!isTouched && !isWanted) return
  if (grains) await daemon?.refreshGrains()
  else await daemon?.refreshModules()
}

/** The folders of modules begin with `_`: a kind costs no request of its own. */
function listedOnce(files: SyncHost['files']): SyncHost['files'] {
  const lists = new Map<string, Promise<readonly string[]>>()
  return {
    cacheFile: (url, query) => files.cacheFile(url, query),
    listFiles: async (prefix = '', query = {}) => {
      const { saltenv = '' } = query
      const list = lists.get(saltenv) ?? files.listFiles('_', query)
      lists.set(saltenv, list)
      return (await list).filter((path) => path.startsWith(prefix))
    },
  }
}
