// SPDX-License-Identifier: Apache-2.0
import { dirname } from 'node:path'
import { SaltError, systemCodeOf } from '@halite/core'
import type { ExecContext, FileFacts } from '@halite/loader'
import { expandUser, realPath } from './paths.ts'
import { atPlace } from './place.ts'

/** Files that cannot be renamed over: those that the kernel makes. */
const kernelFile = /^\/(?:proc|sys)\//

/** Where a path leads: `~` and links followed. */
export async function editedPath(ctx: ExecContext, given: string): Promise<string> {
  return realPath(ctx, await expandUser(ctx, given))
}

/**
 * Gives a file new content and keeps its owner and mode: written beside and renamed, so that readers see the old content or the new.
 * A file with several names, one that something is mounted on, and one of the kernel is written in place: no other file may have
 * its name. Rejects with COMMAND_FAILED for what is no file, and where there is no directory.
 */
export async function putContent(ctx: ExecContext, given: string, data: Uint8Array): Promise<void> {
  const path = await realPath(ctx, given)
  const directory = dirname(path)
  if (!(await ctx.fs.isDirectory(directory)))
    throw new SaltError('COMMAND_FAILED', `${path} cannot be written: there is no directory ${directory}`)
  await atPlace(ctx, given, { followLinks: true, work: (place) => putAt(ctx, { place, path }, data) })
}

interface Target {
  /** Where it is reached. */
  readonly place: string
  /** How it is named. */
  readonly path: string
}

async function putAt(ctx: ExecContext, { place, path }: Target, data: Uint8Array): Promise<void> {
  const { fs } = ctx
  const before = await fs.stat(place)
  if (before === undefined) return fs.write(place, data, { mode: usualMode() })
  if (before.type === 'directory') throw new SaltError('COMMAND_FAILED', `${path} is a directory`)
  if (before.type !== 'file') return writeDevice(ctx, { place, path }, data)
  if (before.nlink > 1 || kernelFile.test(path)) return overwrite(ctx, place, { data, before })
  try {
    await fs.write(place, data)
  } catch (error) {
    // EBUSY: something is mounted on it.
    if (systemCodeOf(error) !== 'EBUSY') throw error
    await overwrite(ctx, place, { data, before })
  }
}

/** The mode of a new file. */
export function usualMode(): number {
  return 0o666 & ~process.umask()
}

/** A device takes what is written to it; a pipe or a socket might take it never. */
async function writeDevice({ fs }: ExecContext, { place, path }: Target, data: Uint8Array): Promise<void> {
  const kind = ((await fs.stat(place))?.mode ?? 0) & 0o170000
  if (kind !== 0o020000)
    throw new SaltError('COMMAND_FAILED', `${path} cannot be written: it is neither a file nor a device`)
  await fs.append(place, data)
}

async function overwrite(
  { fs }: ExecContext,
  path: string,
  { data, before }: { readonly data: Uint8Array; readonly before: FileFacts },
): Promise<void> {
  await fs.writeRange(path, 0, data)
  if (data.length < before.size) await fs.truncate(path, data.length)
}
