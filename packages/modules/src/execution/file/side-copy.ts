// SPDX-License-Identifier: Apache-2.0
import { systemCodeOf } from '@halite/core'
import type { ExecContext } from '@halite/loader'
import { atPlace } from './place.ts'

/** Copies a file to the same path with an extension, as it is: with its mode, owner and times. One that is there is replaced. */
export async function copyBeside(ctx: ExecContext, path: string, extension: string): Promise<string> {
  await atPlace(ctx, path, { followLinks: true, work: (place) => copyTo(ctx, place, `${place}${extension}`) })
  return `${path}${extension}`
}

async function copyTo(ctx: ExecContext, path: string, copy: string): Promise<void> {
  const facts = await ctx.fs.stat(path, { followLinks: false })
  if (facts === undefined) return
  await ctx.fs.replace(copy, path, { mode: facts.mode & 0o7777, durable: false, followLinks: false })
  try {
    await ctx.fs.setOwner(copy, facts.uid, facts.gid)
  } catch (error) {
    if (systemCodeOf(error) !== 'EPERM') throw error
    ctx.log.debug(`${copy}: its owner cannot be set`)
  }
  await ctx.fs.setTimes(copy, facts.atimeMs, facts.mtimeMs)
}

/** The extension that `backup` names; undefined for none. */
export function backupExtension(backup: unknown): string | undefined {
  if (backup === undefined || backup === null || backup === false || backup === '') return undefined
  return backup === true ? '.bak' : String(backup)
}
