// SPDX-License-Identifier: Apache-2.0
import { mapOf } from '@halite/core'
import { arg, type ExecContext, failed, fn } from '@halite/loader'
import { type Backup, backUp, backupAt, backupsBelow, backupsOf } from '../backups.ts'
import { expandUser, realPath } from '../paths.ts'
import { atPlace } from '../place.ts'
import { systemText } from '../system-errors.ts'

const path = arg.path('The file.')
const limit = arg.any('How many of the newest ones.').default(null)
const backup_id = arg.any('Its number in the list of ``file.list_backups``.')

const listArguments = { path, limit }

/** Functions about the copies that states keep of files they change. */
export const backupFunctions = {
  list_backups: listFunction('list_backups'),
  list_backup: listFunction('list_backup'),
  list_backups_dir: fn({
    doc: 'Return the copies that were kept of the files in a directory: by name, and then by number, 0 for the newest.',
    examples: ["salt '*' file.list_backups_dir /foo/bar/baz/"],
    args: listArguments,
    run: async (ctx, { path, limit }) => {
      const found = await backupsBelow(ctx, await expandUser(ctx, path))
      return mapOf([...found].map(([name, list]) => [name, numbered(list, limitOf(ctx, limit))]))
    },
  }),
  restore_backup: fn({
    doc: 'Put a copy that was kept of a file in its place; what the file holds now is kept as another copy.',
    examples: ["salt '*' file.restore_backup /foo/bar/baz.txt 0"],
    args: { path, backup_id },
    run: restore,
  }),
  delete_backup: deleteFunction('delete_backup'),
  remove_backup: deleteFunction('remove_backup'),
}

function listFunction(name: string) {
  return fn({
    doc: 'Return the copies that were kept of a file, by number, 0 for the newest.',
    examples: [`salt '*' file.${name} /foo/bar/baz.txt`],
    args: listArguments,
    run: async (ctx, { path, limit }) => numbered(await backupsOf(ctx, path), limitOf(ctx, limit)),
  })
}

function deleteFunction(name: string) {
  return fn({
    doc: 'Remove a copy that was kept of a file.',
    examples: [`salt '*' file.${name} /foo/bar/baz.txt 0`],
    args: { path, backup_id },
    run: async (ctx, args) => {
      const backup = await backupAt(ctx, await expandUser(ctx, args.path), args.backup_id)
      if (typeof backup === 'string') return refusal(backup)
      try {
        await ctx.fs.remove(backup.Location)
      } catch (error) {
        return refusal(`Unable to remove ${backup.Location}: ${systemText(error, backup.Location)}`)
      }
      return { result: true, comment: `Successfully removed ${backup.Location}` }
    },
  })
}

function numbered(backups: readonly Backup[], limit: number | undefined) {
  return mapOf(backups.slice(0, limit).map((backup, index) => [index, backup]))
}

/** As in Salt, what is no number counts for nothing. */
function limitOf(ctx: ExecContext, limit: unknown): number | undefined {
  if (limit === null) return undefined
  const number = Number(limit)
  if (Number.isInteger(number)) return number
  ctx.log.error("'limit' value must be numeric")
  return undefined
}

async function restore(ctx: ExecContext, args: { readonly path: string; readonly backup_id: unknown }) {
  const path = await expandUser(ctx, args.path)
  const backup = await backupAt(ctx, path, args.backup_id)
  if (typeof backup === 'string') return refusal(backup)
  try {
    const target = await realPath(ctx, path)
    const work = (place: string) => putBack(ctx, { place, name: target, from: backup.Location })
    await atPlace(ctx, path, { followLinks: true, work })
  } catch (error) {
    return refusal(`Unable to restore ${backup.Location} to ${path}: ${systemText(error, path)}`)
  }
  return { result: true, comment: `Successfully restored ${backup.Location} to ${path}` }
}

interface Restored {
  /** Where the file is reached. */
  readonly place: string
  readonly name: string
  readonly from: string
}

async function putBack(ctx: ExecContext, { place, name, from }: Restored): Promise<void> {
  await backUp(ctx, place, { name })
  const isThere = (await ctx.fs.stat(place, { followLinks: false })) !== undefined
  const kept = await ctx.fs.stat(from)
  await ctx.fs.replace(place, from, isThere ? {} : { mode: (kept?.mode ?? 0o600) & 0o7777 })
  if (!isThere && kept !== undefined) await ctx.fs.setOwner(place, kept.uid, kept.gid)
}

function refusal(comment: string) {
  return failed({ result: false, comment }, 1)
}
