// SPDX-License-Identifier: Apache-2.0
import { posix } from 'node:path'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { messageOf, pythonStr, SaltError } from '@halite/core'
import { type ExecContext, type Failed, failed } from '@halite/loader'
import { makeDirectories } from '../file/directories.ts'
import { atPlace } from '../file/place.ts'
import { notWritten } from './place-file.ts'

/** A part of a file as `salt-cp` sends it. */
export interface Chunk {
  readonly dest: string
  /** Base64; absent for a directory. */
  readonly chunk: unknown
  readonly append: boolean
  readonly compressed: boolean
  readonly mode: number | undefined
  /** Whether it is the last part of a file that is collected beside its place; undefined to write to the place itself. */
  readonly complete: boolean | undefined
}

/** Most bytes that a part may have when it is unpacked. */
const maxChunkBytes = 64 * 1024 * 1024

/** Writes whole small files, as Salt does: to `dest`, or into it when that is a directory. */
export async function receiveFiles(
  ctx: ExecContext,
  files: Readonly<Record<string, unknown>>,
  dest: string,
): Promise<unknown> {
  const { fs } = ctx
  const written: Record<string, boolean> = {}
  const isDirectory = await fs.isDirectory(dest)
  if (!isDirectory && !(await fs.isDirectory(posix.dirname(dest))))
    return failed('Destination unavailable', 1)
  for (const [path, data] of Object.entries(files)) {
    const final = isDirectory ? posix.join(dest, posix.basename(path)) : dest
    const content = data instanceof Uint8Array ? data : pythonStr(data)
    const work = (place: string) => fs.write(place, content)
    written[final] = await atPlace(ctx, final, { followLinks: true, work })
      .then(() => true)
      .catch(() => false)
  }
  return Object.values(written).every(Boolean) ? written : failed(written, 1)
}

/** Writes one part of a file, or makes a directory. Returns true, or why not. */
export async function receiveChunk(ctx: ExecContext, part: Chunk): Promise<true | Failed> {
  try {
    if (part.chunk === null || part.chunk === undefined) return await makeDirectory(ctx, part.dest)
    await writeChunk(ctx, part)
    return true
  } catch (error) {
    return failed(messageOf(error), 1)
  }
}

async function makeDirectory(ctx: ExecContext, dest: string): Promise<true | Failed> {
  if (await ctx.fs.isFile(dest)) return failed('Path exists and is a file', 1)
  await makeDirectories(ctx, dest, {})
  return true
}

/** A part that fails takes those before it along: the next one begins the file again. */
async function writeChunk(ctx: ExecContext, part: Chunk): Promise<void> {
  if (!part.append) await makeDirectories(ctx, posix.dirname(part.dest), {})
  const work = (dest: string) =>
    writeAt(ctx, { ...part, dest }).catch(async (error: unknown) => {
      if (part.complete !== undefined) await ctx.fs.remove(besideOf(dest))
      throw notWritten(error, part.dest)
    })
  await atPlace(ctx, part.dest, { followLinks: part.complete === undefined, work })
}

async function writeAt({ fs }: ExecContext, part: Chunk): Promise<void> {
  const { dest, append, mode, complete } = part
  const content = await contentOf(part)
  const path = complete === undefined ? dest : besideOf(dest)
  if (append) await fs.append(path, content)
  else {
    // Nobody else reads it before its permissions are set.
    await fs.write(path, content, complete === undefined ? {} : { mode: 0o600 })
    if (complete === undefined && mode !== undefined) await fs.setMode(path, mode)
  }
  if (complete !== true) return
  const before = await fs.stat(dest)
  await fs.setMode(path, mode ?? (before === undefined ? 0o666 & ~process.umask() : before.mode & 0o7777))
  await fs.rename(path, dest)
}

function besideOf(dest: string): string {
  return posix.join(posix.dirname(dest), `.${posix.basename(dest).slice(0, 200)}.salt-cp`)
}

async function contentOf({ chunk, compressed }: Chunk): Promise<Buffer> {
  const bytes = chunk instanceof Uint8Array ? Buffer.from(chunk) : Buffer.from(pythonStr(chunk), 'base64')
  if (!compressed || bytes.length === 0) return bytes
  try {
    return await promisify(gunzip)(bytes, { maxOutputLength: maxChunkBytes })
  } catch (cause) {
    throw new SaltError('ARGUMENTS_INVALID', `the part cannot be unpacked: ${messageOf(cause)}`, { cause })
  }
}
