// SPDX-License-Identifier: Apache-2.0
import { dirname, join, normalize } from 'node:path'
import { SaltError } from '@halite/core'
import type { ExecContext } from '@halite/loader'
import { absolutePath } from './paths.ts'
import { atPlace } from './place.ts'
import { orRefuse } from './system-errors.ts'

/** A symbolic link that is wanted. */
export interface LinkWanted {
  readonly src: string
  readonly path: string
  readonly force: boolean
  readonly atomic: boolean
  readonly followLinks: boolean
}

/** Makes a symbolic link, or finds it there. Rejects with COMMAND_FAILED for what is in the way, unless it may be replaced. */
export async function makeLink(ctx: ExecContext, wanted: LinkWanted): Promise<true> {
  const { src, force, atomic, followLinks } = wanted
  const path = await absolutePath(ctx, wanted.path, `Link path must be absolute: ${wanted.path}`)
  const facts = await ctx.fs.stat(path, { followLinks: false })
  const isLink = facts?.type === 'link'
  if (isLink && normalize(await ctx.fs.readLink(path)) === normalize(src)) return true
  const isReplaced = force || atomic
  if (isLink && !isReplaced) throw new SaltError('COMMAND_FAILED', `Found existing symlink: ${path}`)
  if (facts !== undefined && !isReplaced)
    throw new SaltError('COMMAND_FAILED', `Existing path is not a symlink: ${path}`)
  if (facts?.type === 'directory' || (!isReplaced && !followLinks && facts !== undefined))
    throw new SaltError('COMMAND_FAILED', `Could not create '${path}'`)
  const work = (place: string) =>
    facts === undefined ? ctx.fs.link(src, place) : replaceByLink(ctx, src, place)
  await orRefuse(atPlace(ctx, path, { followLinks: false, work }), () => `Could not create '${path}'`)
  return true
}

/** Whoever looks sees what was there, or the link. */
async function replaceByLink({ fs }: ExecContext, target: string, path: string): Promise<void> {
  const temporary = join(dirname(path), `.${crypto.randomUUID()}.tmp`)
  try {
    await fs.link(target, temporary)
    await fs.rename(temporary, path)
  } catch (error) {
    await fs.remove(temporary)
    throw error
  }
}
