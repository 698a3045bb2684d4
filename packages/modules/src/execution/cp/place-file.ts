// SPDX-License-Identifier: Apache-2.0
import { randomUUID } from 'node:crypto'
import { basename, dirname, join, resolve } from 'node:path'
import { diskReason, type FetchedFile, isSaltError, SaltError, systemCodeOf } from '@halite/core'
import type { ExecContext } from '@halite/loader'
import { makeDirectories } from '../file/directories.ts'
import { atPlace } from '../file/place.ts'

type Files = Pick<ExecContext, 'fs' | 'platform'>

/** Where a file called `name` is put when `dest` is asked for: below it, when that is a directory or ends like one. */
export async function destinationOf({ fs }: Files, dest: string, name: string): Promise<string> {
  const isDirectory = /[/\\]$/.test(dest) || (await fs.isDirectory(dest))
  return resolve(isDirectory ? join(dest, name) : dest)
}

/** The error for a file that the system refuses to write at `path`. */
export function notWritten(error: unknown, path: string): unknown {
  const reason = diskReason(error)
  if (isSaltError(error) || reason === undefined) return error
  return new SaltError('FILE_NOT_KEPT', `${path} cannot be written: ${reason}`, { cause: error })
}

/**
 * Makes the directory that a file is to lie in, or with `make` false rejects with `COMMAND_FAILED` when there is none.
 */
export async function directoryFor(ctx: ExecContext, path: string, make: boolean): Promise<void> {
  const { fs } = ctx
  const directory = dirname(path)
  if (await fs.isDirectory(directory)) return
  if (!make) {
    throw new SaltError(
      'COMMAND_FAILED',
      `${path} cannot be written: there is no directory ${directory}; makedirs=True makes it`,
    )
  }
  await makeDirectories(ctx, directory, {})
}

/**
 * Puts a fetched file at `path` as a whole: readers see the old content or the new. A file that is replaced keeps its owner and
 * mode; a link stays, and what it points at is replaced; what is no plain file is written to.
 */
export async function placeFile(ctx: Files, fetched: FetchedFile, path: string): Promise<void> {
  try {
    await atPlace(ctx, path, { followLinks: true, work: (place) => placeAt(ctx, fetched, place) })
  } catch (error) {
    throw notWritten(error, path)
  } finally {
    if (fetched.own) await ctx.fs.remove(fetched.path)
  }
}

async function placeAt(ctx: Files, fetched: FetchedFile, place: string): Promise<void> {
  const { fs } = ctx
  const before = await fs.stat(place, { followLinks: false })
  if (before !== undefined && before.type !== 'file') return fs.copy(fetched.path, place)
  const source = await besideOf(ctx, fetched, place)
  try {
    await fs.setMode(source, before === undefined ? 0o666 & ~process.umask() : before.mode & 0o7777)
    if (before !== undefined) await keepOwner(ctx, source, before)
    await fs.rename(source, place)
  } catch (error) {
    await fs.remove(source)
    throw error
  }
}

/** A file that can be renamed to `place`: the fetched one itself, where that is the caller's and on the same disk. */
async function besideOf({ fs }: Files, fetched: FetchedFile, place: string): Promise<string> {
  const beside = join(dirname(place), `.${basename(place).slice(0, 200)}.${randomUUID().slice(0, 8)}`)
  if (fetched.own) {
    try {
      await fs.rename(fetched.path, beside)
      return beside
    } catch (error) {
      if (systemCodeOf(error) !== 'EXDEV') throw error
    }
  }
  try {
    await fs.copy(fetched.path, beside)
  } catch (error) {
    await fs.remove(beside)
    throw error
  }
  return beside
}

/** Who may not give files away leaves them to whom they belong. */
async function keepOwner(
  { fs }: Files,
  path: string,
  { uid, gid }: { readonly uid: number; readonly gid: number },
): Promise<void> {
  const now = await fs.stat(path)
  if (now?.uid === uid && now.gid === gid) return
  await fs.setOwner(path, uid, gid).catch((error: unknown) => {
    if (systemCodeOf(error) !== 'EPERM') throw error
  })
}
