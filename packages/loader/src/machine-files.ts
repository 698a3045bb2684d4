// SPDX-License-Identifier: Apache-2.0
import { constants, type Stats } from 'node:fs'
import {
  access,
  appendFile,
  copyFile,
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
  rmdir,
  stat as statFile,
  statfs,
  symlink,
  truncate as truncateFile,
  utimes,
  writeFile,
} from 'node:fs/promises'
import { systemCodeOf } from '@halite/core'
import { setFileMode, setFileOwner } from './change-file.ts'
import { copyOpened } from './copy-opened.ts'
import type {
  FileContent,
  FileFacts,
  FileSystemFacts,
  ReplaceFileOptions,
  WriteFileOptions,
} from './file-facts.ts'
import { nameOf, nativePath, readNames } from './file-names.ts'
import { type HeldDirectory, holdDirectory } from './held-directory.ts'
import { setLinkOwner } from './link-owner.ts'
import { removeTree } from './remove-tree.ts'
import { replaceFile } from './replace-file.ts'

export type {
  FileContent,
  FileFacts,
  FileSystemFacts,
  ReplaceFileOptions,
  WriteFileOptions,
} from './file-facts.ts'

/**
 * The files of a machine. A byte of a path that is no UTF-8 is the character U+DC00 + byte. Everything rejects with the system's
 * error (`systemCodeOf`), except that `stat` gives undefined for what does not exist.
 */
export interface MachineFiles {
  /** Follows links unless `followLinks` is false: then a link at the end of the path is the system's error ELOOP. */
  read(path: string, options?: { readonly followLinks?: boolean }): Promise<Buffer>
  /** The digest of the content in hexadecimal digits, by a name of `node:crypto`; however large the file is. */
  hash(path: string, algorithm: string): Promise<string>
  /** At most `length` bytes from `offset` on. */
  readRange(path: string, offset: number, length: number): Promise<Buffer>
  /** Writes into a file that is there, which is no link; the number of bytes. */
  writeRange(path: string, offset: number, data: Uint8Array): Promise<number>
  /** Cuts a file to this length in bytes, or fills it with zeros up to there. */
  truncate(path: string, length: number): Promise<void>
  /** Replaces the file as a whole, piece by piece: readers see the old contents or the new. It keeps its owner. */
  write(path: string, data: FileContent, options?: WriteFileOptions): Promise<void>
  append(path: string, data: string | Uint8Array): Promise<void>
  /** Follows links unless `followLinks` is false. */
  stat(path: string, options?: { readonly followLinks?: boolean }): Promise<FileFacts | undefined>
  /** Whether we may read a file or directory; false for what does not exist. */
  isReadable(path: string): Promise<boolean>
  /** Whether we may write a file or directory; false for what does not exist. */
  isWritable(path: string): Promise<boolean>
  /** Whether we may run a file, or enter a directory; false for what does not exist. */
  isExecutable(path: string): Promise<boolean>
  /** The file system that a path lies on. */
  fileSystem(path: string): Promise<FileSystemFacts>
  /**
   * Opens a directory, which is no link: the path of what it gives leads to this very directory until it is closed, whoever
   * renames it. What is changed in directories that others may write is reached that way.
   */
  hold(path: string): Promise<HeldDirectory>
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
  /** As `write`, with the content of another file, however large. A link there is followed unless `followLinks` is false. */
  replace(path: string, from: string, options?: ReplaceFileOptions): Promise<void>
  /** Removes a file or link, or with `recursive` a whole directory, and follows no link. What does not exist is no error. */
  remove(path: string, options?: { readonly recursive?: boolean }): Promise<void>
  /** Removes an empty directory. */
  removeDirectory(path: string): Promise<void>
  /** Rejects for a link. */
  setMode(path: string, mode: number): Promise<void>
  /** Rejects for a link. */
  setOwner(path: string, uid: number, gid: number): Promise<void>
  /** Of a link, and not of what it leads to. */
  setLinkOwner(path: string, uid: number, gid: number): Promise<void>
  /** When it was read and changed last, in milliseconds since 1970. */
  setTimes(path: string, atimeMs: number, mtimeMs: number): Promise<void>
}

const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants

