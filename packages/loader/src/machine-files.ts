// SPDX-License-Identifier: Apache-2.0
import { constants, type Stats } from 'node:fs'
import {
  access,
  appendFile,
  copyFile,
  type FileHandle,
  link as linkFile,
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
  statfs,
  symlink,
  truncate as truncateFile,
  utimes,
} from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { systemCodeOf } from '@halite/core'
import { setLinkOwner } from './link-owner.ts'

/** What is known of a file. */
export type FileFacts = Pick<
  Stats,
  'size' | 'mode' | 'uid' | 'gid' | 'atimeMs' | 'mtimeMs' | 'ctimeMs' | 'ino' | 'dev' | 'nlink'
> & {
  readonly type: 'file' | 'directory' | 'link' | 'other'
}

/** How a file is written. */
export interface WriteFileOptions {
  /** Permission bits; default those of the file that is replaced, else 0o644. */
  readonly mode?: number | undefined
  /** Whether the content is on the disk before the file has its name; default true. */
  readonly durable?: boolean
}

/** The size of a file system, in bytes. */
export interface FileSystemSpace {
  readonly total: number
  readonly available: number
}

/**
 * The files of a machine. Everything rejects with the system's error (`systemCodeOf`), except that `stat` gives undefined
 * for what does not exist.
 */
export interface MachineFiles {
  read(path: string): Promise<Buffer>
  /** The digest of the content in hexadecimal digits, by a name of `node:crypto`; however large the file is. */
  hash(path: string, algorithm: string): Promise<string>
  /** At most `length` bytes from `offset` on. */
  readRange(path: string, offset: number, length: number): Promise<Buffer>
  /** Writes into a file that is there, which is no link; the number of bytes. */
  writeRange(path: string, offset: number, data: Uint8Array): Promise<number>
  /** Cuts a file to this length in bytes, or fills it with zeros up to there. */
  truncate(path: string, length: number): Promise<void>
  /** Replaces the file as a whole: readers see the old contents or the new. It keeps its owner. */
  write(path: string, data: string | Uint8Array, options?: WriteFileOptions): Promise<void>
  append(path: string, data: string | Uint8Array): Promise<void>
  /** Follows links unless `followLinks` is false. */
  stat(path: string, options?: { readonly followLinks?: boolean }): Promise<FileFacts | undefined>
  /** The bytes of the file system that a path lies in: all, and those that are free to us. */
  space(path: string): Promise<FileSystemSpace>
  /** Whether we may read a file or directory; false for what does not exist. */
  isReadable(path: string): Promise<boolean>
  /** The names in a directory, sorted. */
  list(path: string): Promise<readonly string[]>
  readLink(path: string): Promise<string>
  realPath(path: string): Promise<string>
  /** Makes a directory, 0o755 by default, and with `parents` those above it; with them one that exists is no error. */
  makeDirectory(path: string, options?: { readonly mode?: number; readonly parents?: boolean }): Promise<void>
  /** Makes an empty file, 0o644 by default; rejects when there is anything of this name. */
  makeFile(path: string, options?: { readonly mode?: number }): Promise<void>
  /** Makes a symbolic link at `path`. */
  link(target: string, path: string): Promise<void>
  /** Gives the file `target` a second name. */
  hardLink(target: string, path: string): Promise<void>
  rename(from: string, to: string): Promise<void>
  /** Copies the content of a file, within the system where it can; one that is there is overwritten. */
  copy(from: string, to: string): Promise<void>
  /** As `write`, with the content of another file, however large. */
  replace(path: string, from: string, options?: WriteFileOptions): Promise<void>
  /** Removes a file or link, or with `recursive` a whole directory. What does not exist is no error. */
  remove(path: string, options?: { readonly recursive?: boolean }): Promise<void>
  /** Rejects for a link. */
  setMode(path: string, mode: number): Promise<void>
  /** Rejects for a link. */
  setOwner(path: string, uid: number, gid: number): Promise<void>
  /** Of a link, and not of what it leads to. */
  setLinkOwner(path: string, uid: number, gid: number): Promise<void>
  /** When it was read and changed last, in milliseconds since 1970. */
  setTimes(path: string, atimeMs: number, mtimeMs: number): Promise<void>
}

/** The files of this machine. */
export const machineFiles: MachineFiles = {
  read: (path) => readFile(path),
  hash: async (path, algorithm) => (await import('./file-digest.ts')).fileDigest(path, algorithm),
  readRange: async (path, offset, length) => {
    const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
    try {
      const buffer = Buffer.alloc(Math.min(length, Math.max(0, (await handle.stat()).size - offset)))
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, offset)
      return buffer.subarray(0, bytesRead)
    } finally {
      await handle.close()
    }
  },
  writeRange: async (path, offset, data) => {
    const handle = await open(path, constants.O_WRONLY | constants.O_NONBLOCK)
    try {
      return (await handle.write(data, 0, data.length, offset)).bytesWritten
    } finally {
      await handle.close()
    }
  },
  truncate: (path, length) => truncateFile(path, length),
  write: (path, data, options) => replaced(path, options, (handle) => handle.writeFile(data)),
  append: (path, data) => appendFile(path, data),
  stat,
  space: async (path) => {
    const { bsize, bavail, blocks } = await statfs(path)
    return { total: blocks * bsize, available: bavail * bsize }
  },
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
  makeFile: async (path, { mode = 0o644 } = {}) => {
    const handle = await open(path, 'wx', mode)
    await handle.close()
  },
  link: (target, path) => symlink(target, path),
  hardLink: (target, path) => linkFile(target, path),
  rename: (from, to) => renameFile(from, to),
  copy: (from, to) => copyFile(from, to),
  replace: (path, from, options) =>
    replaced(path, options, async (handle, temporary) => {
      await copyFile(from, temporary)
      // The system's copy takes the mode of what is copied along.
      await handle.chmod(0o600)
    }),
  remove: (path, { recursive = false } = {}) => rm(path, { force: true, recursive }),
  setMode: (path, mode) => changed(path, (handle) => handle.chmod(mode)),
  setOwner: (path, uid, gid) => changed(path, (handle) => handle.chown(uid, gid)),
  setLinkOwner,
  setTimes: (path, atimeMs, mtimeMs) => utimes(path, atimeMs / 1000, mtimeMs / 1000),
}

type Fill = (handle: FileHandle, temporary: string) => Promise<void>

/** Fills a new file beside `path`, closed to others until it has the owner and mode of the one it takes the place of. */
async function replaced(path: string, options: WriteFileOptions = {}, fill: Fill): Promise<void> {
  const { mode, durable = true } = options
  const before = await stat(path)
  const temporary = temporaryBeside(path)
  try {
    const handle = await open(temporary, 'wx', 0o600)
    try {
      await fill(handle, temporary)
      if (before !== undefined) await keepOwner(handle, before)
      await handle.chmod(mode ?? (before ? before.mode & 0o7777 : 0o644))
      if (durable) await handle.sync()
    } finally {
      await handle.close()
    }
    await renameFile(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
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

/** What of the system's answer is known of a file. */
export function factsOf(found: Stats): FileFacts {
  const { size, mode, uid, gid, atimeMs, mtimeMs, ctimeMs, ino, dev, nlink } = found
  return { type: typeOf(found), size, mode, uid, gid, atimeMs, mtimeMs, ctimeMs, ino, dev, nlink }
}

function typeOf(found: Stats): FileFacts['type'] {
  if (found.isFile()) return 'file'
  if (found.isDirectory()) return 'directory'
  return found.isSymbolicLink() ? 'link' : 'other'
}
