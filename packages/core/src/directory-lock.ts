// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { SaltError, systemCodeOf } from './errors.ts'
import { isAlive, processStart } from './process-tree.ts'

/** A directory held for one daemon. `release` gives it back; it is also free once the process is gone. */
export interface DirectoryLock {
  release(): void
}

interface Holder {
  readonly pid: number
  /** When the process started, in clock ticks since boot; tells a re-used pid from the real holder. */
  readonly started: string
}

/**
 * Takes `directory` for `program`, or throws `ALREADY_RUNNING` naming the process that has it. What a process that was
 * killed left behind is taken over.
 */
export function lockDirectory(directory: string, program: string): DirectoryLock {
  mkdirSync(directory, { recursive: true, mode: 0o755 })
  const path = join(directory, `.${program}.lock`)
  for (let attempt = 0; attempt < 3; attempt += 1) {
    if (createLock(path)) return { release: () => rmSync(path, { force: true }) }
    const holder = readHolder(path)
    if (holder !== undefined && holds(holder)) throw alreadyRunning(program, directory, holder)
    rmSync(path, { force: true })
  }
  throw new SaltError('ALREADY_RUNNING', `${path} cannot be taken: others keep taking it`)
}

function createLock(path: string): boolean {
  const holder: Holder = { pid: process.pid, started: processStart(process.pid) }
  try {
    writeFileSync(path, JSON.stringify(holder), { flag: 'wx', mode: 0o644 })
    return true
  } catch (cause) {
    const code = systemCodeOf(cause)
    if (code === 'EEXIST') return false
    throw new SaltError('PERMISSION_DENIED', `lock file ${path} cannot be written: ${code}`, { cause })
  }
}

function readHolder(path: string): Holder | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'))
    if (typeof value !== 'object' || value === null || !('pid' in value) || !('started' in value))
      return undefined
    return typeof value.pid === 'number' ? { pid: value.pid, started: String(value.started) } : undefined
  } catch {
    // Unreadable or cut off: nobody finished taking it.
    return undefined
  }
}

function holds(holder: Holder): boolean {
  return isAlive(holder.pid) && processStart(holder.pid) === holder.started
}

function alreadyRunning(program: string, directory: string, holder: Holder): SaltError {
  return new SaltError(
    'ALREADY_RUNNING',
    `${program} is already running on ${directory} (pid ${holder.pid})`,
    {
      hint: 'Stop that process, or give this one its own root_dir.',
    },
  )
}
