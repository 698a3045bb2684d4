// SPDX-License-Identifier: Apache-2.0
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { systemCodeOf, writeFileAtomic } from '@halite/core'

/** Replaces a small file as a whole, and has it survive a power cut once this returns. Throws the system's error. */
export function writeDurably(path: string, text: string): void {
  writeFileAtomic(path, text)
  syncDirectory(dirname(path))
}

/** Removes a file, and has it stay removed after a power cut. */
export function removeDurably(path: string): void {
  rmSync(path, { force: true })
  syncDirectory(dirname(path))
}

/** Renames within one file system, and has it survive a power cut. Throws the system's error. */
export function renameDurably(from: string, to: string): void {
  renamePatiently(from, to)
  syncDirectory(dirname(to))
  if (dirname(from) !== dirname(to)) syncDirectory(dirname(from))
}

/** On Windows a virus scanner may hold a new file open, so that renaming it fails for a moment. */
function renamePatiently(from: string, to: string): void {
  for (let attempt = 1; ; attempt += 1) {
    try {
      renameSync(from, to)
      return
    } catch (error) {
      if (process.platform !== 'win32' || attempt === mostRenames || systemCodeOf(error) === 'ENOENT')
        throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, renamePauseMs)
    }
  }
}

const mostRenames = 20
const renamePauseMs = 100

/** Flushes the names in a directory to the disk; Windows has no such call and does it by itself. */
export function syncDirectory(path: string): void {
  if (process.platform === 'win32') return
  syncPath(path)
}

/** Flushes a file or directory to the disk. */
export function syncPath(path: string): void {
  // Windows flushes only what may be written.
  const descriptor = openSync(path, process.platform === 'win32' ? 'r+' : 'r')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

/** The text of a file; undefined where there is none. Throws the system's error. */
export function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return undefined
    throw error
  }
}

/** What `read` makes of a file; one that it refuses is put aside as `<path>.corrupt`, and counts as absent. */
export function readOrPutAside<T>(path: string, read: (text: string) => T): T | undefined {
  const text = readIfThere(path)
  if (text === undefined) return undefined
  try {
    return read(text)
  } catch {
    renameDurably(path, `${path}.corrupt`)
    return undefined
  }
}
