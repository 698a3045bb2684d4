// SPDX-License-Identifier: Apache-2.0
import type { StateContext } from '@halite/loader'
import { atPlace, removeAt } from '../../execution/file/place.ts'
import type { DirectoryValues } from './directory-arguments.ts'
import { failure, type Result } from './result.ts'

/** Removes or moves what is in the way of a directory; a result when that ends the state. */
export async function makeWay(
  ctx: StateContext,
  name: string,
  { args, changes }: { readonly args: DirectoryValues; readonly changes: Record<string, unknown> },
): Promise<Result | undefined> {
  const facts = await ctx.fs.stat(name, { followLinks: false })
  const isFile = await ctx.fs.isFile(name)
  const isLink = facts?.type === 'link'
  if (!isFile && !(isLink && (!args.allow_symlink || args.force))) return undefined
  if (args.backupname !== undefined) return movedAway(ctx, name, { args, changes })
  if (!args.force) return failure(`Specified location ${name} exists and is a ${isFile ? 'file' : 'symlink'}`)
  const kind = isFile ? 'File' : 'Symlink'
  changes['forced'] = ctx.state.test ? `${kind} would be forcibly replaced` : `${kind} was forcibly replaced`
  if (!ctx.state.test) await removeAt(ctx, name)
  return undefined
}

async function movedAway(
  ctx: StateContext,
  name: string,
  { args, changes }: { readonly args: DirectoryValues; readonly changes: Record<string, unknown> },
): Promise<Result | undefined> {
  const backup = args.backupname ?? ''
  if ((await ctx.fs.stat(backup, { followLinks: false })) !== undefined) {
    if (!args.force) return failure(`File exists where the backup target ${backup} should go`)
    if (ctx.state.test) changes['forced'] = `Existing file at backup path ${backup} would be removed`
    else await removeAt(ctx, backup, { recursive: true })
  }
  if (!ctx.state.test) {
    const work = (from: string) =>
      atPlace(ctx, backup, { followLinks: false, work: (to) => ctx.fs.rename(from, to) })
    await atPlace(ctx, name, { followLinks: false, work })
    return undefined
  }
  Object.assign(changes, { backup: `${name} would be renamed to ${backup}`, [name]: { directory: 'new' } })
  return { changes, result: null, comment: `${name} would be backed up and replaced with a new directory` }
}
