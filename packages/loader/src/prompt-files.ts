// SPDX-License-Identifier: Apache-2.0
import {
  accessSync,
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  lstatSync,
  openSync,
  readlinkSync,
  readSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeSync,
} from 'node:fs'
import { setFileMode, setFileOwner } from './change-file.ts'
import { nameOf, nativePath } from './file-names.ts'
import {
  factsOf,
  isNowhere,
  type MachineFiles,
  machineFiles,
  type WriteFileOptions,
} from './machine-files.ts'
import { temporaryBeside } from './replace-file.ts'

/** Longer contents go through the system's threads. */
const mostBytes = 2 ** 18
/** How long the loop of the process may be kept from its other work. */
const turnMs = 10

let turnEnds = 0

/**
 * The files of this machine, for a process that runs one job. What takes the system microseconds is done at once: the way through
 * a thread and back costs ten times as much, and a run of states goes it thousands of times. The rest of the process gets its turn
 * every 10 ms, so a job can be stopped.
 */
export const promptFiles: MachineFiles = {
  ...machineFiles,
  read: async (path, options) =>
    options?.followLinks === false
      ? machineFiles.read(path, options)
      : ((await inTurn(() => smallFile(path))) ?? machineFiles.read(path)),
  write: async (path, data, options = {}) => {
    if (typeof data !== 'string' && !(data instanceof Uint8Array))
      return machineFiles.write(path, data, options)
    const bytes = typeof data === 'string' ? Buffer.from(data) : data
    // Whoever wants it on the disk waits for the disk.
    const isSmall = bytes.length <= mostBytes && options.durable === false
    return isSmall
      ? inTurn(() => replaceAtOnce(path, bytes, options))
      : machineFiles.write(path, bytes, options)
  },
  stat: (path, { followLinks = true } = {}) =>
    inTurn(() => {
      const found = statAtOnce(path, followLinks)
      return found && factsOf(found)
    }),
  isReadable: (path) => inTurn(() => isReadable(path)),
  readLink: (path) => inTurn(() => nameOf(readlinkSync(nativePath(path), 'buffer'))),
  realPath: (path) => inTurn(() => nameOf(realpathSync.native(nativePath(path), 'buffer'))),
  rename: (from, to) => inTurn(() => renameSync(nativePath(from), nativePath(to))),
  setMode: (path, mode) => inTurn(() => setFileMode(path, mode)),
  setOwner: (path, uid, gid) => inTurn(() => setFileOwner(path, uid, gid)),
}

/** Does a piece of work at once, or after the process had its turn. Rejects with what it throws. */
async function inTurn<T>(work: () => T): Promise<T> {
  if (performance.now() >= turnEnds) {
    await new Promise((resolve) => setImmediate(resolve))
    turnEnds = performance.now() + turnMs
  }
  return work()
}

function statAtOnce(path: string, followLinks = true): Stats | undefined {
  try {
    return (followLinks ? statSync : lstatSync)(nativePath(path), { throwIfNoEntry: false })
  } catch (error) {
    if (isNowhere(error)) return undefined
    throw error
  }
}

/** What a small file holds; undefined for a large one, and for what gives its content as it comes, such as a pipe. */
function smallFile(path: string): Buffer | undefined {
  const file = openSync(nativePath(path), constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    const facts = fstatSync(file)
    if (!facts.isFile() || facts.size === 0 || facts.size > mostBytes) return undefined
    // One byte more than there should be: one that grew is read to its end instead.
    const bytes = Buffer.allocUnsafe(facts.size + 1)
    const length = readSync(file, bytes)
    return length > facts.size ? undefined : bytes.subarray(0, length)
  } finally {
    closeSync(file)
  }
}

/** As `MachineFiles.write` does it. */
function replaceAtOnce(path: string, data: Uint8Array, { mode }: WriteFileOptions): void {
  const before = statAtOnce(path)
  const temporary = temporaryBeside(path)
  try {
    const file = openSync(nativePath(temporary), 'wx', 0o600)
    try {
      for (let done = 0; done < data.length; ) done += writeSync(file, data, done)
      if (before !== undefined) keepOwner(file, before)
      fchmodSync(file, mode ?? (before ? before.mode & 0o7777 : 0o644))
    } finally {
      closeSync(file)
    }
    renameSync(nativePath(temporary), nativePath(path))
  } catch (error) {
    rmSync(nativePath(temporary), { force: true })
    throw error
  }
}

function keepOwner(file: number, { uid, gid }: { readonly uid: number; readonly gid: number }): void {
  if (process.platform === 'win32') return
  const made = fstatSync(file)
  if (made.uid !== uid || made.gid !== gid) fchownSync(file, uid, gid)
}

function isReadable(path: string): boolean {
  try {
    accessSync(nativePath(path), constants.R_OK)
    return true
  } catch {
    return false
  }
}
