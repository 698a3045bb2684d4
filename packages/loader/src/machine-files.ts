// SPDX-License-Identifier: Apache-2.0
import { constants, type Stats } from 'node:fs'
import {
  access,
  appendFile,
  copyFile,
  type FileHandle,
  lstat,
  mkdir,
  open,
  readdir,
  readFile,
  readlink,
  realpath,
  rename as renameFile,
  rm,
  stat as statFile,
  symlink,
} from 'node:fs/promises'
import { systemCodeOf, writeFileAtomicAsync } from '@halite/core'

/** What is known of a file. */
export type FileFacts = Pick<Stats, 'size' | 'mode' | 'uid' | 'gid' | 'mtimeMs' | 'ino'> & {
  readonly type: 'file' | 'directory' | 'link' | 'other'
}

/** How a file is written. */
export interface WriteFileOptions {
  /** Permission bits; default those of the file that is replaced, else 0o644. */
  readonly mode?: number
}

/**
 * The files of a machine. Everything rejects with the system's error (`systemCodeOf`), except that `stat` gives undefined
 * for what does not exist.
 */
export interface MachineFiles {
  read(path: string): Promise<Buffer>
  /** Replaces the file as a whole: readers see the old contents or the new. */
  write(path: string, data: string | Uint8Array, options?: WriteFileOptions): Promise<void>
  append(path: string, data: string | Uint8Array): Promise<void>
  /** Follows links unless `followLinks` is false. */
  stat(path: string, options?: { readonly followLinks?: boolean }): Promise<FileFacts | undefined>
  /** Whether we may read a file or directory; false for what does not exist. */
  isReadable(path: string): Promise<boolean>
  /** The names in a directory, sorted. */
  list(path: string): Promise<readonly string[]>
  readLink(path: string): Promise<string>
  realPath(path: string): Promise<string>
  /** Makes a directory, 0o755 by default, and with `parents` those above it; with them one that exists is no error. */
  makeDirectory(path: string, options?: { readonly mode?: number; readonly parents?: boolean }): Promise<void>
  /** Makes a symbolic link at `path`. */
  link(target: string, path: string): Promise<void>
  rename(from: string, to: string): Promise<void>
  /** Copies the content of a file, within the system where it can; one that is there is overwritten. */
  copy(from: string, to: string): Promise<void>
  /** Removes a file or link, or with `recursive` a whole directory. What does not exist is no error. */
  remove(path: string, options?: { readonly recursive?: boolean }): Promise<void>
  /** Rejects for a link. */
  setMode(path: string, mode: number): Promise<void>
  /** Rejects for a link. */
  setOwner(path: string, uid: number, gid: number): Promise<void>
}

/** The files of this machine. */
export const machineFiles: MachineFiles = {
  read: (path) => readFile(path),
  write: async (path, data, { mode } = {}) => {
    const before = mode === undefined ? await stat(path) : undefined
    await writeFileAtomicAsync(path, data, { mode: mode ?? (before ? before.mode & 0o7777 : 0o644) })
  },
  append: (path, data) => appendFile(path, data),
  stat,
  isReadable: (path) =>
    access(path, constants.R_OK).then(
      () => true,
      () => false,
    ),
  list: async (path) => (await readdir(path)).sort(),
  readLink: (path) => readlink(path),
  realPath: (path) => realpath(path),
  makeDirectory: async (path, { mode = 0o755, parents = false } = {}) => {
    await mkdir(path, { recursive: parents, mode })
  },
  link: (target, path) => symlink(target, path),
  rename: (from, to) => renameFile(from, to),
  copy: (from, to) => copyFile(from, to),
  remove: (path, { recursive = false } = {}) => rm(path, { force: true, recursive }),
  setMode: (path, mode) => changed(path, (handle) => handle.chmod(mode)),
  setOwner: (path, uid, gid) => changed(path, (handle) => handle.chown(uid, gid)),
}

async function stat(path: string, { followLinks = true } = {}): Promise<FileFacts | undefined> {
  try {
    return factsOf(await (followLinks ? statFile(path) : lstat(path)))
  } catch (error) {
    const code = systemCodeOf(error)
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw error
  }
}

/** By descriptor: what is changed is what was opened, and no link leads elsewhere. */
async function changed(path: string, change: (handle: FileHandle) => Promise<void>): Promise<void> {
  const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  try {
    await change(handle)
  } finally {
    await handle.close()
  }
}

function factsOf(found: Stats): FileFacts {
  const { size, mode, uid, gid, mtimeMs, ino } = found
  return { type: typeOf(found), size, mode, uid, gid, mtimeMs, ino }
}

function typeOf(found: Stats): FileFacts['type'] {
  if (found.isFile()) return 'file'
  if (found.isDirectory()) return 'directory'
  return found.isSymbolicLink() ? 'link' : 'other'
}
