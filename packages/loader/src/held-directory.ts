// SPDX-License-Identifier: Apache-2.0
import { constants } from 'node:fs'
import { lstat, open, stat } from 'node:fs/promises'
import { nativePath } from './file-names.ts'

/** A directory that stays the same one, whatever takes its name. */
export interface HeldDirectory {
  /** Leads to the directory until it is closed; what lies in it is reached below this path. */
  readonly path: string
  close(): Promise<void>
}

const { O_RDONLY, O_DIRECTORY, O_NOFOLLOW } = constants

/**
 * Opens a directory, so that nobody who may rename it or put a link in its place leads us elsewhere. Rejects with the system's
 * error; a link is no directory. Systems without `/proc/self/fd` have no such path: there it is the directory's own name.
 */
export async function holdDirectory(path: string): Promise<HeldDirectory> {
  if (process.platform !== 'linux') return named(path)
  const handle = await open(nativePath(path), O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
  try {
    const held = `/proc/self/fd/${handle.fd}`
    const [opened, found] = await Promise.all([handle.stat(), stat(held).catch(() => undefined)])
    if (found?.ino === opened.ino && found.dev === opened.dev)
      return { path: held, close: () => handle.close() }
  } catch (error) {
    await handle.close()
    throw error
  }
  await handle.close()
  return named(path)
}

async function named(path: string): Promise<HeldDirectory> {
  if (!(await lstat(nativePath(path))).isDirectory()) {
    throw Object.assign(new Error(`ENOTDIR: not a directory, open '${path}'`), { code: 'ENOTDIR', path })
  }
  return { path, close: () => Promise.resolve() }
}
