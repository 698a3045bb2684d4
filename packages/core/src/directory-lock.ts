// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from 'node:crypto'
import {
  closeSync,
  constants,
  existsSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { SaltError, systemCodeOf } from './errors.ts'
import { makeOwnDirectory } from './own-directory.ts'
import { type ProcessState, processStart, processState } from './process-tree.ts'

/** A directory held for one daemon. `release` gives it back; it is also free once the process is gone. */
export interface DirectoryLock {
  release(): void
}

interface Holder {
  readonly pid: number
  /** When the process started, in clock ticks since boot; tells a re-used pid from the real holder. */
  readonly started: string
  /** Names the run of the machine: daemons get the same pid at nearly the same tick of each. Empty where there is no `/proc`. */
  readonly boot: string
}

/** A process that was killed lets go within milliseconds, unless the machine is busy or a disk hangs. */
const endingPatienceMs = 5000
const endingPauseMs = 10

/** A clean-up takes microseconds; one this old was killed in the middle. */
const staleCleanUpMs = 10_000

/**
 * Takes `directory` for `program`, or throws `ALREADY_RUNNING` naming the process that has it. What a process that was
 * killed left behind is taken over, once it has ended: that is waited for. Of any number of processes that try at once, one
 * gets it. `hint` is that of the error.
 */
export function lockDirectory(
  directory: string,
  program: string,
  hint = 'Stop that process, or give this one its own root_dir.',
): DirectoryLock {
  if (!existsSync(directory)) makeOwnDirectory(directory, { mode: 0o755 })
  const path = join(directory, `.${program}.lock`)
  if (process.platform === 'win32')
    return lockByHandle(path, () => alreadyRunning({ program, directory, hint }, readHolder(path)))
  for (let attempt = 0; attempt < 3; attempt += 1) {
    if (createLock(path)) return { release: () => rmSync(path, { force: true }) }
    const holder = readHolder(path)
    if (holder === 'free') continue
    if (holder !== undefined && stateInTheEnd(holder) !== 'gone')
      throw alreadyRunning({ program, directory, hint }, holder)
    removeLeftover(path)
  }
  throw new SaltError('ALREADY_RUNNING', `${path} cannot be taken: others keep taking it`)
}

/**
 * Windows gives the same ids again at once, and nobody can say cheaply when a process started. But there a file that one
 * process has open can be closed to all others, until that process is gone. `path` only says who it is.
 */
function lockByHandle(path: string, refused: () => SaltError): DirectoryLock {
  const held = `${path}.held`
  let descriptor: number
  try {
    descriptor = openSync(held, constants.O_RDWR | constants.O_CREAT | openForUsAlone, 0o644)
  } catch (cause) {
    const code = systemCodeOf(cause)
    if (code === 'EBUSY') throw refused()
    throw new SaltError('PERMISSION_DENIED', `lock file ${held} cannot be written: ${code}`, { cause })
  }
  writeFileSync(path, JSON.stringify({ pid: process.pid, started: '', boot: '' } satisfies Holder))
  return {
    release: () => {
      rmSync(path, { force: true })
      closeSync(descriptor)
    },
  }
}

/** `UV_FS_O_EXLOCK` of libuv, which Node passes on and does not name. */
const openForUsAlone = 0x10000000

/** The file appears with its contents, never empty: a link to one that was written beside it. */
function createLock(path: string): boolean {
  const holder: Holder = { pid: process.pid, started: processStart(process.pid), boot: bootId() }
  const written = `${path}.${randomBytes(6).toString('hex')}`
  try {
    writeFileSync(written, JSON.stringify(holder), { flag: 'wx', mode: 0o644 })
    linkSync(written, path)
    return true
  } catch (cause) {
    const code = systemCodeOf(cause)
    if (code === 'EEXIST') return false
    if (code === 'ENOSPC' || code === 'EDQUOT') {
      throw new SaltError('STORE_FAILED', `lock file ${path} cannot be written: no space left on the disk`, {
        cause,
        hint: `Make room on the disk of ${path}.`,
      })
    }
    throw new SaltError('PERMISSION_DENIED', `lock file ${path} cannot be written: ${code}`, { cause })
  } finally {
    rmSync(written, { force: true })
  }
}

/**
 * Removes the file of a holder that is gone. One process at a time does, and looks again before it does: else the second
 * of two that found the same leftover would remove what the first has taken since.
 */
function removeLeftover(path: string): void {
  const cleanUp = `${path}.clean-up`
  try {
    mkdirSync(cleanUp, { mode: 0o700 })
  } catch (error) {
    if (systemCodeOf(error) !== 'EEXIST') throw error
    removeStaleCleanUp(cleanUp)
    return
  }
  try {
    const holder = readHolder(path)
    if (holder !== 'free' && !holds(holder)) rmSync(path, { force: true })
  } finally {
    rmdirSync(cleanUp)
  }
}

function removeStaleCleanUp(cleanUp: string): void {
  const found = statSync(cleanUp, { throwIfNoEntry: false })
  if (found !== undefined && Date.now() - found.mtimeMs > staleCleanUpMs) {
    rmSync(cleanUp, { recursive: true, force: true })
  }
}

/** Undefined when the file names nobody: it was cut off when the machine went down, or holds something else. */
function readHolder(path: string): Holder | 'free' | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'))
    if (typeof value !== 'object' || value === null || !('pid' in value) || !('started' in value))
      return undefined
    const { pid, started } = value
    const boot = 'boot' in value ? String(value.boot) : bootId()
    return typeof pid === 'number' && pid > 0 ? { pid, started: String(started), boot } : undefined
  } catch (error) {
    return systemCodeOf(error) === 'ENOENT' ? 'free' : undefined
  }
}

function holds(holder: Holder | undefined): holder is Holder {
  return holder !== undefined && stateOf(holder) !== 'gone'
}

function stateOf({ pid, started, boot }: Holder): ProcessState {
  // The cheapest first: most callers wait for a process that runs.
  if (processStart(pid) !== started || boot !== bootId()) return 'gone'
  return processState(pid)
}

/** Waits for one that was killed to end. Holds up the caller, which has nothing else to do: a daemon that starts. */
function stateInTheEnd(holder: Holder): ProcessState {
  const endMs = performance.now() + endingPatienceMs
  let state = stateOf(holder)
  while (state === 'ending' && performance.now() < endMs) {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, endingPauseMs)
    state = stateOf(holder)
  }
  return state
}

function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim()
  } catch {
    return '' // another system
  }
}

interface Refused {
  readonly program: string
  readonly directory: string
  readonly hint: string
}

function alreadyRunning(
  { program, directory, hint }: Refused,
  holder: Holder | 'free' | undefined,
): SaltError {
  const pid = typeof holder === 'object' ? ` (pid ${holder.pid})` : ''
  return new SaltError('ALREADY_RUNNING', `${program} is already running on ${directory}${pid}`, { hint })
}
