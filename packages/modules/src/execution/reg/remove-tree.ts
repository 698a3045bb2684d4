// SPDX-License-Identifier: Apache-2.0
import { messageOf } from '@halite/core'
import { type ExecContext, type Failed, failed, type RegistryView } from '@halite/loader'
import { broadcastSettings } from '../parts/settings-change.ts'
import { deniedOrMissing, type Place, placeOf, shownPlace } from './place.ts'

/** Paths as they were called, with those below. */
export interface Removed {
  readonly Deleted: string[]
  readonly Failed: string[]
}

/**
 * `reg.delete_key_recursive`: removes a key with all below it, the deepest first. False when it does not exist; fails for one
 * right below a hive, except that of the user.
 */
export async function removeTree(ctx: ExecContext, args: Place): Promise<Removed | false | Failed> {
  const [path, view] = placeOf(args)
  const { windowsRegistry, log } = ctx
  if ((await windowsRegistry.values(path, view).catch(deniedOrMissing)) === undefined) return false
  const [hive = '', ...parts] = path.split('\\')
  if (parts.length < (hive === 'HKCU' ? 1 : 2)) {
    log.error(`"${shownPlace(args)}" is too close to root, not safe to remove`)
    return failed(false, 1)
  }
  const removed: Removed = { Deleted: [], Failed: [] }
  const shownHive = args.hive
  for (const each of await pathsBelow(ctx, path, view)) {
    const shown = `${shownHive}${each.slice(hive.length)}`
    try {
      await windowsRegistry.removeKey(each, view)
      removed.Deleted.push(shown)
    } catch (error) {
      log.error(messageOf(error))
      removed.Failed.push(`${shown} ${messageOf(error)}`)
    }
  }
  await broadcastSettings(ctx, path)
  return removed
}

/** The paths of a key and all below it, each behind those that lie in it. */
async function pathsBelow(ctx: ExecContext, path: string, view: RegistryView): Promise<string[]> {
  const paths: string[] = []
  for (const name of await ctx.windowsRegistry.keys(path, view).catch(() => [])) {
    paths.push(...(await pathsBelow(ctx, `${path}\\${name}`, view)))
  }
  return [...paths, path]
}
