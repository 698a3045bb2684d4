// SPDX-License-Identifier: Apache-2.0
import { randomUUID } from 'node:crypto'
import { constants, copyFile, mkdir, open, rename, rm, symlink } from 'node:fs/promises'
import { join, posix } from 'node:path'
import { systemCodeOf } from '@halite/core'
import type { BlobStore } from './blob-store.ts'
import type { GitMirror } from './git-mirror.ts'

/** What is written, and where. */
export interface ExportOptions {
  readonly mirror: GitMirror
  readonly blobs: BlobStore
  /** Object id of the tree: of a revision of `mirror.refs`, or of `mirror.subtree`. */
  readonly tree: string
  /** The directory. Its parent must be a place where nobody else writes. */
  readonly directory: string
  /** What is there already: replaced, or left as it is by those who name directories by what is in them; default replaced. */
  readonly whatIsThere?: 'replaced' | 'kept'
}

/** Files copied at a time. */
const atOnce = 16

/**
 * Writes a tree of git as files, for those who need a directory. It is written beside and then takes the place of what is there, so that
 * nobody sees a part of it. Links that lead out of the tree are left out. Rejects with `GIT_FAILED` and the system's error.
 */
export async function exportTree(options: ExportOptions): Promise<void> {
  const { mirror, blobs, tree: id, directory, whatIsThere = 'replaced' } = options
  const tree = await mirror.tree(id)
  const beside = `${directory}.${randomUUID()}`
  await mkdir(beside, { recursive: true, mode: 0o755 })
  try {
    // Sorted: a directory comes before what lies in it.
    for (const path of tree.dirs) await mkdir(join(beside, path), { mode: 0o755 })
    const files = tree.files
    for (let at = 0; at < files.length; at += atOnce) {
      const some = files.slice(at, at + atOnce)
      await Promise.all(
        some.map(async ([path, file]) => {
          await blobs.fetch(mirror, file)
          await writeFresh(join(beside, path), { from: blobs.pathOf(file.oid), mode: file.mode })
        }),
      )
    }
    for (const [path, target] of Object.entries(tree.links))
      if (staysInside(path, target)) await symlink(target, join(beside, path))
    await (whatIsThere === 'kept' ? settle : replace)(directory, beside)
  } catch (error) {
    await rm(beside, { recursive: true, force: true })
    throw error
  }
}

/** Copies a file to where there is none. */
async function writeFresh(path: string, { from, mode }: { from: string; mode: number }): Promise<void> {
  await copyFile(from, path, constants.COPYFILE_EXCL)
  const handle = await open(path, constants.O_RDWR | constants.O_NOFOLLOW)
  try {
    await handle.chmod(mode)
  } finally {
    await handle.close()
  }
}

/** `..` behind a name is not followed on paper: where it leads depends on what the name links to. */
function staysInside(path: string, target: string): boolean {
  if (target === '' || target.startsWith('/') || target.includes('\0')) return false
  const parts = target.split('/').filter((part) => part !== '' && part !== '.')
  const down = parts.findIndex((part) => part !== '..')
  if (down >= 0 && parts.slice(down).includes('..')) return false
  const reached = posix.normalize(posix.join(posix.dirname(path), target))
  return reached !== '..' && !reached.startsWith('../')
}

/** A directory that is not empty is not replaced by a rename. */
async function settle(directory: string, fresh: string): Promise<void> {
  try {
    await rename(fresh, directory)
  } catch (error) {
    const code = systemCodeOf(error)
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST' && code !== 'EPERM') throw error
    await rm(fresh, { recursive: true, force: true })
  }
}

async function replace(directory: string, fresh: string): Promise<void> {
  const old = `${fresh}.old`
  try {
    await rename(directory, old)
  } catch (error) {
    if (systemCodeOf(error) !== 'ENOENT') throw error
  }
  await rename(fresh, directory)
  await rm(old, { recursive: true, force: true })
}