/** The files of this machine. */
export const machineFiles: MachineFiles = {
  read: (path, { followLinks = true } = {}) =>
    // What is no file must not keep us waiting: whoever may put a link there may put a pipe there.
    readFile(nativePath(path), followLinks ? {} : { flag: O_RDONLY | O_NOFOLLOW | O_NONBLOCK }),
  hash: async (path, algorithm) => (await import('./file-digest.ts')).fileDigest(nativePath(path), algorithm),
  readRange: async (path, offset, length) => {
    const handle = await open(nativePath(path), constants.O_RDONLY | constants.O_NONBLOCK)
    try {
      const buffer = Buffer.alloc(Math.min(length, Math.max(0, (await handle.stat()).size - offset)))
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, offset)
      return buffer.subarray(0, bytesRead)
    } finally {
      await handle.close()
    }
  },
  writeRange: async (path, offset, data) => {
    const handle = await open(nativePath(path), constants.O_WRONLY | constants.O_NONBLOCK)
    try {
      return (await handle.write(data, 0, data.length, offset)).bytesWritten
    } finally {
      await handle.close()
    }
  },
  truncate: (path, length) => truncateFile(nativePath(path), length),
  write: async (path, data, options) =>
    replaceFile(path, { ...options, before: await stat(path) }, (handle) => writeFile(handle, data)),
  append: (path, data) => appendFile(nativePath(path), data),
  stat,
  isReadable: (path) => mayAccess(path, constants.R_OK),
  isWritable: (path) => mayAccess(path, constants.W_OK),
  isExecutable: (path) => mayAccess(path, constants.X_OK),
  fileSystem: (path) => statfs(nativePath(path)),
  hold: holdDirectory,
  list: async (path) => {
    const native = nativePath(path)
    return (
      await readNames(
        () => readdir(native),
        () => readdir(native, 'buffer'),
      )
    ).sort()
  },
  makeFile: async (path, { mode = 0o644 } = {}) => {
    const handle = await open(nativePath(path), 'wx', mode)
    await handle.close()
  },
  readLink: async (path) => nameOf(await readlink(nativePath(path), 'buffer')),
  realPath: async (path) => nameOf(await realpath(nativePath(path), 'buffer')),
  makeDirectory: async (path, { mode = 0o755, parents = false } = {}) => {
    await mkdir(nativePath(path), { recursive: parents, mode })
  },
  link: (target, path) => symlink(nativePath(target), nativePath(path)),
  hardLink: (target, path) => linkFile(nativePath(target), nativePath(path)),
  rename: (from, to) => renameFile(nativePath(from), nativePath(to)),
  copy: (from, to) => copyFile(nativePath(from), nativePath(to)),
  replace: async (path, from, { followLinks = true, ...options } = {}) =>
    replaceFile(path, { ...options, before: await stat(path) }, async (handle, temporary) => {
      if (followLinks) await copyFile(nativePath(from), nativePath(temporary))
      else await copyOpened(from, temporary)
      // The system's copy takes the mode of what is copied along.
      await handle.chmod(0o600)
    }),
  remove: (path, { recursive = false } = {}) =>
    recursive ? removeTree(path) : rm(nativePath(path), { force: true }),
  removeDirectory: (path) => rmdir(nativePath(path)),
  setMode: async (path, mode) => setFileMode(path, mode),
  setOwner: async (path, uid, gid) => setFileOwner(path, uid, gid),
  setLinkOwner: (path, uid, gid) => setLinkOwner(nativePath(path), uid, gid),
  setTimes: (path, atimeMs, mtimeMs) => utimes(nativePath(path), atimeMs / 1000, mtimeMs / 1000),
}

/** Links that lead to one another lead nowhere. */
const nowhere = ['ENOENT', 'ENOTDIR', 'ELOOP']

/** Whether the system says by this error that there is nothing at a path. */
export function isNowhere(error: unknown): boolean {
  return nowhere.includes(systemCodeOf(error) ?? '')
}

async function stat(path: string, { followLinks = true } = {}): Promise<FileFacts | undefined> {
  try {
    return factsOf(await (followLinks ? statFile(nativePath(path)) : lstat(nativePath(path))))
  } catch (error) {
    if (isNowhere(error)) return undefined
    throw error
  }
}

function mayAccess(path: string, mode: number): Promise<boolean> {
  return access(nativePath(path), mode).then(
    () => true,
    () => false,
  )
}

/** What of the system's answer is known of a file. */
export function factsOf(found: Stats): FileFacts {
  const { size, mode, uid, gid, atimeMs, mtimeMs, ctimeMs, ino, dev, rdev, nlink } = found
  return { type: typeOf(found), size, mode, uid, gid, atimeMs, mtimeMs, ctimeMs, ino, dev, rdev, nlink }
}

function typeOf(found: Stats): FileFacts['type'] {
  if (found.isFile()) return 'file'
  if (found.isDirectory()) return 'directory'
  return found.isSymbolicLink() ? 'link' : 'other'
}
