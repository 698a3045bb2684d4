// SPDX-License-Identifier: Apache-2.0
import {
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  openSync,
  readFileSync,
  type Stats,
  statSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { SaltError, systemCodeOf } from './errors.ts'
import { unsafeDirectory } from './own-directory.ts'
import { distrustOf, isTrustedOwner } from './trusted-path.ts'

const { O_APPEND, O_CREAT, O_NOCTTY, O_RDONLY, O_TRUNC, O_WRONLY } = constants
/** Windows has neither. */
const O_NOFOLLOW = constants.O_NOFOLLOW ?? 0
const O_NONBLOCK = constants.O_NONBLOCK ?? 0

export interface WriteOptions {
  /** Permission bits of a file that is made. */
  readonly mode: number
  /** Write behind what is there. */
  readonly append?: boolean
}

/**
 * Opens a file for writing, or makes it, and returns its descriptor. Where others may change the directory it has to be a
 * plain file of our own that is known under one name, and no link; where nobody can, a link and a device are
 * followed. Never waits for a FIFO: one is refused. Throws `FILE_UNSAFE`, `DIRECTORY_UNSAFE` when the file might be
 * made somewhere else, and the system's error.
 */
export function openForWriting(path: string, { mode, append = false }: WriteOptions): number {
  const isPrivate = isInOwnDirectory(path)
  const flags = O_WRONLY | O_CREAT | O_NONBLOCK | O_NOCTTY | (append ? O_APPEND : 0)
  const descriptor = isPrivate ? open(path, flags, mode) : open(path, flags | O_NOFOLLOW, mode)
  try {
    const found = fstatSync(descriptor)
    const isFine = found.isFile() || (isPrivate && found.isCharacterDevice())
    if (!isFine) throw unsafeFile(path, 'is no plain file')
    if (!isPrivate) checkOwn(path, found)
    return descriptor
  } catch (error) {
    closeSync(descriptor)
    throw error
  }
}

/**
 * Opens a file whose path a person has typed, as a shell would: through links, and wherever it may be. Only in a directory
 * where everybody may put files, as in `/tmp`, it is opened as by `openForWriting`. Throws as that does.
 */
export function openAsTyped(path: string, { mode, append = false }: WriteOptions): number {
  if (!isForEverybody(dirname(path)))
    return openSync(path, O_WRONLY | O_CREAT | (append ? O_APPEND : O_TRUNC), mode)
  const descriptor = openForWriting(path, { mode, append })
  if (!append) ftruncateSync(descriptor, 0)
  return descriptor
}

function isForEverybody(directory: string): boolean {
  const writableAndSticky = 0o1002
  return (statSync(directory).mode & writableAndSticky) === writableAndSticky
}

/** A file that is open, and what it was when it was opened. */
export interface OpenedFile {
  readonly descriptor: number
  readonly stats: Stats
}

export interface ReadOptions {
  /** Accept one that belongs to whom its directory belongs to, where that directory cannot be another one. */
  readonly allowDirectoryOwner?: boolean
}

/**
 * Opens a plain file that belongs to root or us for reading, hands it to `use`, and closes it. It may be reached through
 * a link only where nobody but root and us could have made one. Throws `FILE_UNSAFE`, `DIRECTORY_UNSAFE` and the system's
 * error.
 */
export function withOwnFile<T>(
  path: string,
  use: (file: OpenedFile) => T,
  { allowDirectoryOwner = false }: ReadOptions = {},
): T {
  const mayFollow = isInOwnDirectory(path)
  const descriptor = open(path, O_RDONLY | O_NONBLOCK | (mayFollow ? 0 : O_NOFOLLOW), 0)
  try {
    const stats = plainStats(path, descriptor)
    const isTheirs = () => allowDirectoryOwner && statSync(dirname(path)).uid === stats.uid
    if (!isTrustedOwner(stats.uid) && !isTheirs()) throw unsafeFile(path, `belongs to user ${stats.uid}`)
    return use({ descriptor, stats })
  } finally {
    closeSync(descriptor)
  }
}

/**
 * Reads a small plain file that somebody else may have written: through no link, and without waiting for a FIFO.
 * Throws `FILE_UNSAFE` for anything else or larger than `maxBytes`, and the system's error.
 */
export function readPlainFile(path: string, maxBytes: number): string {
  const descriptor = open(path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW, 0)
  try {
    const { size } = plainStats(path, descriptor)
    if (size > maxBytes) throw unsafeFile(path, `has ${size} bytes, over ${maxBytes}`)
    return readFileSync(descriptor, 'utf8')
  } finally {
    closeSync(descriptor)
  }
}

function plainStats(path: string, descriptor: number): Stats {
  const stats = fstatSync(descriptor)
  if (!stats.isFile()) throw unsafeFile(path, 'is no plain file')
  return stats
}

/**
 * Whether nobody but root and us can change the directory. Throws when its very path may lead elsewhere. The group of
 * a directory of root, such as `/var/log` of `syslog`, is not held against it.
 */
function isInOwnDirectory(path: string): boolean {
  const directory = dirname(path)
  if (distrustOf(directory) === undefined) return true
  const distrust = distrustOf(directory, { allowSticky: true, allowGroup: true })
  if (distrust === undefined || distrust.isLast) return false
  throw unsafeDirectory(directory, distrust)
}

function checkOwn(path: string, { uid, nlink }: Stats): void {
  if (uid !== process.geteuid?.()) throw unsafeFile(path, `belongs to user ${uid}`)
  if (nlink !== 1) throw unsafeFile(path, 'has a second name')
}

function open(path: string, flags: number, mode: number): number {
  try {
    return openSync(path, flags, mode)
  } catch (error) {
    const code = systemCodeOf(error)
    if (code === 'ELOOP') throw unsafeFile(path, 'is a symbolic link')
    if (code === 'ENXIO') throw unsafeFile(path, 'is no plain file')
    throw error
  }
}

function unsafeFile(path: string, why: string): SaltError {
  return new SaltError('FILE_UNSAFE', `${path} ${why}`, {
    hint: 'Somebody else may have put it there: look at it, then remove it.',
  })
}
