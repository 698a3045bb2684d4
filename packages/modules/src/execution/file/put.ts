// SPDX-License-Identifier: Apache-2.0
import { dirname } from 'node:path'
import { SaltError, systemCodeOf } from '@halite/core'
import type { ExecContext, FileFacts } from '@halite/loader'
import { expandUser, realPath } from './paths.ts'

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
  const { fs } = ctx
  const path = await realPath(ctx, given)
  const before = await fs.stat(path)
  if (before === undefined) return create(ctx, path, data)
  if (before.type === 'directory') throw new SaltError('COMMAND_FAILED', `${path} is a directory`)
  if (before.type !== 'file') return writeDevice(ctx, path, data)
  if (before.nlink > 1 || kernelFile.test(path)) return overwrite(ctx, path, { data, before })
  try {
    await fs.write(path, data)
  } catch (error) {
    // EBUSY: something is mounted on it.
    if (systemCodeOf(error) !== 'EBUSY') throw error
    await overwrite(ctx, path, { data, before })
  }
}

/** The mode of a new file. */
export function usualMode(): number {
  return 0o666 & ~process.umask()
}

async function create({ fs }: ExecContext, path: string, data: Uint8Array): Promise<void> {
  const directory = dirname(path)
  if (!(await fs.isDirectory(directory)))
    throw new SaltError('COMMAND_FAILED', `${path} cannot be written: there is no directory ${directory}`)
  await fs.write(path, data, { mode: usualMode() })
}

/** A device takes what is written to it; a pipe or a socket might take it never. */
async function writeDevice({ fs }: ExecContext, path: string, data: Uint8Array): Promise<void> {
  const kind = ((await fs.stat(path))?.mode ?? 0) & 0o170000
  if (kind !== 0o020000)
    throw new SaltError('COMMAND_FAILED', `${path} cannot be written: it is neither a file nor a device`)
  await fs.append(path, data)
}

async function overwrite(
  { fs }: ExecContext,
  path: string,
  { data, before }: { readonly data: Uint8Array; readonly before: FileFacts },
): Promise<void> {
  await fs.writeRange(path, 0, data)
  if (data.length < before.size) await fs.truncate(path, data.length)
}
