// SPDX-License-Identifier: Apache-2.0
import { basename, join } from 'node:path'
import { SaltError, systemCodeOf } from '@halite/core'
import type { ExecContext } from '@halite/loader'
import { copyTree } from './copy.ts'
import { atPlace } from './place.ts'

/** Moves a file, link or directory; into `to` when that is a directory. Rejects with the system's error. */
export async function movePath(
  ctx: Pick<ExecContext, 'fs' | 'platform'>,
  from: string,
  to: string,
): Promise<void> {
  const { fs } = ctx
  const target = (await fs.isDirectory(to)) ? join(to, basename(from)) : to
  if (target !== to && (await fs.stat(target, { followLinks: false })) !== undefined)
    throw new SaltError('COMMAND_FAILED', `Destination path '${target}' already exists`)
  const move = async (source: string, place: string) => {
    try {
      await fs.rename(source, place)
    } catch (error) {
      if (systemCodeOf(error) !== 'EXDEV') throw error
      await moveFar(ctx, source, place)
    }
  }
  const work = (source: string) =>
    atPlace(ctx, target, { followLinks: false, work: (place) => move(source, place) })
  await atPlace(ctx, from, { followLinks: false, work })
}

/** To another file system: what is there is removed once all of it was copied. */
async function moveFar(ctx: Pick<ExecContext, 'fs'>, from: string, target: string): Promise<void> {
  try {
    await copyTree(ctx, from, { to: target, keepsAll: true })
  } catch (error) {
    await ctx.fs.remove(target, { recursive: true })
    throw error
  }
  await ctx.fs.remove(from, { recursive: true })
}
