// SPDX-License-Identifier: Apache-2.0
import { statSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { isAbsolute, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type FileStat, SaltError, show, systemCodeOf } from '@halite/core'

/** The path of a URL that names a file of this machine. Throws `PATH_UNSAFE`. */
export function localPathOf(url: string): string | undefined {
  if (isAbsolute(url)) return url
  if (!url.startsWith('file://')) return undefined
  try {
    return fileURLToPath(url)
  } catch (cause) {
    throw new SaltError('PATH_UNSAFE', `URL ${show(url)} names no file of this machine`, { cause })
  }
}

/** What is known of a file of this machine; undefined for what is no plain file. */
export function statOf(path: string): FileStat | undefined {
  const stats = statSync(path, { throwIfNoEntry: false })
  if (stats === undefined || !stats.isFile()) return undefined
  return { size: stats.size, mode: stats.mode, mtime: stats.mtimeMs / 1000 }
}

/** The paths of all files below a directory; none where there is no directory. */
export async function filesBelow(directory: string): Promise<string[]> {
  try {
    const entries = await readdir(directory, { withFileTypes: true, recursive: true })
    return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return []
    throw error
  }
}
