// SPDX-License-Identifier: Apache-2.0
import { type FileHandle, open, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { FileFacts, WriteFileOptions } from './file-facts.ts'
import { nativePath } from './file-names.ts'

type Fill = (handle: FileHandle, temporary: string) => Promise<void>

/** How a file is written, and what is known of the one that it takes the place of. */
export interface ReplaceOptions extends WriteFileOptions {
  readonly before: FileFacts | undefined
}

/** Fills a new file beside `path`, closed to others until it has the owner and mode of the one it takes the place of. */
export async function replaceFile(path: string, options: ReplaceOptions, fill: Fill): Promise<void> {
  const { mode, before, durable = true } = options
  const temporary = temporaryBeside(path)
  try {
    const handle = await open(nativePath(temporary), 'wx', 0o600)
    try {
      await fill(handle, temporary)
      if (before !== undefined) await keepOwner(handle, before)
      await handle.chmod(mode ?? (before ? before.mode & 0o7777 : 0o644))
      if (durable) await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(nativePath(temporary), nativePath(path))
  } catch (error) {
    await rm(nativePath(temporary), { force: true })
    throw error
  }
}

/** A name for a new file in the directory of `path`: from there it can be renamed. */
export function temporaryBeside(path: string): string {
  return join(dirname(path), `.${crypto.randomUUID()}.tmp`)
}

async function keepOwner(handle: FileHandle, { uid, gid }: FileFacts): Promise<void> {
  if (process.platform === 'win32') return
  const made = await handle.stat()
  if (made.uid !== uid || made.gid !== gid) await handle.chown(uid, gid)
}
