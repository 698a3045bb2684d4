// SPDX-License-Identifier: Apache-2.0
import { closeSync, fstatSync, fsyncSync, openSync, renameSync, rmSync, type Stats, writeSync } from 'node:fs'
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

/**
 * Creates a file that must not exist yet, without a temporary one: a crash may leave it empty, and nothing is flushed. Never
 * follows a symbolic link. Returns its stats. Throws the system's error, `EEXIST` among them, and leaves no file of its own then.
 */
export function createFile(path: string, data: string, mode = 0o644): Stats {
  const descriptor = openSync(path, 'wx', mode)
  try {
    writeAll(descriptor, Buffer.from(data))
    return fstatSync(descriptor)
  } catch (error) {
    rmSync(path, { force: true })
    throw error
  } finally {
    closeSync(descriptor)
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
    writeAll(descriptor, data)
    if (durable) fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

function writeAll(descriptor: number, data: Uint8Array): void {
  for (let done = 0; done < data.length; ) done += writeSync(descriptor, data, done)
}
