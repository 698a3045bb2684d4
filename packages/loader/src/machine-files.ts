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
import type { FileFacts, MachineFiles } from './machine.ts'

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
