// SPDX-License-Identifier: Apache-2.0
import { systemCodeOf } from '@halite/core'
import type { ExecContext } from '@halite/loader'

/** Copies a file to the same path with an extension, as it is: with its mode, owner and times. One that is there is replaced. */
export async function copyBeside(ctx: ExecContext, path: string, extension: string): Promise<string> {
  const copy = `${path}${extension}`
  const facts = await ctx.fs.stat(path)
  if (facts === undefined) return copy
  await ctx.fs.replace(copy, path, { mode: facts.mode & 0o7777, durable: false })
  try {
    await ctx.fs.setOwner(copy, facts.uid, facts.gid)
  } catch (error) {
    if (systemCodeOf(error) !== 'EPERM') throw error
    ctx.log.debug(`${copy}: its owner cannot be set`)
  }
  await ctx.fs.setTimes(copy, facts.atimeMs, facts.mtimeMs)
  return copy
}

/** The extension that `backup` names; undefined for none. */
export function backupExtension(backup: unknown): string | undefined {
  if (backup === undefined || backup === null || backup === false || backup === '') return undefined
  return backup === true ? '.bak' : String(backup)
}
