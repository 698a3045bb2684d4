// SPDX-License-Identifier: Apache-2.0
import { lstat, readdir, rmdir, unlink } from 'node:fs/promises'
import { systemCodeOf } from '@halite/core'
import { nameOf, nativePath } from './file-names.ts'
import { holdDirectory } from './held-directory.ts'

/**
 * Removes a file, a link, or a directory with all that lies in it; nothing at the path is no error. No link is followed, and what
 * is exchanged for a link meanwhile is not followed either. Rejects with the system's error.
 */
export async function removeTree(path: string): Promise<void> {
  try {
    const found = await lstat(nativePath(path))
    if (found.isDirectory()) await removeDirectory(path)
    else await unlink(nativePath(path))
  } catch (error) {
    if (systemCodeOf(error) !== 'ENOENT') throw error
  }
}

async function removeDirectory(path: string): Promise<void> {
  const held = await holdDirectory(path)
  try {
    for (const entry of await readdir(nativePath(held.path), { withFileTypes: true, encoding: 'buffer' })) {
      const below = `${held.path}/${nameOf(entry.name)}`
      // A file system that does not say what an entry is leaves that to `lstat`.
      if (entry.isDirectory()) await removeDirectory(below)
      else if (entry.isFile() || entry.isSymbolicLink()) await unlinkIfThere(below)
      else await removeTree(below)
    }
  } catch (error) {
    throw namedBy(error, { held: held.path, path })
  } finally {
    await held.close()
  }
  await rmdir(nativePath(path))
}

async function unlinkIfThere(path: string): Promise<void> {
  try {
    await unlink(nativePath(path))
  } catch (error) {
    if (systemCodeOf(error) !== 'ENOENT') throw error
  }
}

/** The error of something in a held directory, with the path that people know. */
function namedBy(error: unknown, { held, path }: { readonly held: string; readonly path: string }): unknown {
  if (error instanceof Error && held !== path)
    error.message = error.message.replaceAll(`${held}/`, `${path}/`)
  return error
}
