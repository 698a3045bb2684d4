// SPDX-License-Identifier: Apache-2.0
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'

export interface AtomicWriteOptions {
  /** Permission bits of the new file; default 0o644. */
  readonly mode?: number
  /** Flush to the disk before the file appears; default true. */
  readonly durable?: boolean
}

/**
 * Replaces `path` as a whole: readers see the old contents or the new, never a part.
 * The temporary file lies in the same directory and is created exclusively. Throws the system's error.
 */
export function writeFileAtomic(
  path: string,
  data: string | Uint8Array,
  options: AtomicWriteOptions = {},
): void {
  const { mode = 0o644, durable = true } = options
  const temporary = temporaryBeside(path)
  try {
    fill(temporary, typeof data === 'string' ? Buffer.from(data) : data, { mode, durable })
    renameSync(temporary, path)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
  }
}

/** As `writeFileAtomic`, without holding the caller's loop up. Rejects with the system's error. */
export async function writeFileAtomicAsync(
  path: string,
  data: string | Uint8Array,
  options: AtomicWriteOptions = {},
): Promise<void> {
  const { mode = 0o644, durable = true } = options
  const temporary = temporaryBeside(path)
  try {
    const handle = await open(temporary, 'wx', mode)
    try {
      await handle.writeFile(data)
      if (durable) await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}

function temporaryBeside(path: string): string {
  return join(dirname(path), `.${crypto.randomUUID()}.tmp`)
}

function fill(path: string, data: Uint8Array, { mode, durable }: { mode: number; durable: boolean }): void {
  const descriptor = openSync(path, 'wx', mode)
  try {
    for (let done = 0; done < data.length; ) done += writeSync(descriptor, data, done)
    if (durable) fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}
