// SPDX-License-Identifier: Apache-2.0
import { isMap, type Logger, SaltError, textKeyed } from '@halite/core'
import { arg } from '@halite/loader'
import { type Synced, type SyncParts, syncFolder } from './sync-folder.ts'

/** Arguments that say which modules are synced. */
export const syncLimits = {
  extmod_whitelist: arg
    .any(
      'Modules that are synced and no others: names with commas between, or a map from kinds to lists of names.',
    )
    .optional(),
  extmod_blacklist: arg.any('Modules that are not synced, in the same way.').optional(),
}

/** Which modules are synced, as they were given. */
export interface SyncNames {
  readonly extmod_whitelist: unknown
  readonly extmod_blacklist: unknown
}

/** Who syncs: a minion, or a master for its runners. */
export interface SyncHost extends SyncParts {
  readonly options: Readonly<Record<string, unknown>>
  readonly log: Logger
}

/** Copies the modules of `_<folder>` to `extension_modules`. Files that are no modules here are logged. */
export async function syncKind(
  host: SyncHost,
  folder: string,
  names: SyncNames & { readonly saltenvs: readonly string[] },
): Promise<Synced> {
  const { options, log } = host
  const { saltenvs, extmod_whitelist, extmod_blacklist } = names
  const synced = await syncFolder(host, {
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

/** Of files that are no modules here the reason, a line each. */
export function refusedLines({ refused }: Synced): string[] {
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
