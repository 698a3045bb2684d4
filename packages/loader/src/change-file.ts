// SPDX-License-Identifier: Apache-2.0
import {
  chmodSync,
  chownSync,
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  openSync,
} from 'node:fs'
import { nativePath } from './file-names.ts'

const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants
/** Linux: opens the name, and not the file: no right to read it is needed, and a device does not notice. */
const O_PATH = 0o10000000

/** Gives a file, which is no link, these permission bits. Throws the system's error. */
export function setFileMode(path: string, mode: number): void {
  changed(path, {
    byName: (held) => chmodSync(held, mode),
    byDescriptor: (file) => fchmodSync(file, mode),
  })
}

/** Gives a file, which is no link, to another user and group. Throws the system's error. */
export function setFileOwner(path: string, uid: number, gid: number): void {
  changed(path, {
    byName: (held) => chownSync(held, uid, gid),
    byDescriptor: (file) => fchownSync(file, uid, gid),
  })
}

interface Change {
  readonly byName: (held: string) => void
  readonly byDescriptor: (file: number) => void
}

/** What is changed is what was opened, and no link leads elsewhere. */
function changed(path: string, { byName, byDescriptor }: Change): void {
  const isLinux = process.platform === 'linux'
  const file = openSync(nativePath(path), (isLinux ? O_PATH : O_RDONLY | O_NONBLOCK) | O_NOFOLLOW)
  try {
    if (!isLinux) byDescriptor(file)
    else if (fstatSync(file).isSymbolicLink()) throw linkError(path)
    else byName(`/proc/self/fd/${file}`)
  } catch (error) {
    throw named(error, path)
  } finally {
    closeSync(file)
  }
}

function linkError(path: string): Error {
  const message = `ELOOP: too many symbolic links encountered, open '${path}'`
  return Object.assign(new Error(message), { code: 'ELOOP', path })
}

function named(error: unknown, path: string): unknown {
  if (error instanceof Error) error.message = error.message.replace(/\/proc\/self\/fd\/\d+/, path)
  return error
}
