// SPDX-License-Identifier: Apache-2.0
import {
  type BigIntStats,
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readlinkSync,
  realpathSync,
  statSync,
} from 'node:fs'
import { join, sep } from 'node:path'
import { SaltError, type SaltPath, systemCodeOf } from '@halite/core'

/** A plain file that is open for reading, and what it was then. */
export interface OpenFile {
  readonly descriptor: number
  readonly stats: BigIntStats
  /** Where it was found: the root and the path, as they are written. */
  readonly path: string
}

export interface OpenOptions {
  /** Directories that links may lead to; one that leads elsewhere is as if it were not there. */
  readonly roots: readonly string[]
  /** Whether a link on the way is followed at all. */
  readonly followLinks: boolean
}

const { O_NOCTTY, O_RDONLY } = constants
/** Windows has neither. */
const O_NONBLOCK = constants.O_NONBLOCK ?? 0
/** What says that nothing of this name is there to be had. */
const absentCodes: ReadonlySet<string | undefined> = new Set([
  'ENOENT',
  'ENOTDIR',
  'ELOOP',
  'ENAMETOOLONG',
  'ENXIO',
])

/**
 * Opens a plain file below `root`, which is one of `roots`; undefined when there is none, or when links lead out of the roots.
 * What is open is what was checked: whoever exchanges a part of the path meanwhile gets nothing else served. The caller closes
 * the descriptor. Throws `FILE_UNREADABLE`.
 */
export function openFile(root: string, path: SaltPath, options: OpenOptions): OpenFile | undefined {
  const full = join(root, path)
  let descriptor: number | undefined
  try {
    // To open a device can set something off, and a FIFO is no file: looked at first, and again when it is open.
    if (!statSync(full).isFile()) return undefined
    descriptor = openSync(full, O_RDONLY | O_NONBLOCK | O_NOCTTY)
    const stats = fstatSync(descriptor, { bigint: true })
    if (stats.isFile() && isInside(descriptor, { root, path }, options)) {
      const opened = { descriptor, stats, path: full }
      descriptor = undefined
      return opened
    }
    return undefined
  } catch (error) {
    if (absentCodes.has(systemCodeOf(error))) return undefined
    throw unreadable(full, error)
  } finally {
    if (descriptor !== undefined) closeSync(descriptor)
  }
}

/** Differs whenever the content may. */
export function versionOf({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): string {
  return [dev, ino, size, mtimeNs, ctimeNs].map((part) => part.toString(36)).join('.')
}

/** The error of a file that is there and cannot be read. */
export function unreadable(path: string, cause: unknown): SaltError {
  return new SaltError('FILE_UNREADABLE', `${path} cannot be read: ${systemCodeOf(cause) ?? String(cause)}`, {
    cause,
  })
}

/** Whether what is open lies where it may. Its real path is asked of the descriptor, so that nobody can exchange it. */
function isInside(
  descriptor: number,
  { root, path }: { readonly root: string; readonly path: SaltPath },
  options: OpenOptions,
): boolean {
  const real = realPathOf(descriptor, join(root, path))
  if (real === undefined) return false
  if (!options.followLinks) return real === join(realpathSync(root), path)
  return options.roots.some((each) => isBelow(real, each))
}

function realPathOf(descriptor: number, full: string): string | undefined {
  try {
    return readlinkSync(`/proc/self/fd/${descriptor}`)
  } catch (error) {
    if (systemCodeOf(error) !== 'ENOENT') throw error
  }
  return realPathOfSame(descriptor, full)
}

/** Where the system does not tell where an open file lies: the path must lead to the very file that is open. */
function realPathOfSame(descriptor: number, full: string): string | undefined {
  const real = realpathSync.native(full)
  const [open, there] = [fstatSync(descriptor, { bigint: true }), lstatSync(real, { bigint: true })]
  return open.ino === there.ino && open.dev === there.dev ? real : undefined
}

/** Whether a real path lies below a root, which may be a link itself, or be missing. */
function isBelow(real: string, root: string): boolean {
  try {
    const directory = realpathSync.native(root)
    return real.startsWith(directory.endsWith(sep) ? directory : directory + sep)
  } catch (error) {
    if (absentCodes.has(systemCodeOf(error))) return false
    throw error
  }
}
