// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path'
import { systemCodeOf } from '@halite/core'
import type { ExecContext } from '@halite/loader'
import { systemText } from './system-errors.ts'

/** What was removed, and what could not be, with the reason. */
export interface RemovedDirectories {
  readonly deleted: string[]
  readonly errors: (readonly [path: string, reason: string])[]
}

export interface RemoveDirectoriesOptions {
  /** Whether the empty directories below it go first. */
  readonly recurse: boolean
  /** One that changed later stays. */
  readonly olderThanMs: number | undefined
}

/** Removes a directory when it is empty, or becomes so. */
export async function removeEmptyDirectories(
  ctx: ExecContext,
  path: string,
  options: RemoveDirectoriesOptions,
): Promise<RemovedDirectories> {
  const removed: RemovedDirectories = { deleted: [], errors: [] }
  if (options.recurse) await prune(ctx, { at: path, path }, { removed, options })
  await removeOne(ctx, { at: path, path }, { removed, options })
  return removed
}

interface Place {
  /** Where it is reached. */
  readonly at: string
  /** How it is named. */
  readonly path: string
}

interface Run {
  readonly removed: RemovedDirectories
  readonly options: RemoveDirectoriesOptions
}

/** Removes what lies below a directory, the deepest first. */
async function prune(ctx: ExecContext, { at, path }: Place, run: Run): Promise<void> {
  const held = await holdUnlessLink(ctx, at)
  if (held === undefined) return
  try {
    const below: Place[] = []
    for (const name of await ctx.fs.list(held.path)) {
      const place = { at: `${held.path}/${name}`, path: join(path, name) }
      if (await ctx.fs.isDirectory(place.at)) below.push(place)
    }
    for (const place of below) await prune(ctx, place, run)
    for (const place of below) await removeOne(ctx, place, run)
  } finally {
    await held.close()
  }
}

async function holdUnlessLink({ fs }: ExecContext, at: string) {
  try {
    return await fs.hold(at)
  } catch (error) {
    if (systemCodeOf(error) === undefined) throw error
    return undefined // it cannot be removed either, which is then an error of its own
  }
}

async function removeOne({ fs }: ExecContext, { at, path }: Place, { removed, options }: Run): Promise<void> {
  try {
    const changedMs = (await fs.stat(at))?.mtimeMs ?? 0
    if (options.olderThanMs !== undefined && changedMs >= options.olderThanMs) return
    await fs.removeDirectory(at)
    removed.deleted.push(path)
  } catch (error) {
    if (systemCodeOf(error) === undefined) throw error
    removed.errors.push([path, systemText(error, path)])
  }
}
