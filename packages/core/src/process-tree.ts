// SPDX-License-Identifier: Apache-2.0
import { readdirSync, readFileSync } from 'node:fs'
import type { ProcessSystem } from './process-system.ts'
import { endWindowsTree } from './windows-tree.ts'

const thisSystem: ProcessSystem = {
  platform: process.platform,
  start: ([file, ...args], ended) => {
    // Not imported: what only looks at processes does not load what starts them.
    const { execFile } = process.getBuiltinModule('node:child_process')
    const child = execFile(file, args, { encoding: 'buffer', windowsHide: true }, (error, stdout) =>
      ended(error === null ? 0 : typeof error.code === 'number' ? error.code : -1, stdout),
    )
    child.unref()
  },
  kill: (pid, signal) => void process.kill(pid, signal),
}

/**
 * Sends `signal` to the process group that `pid` leads and, on Linux, to every descendant that has left the group
 * (`setsid`, `su -c`). A child that was handed to init before the call is no descendant any more. Windows has neither
 * groups nor these signals: there the whole tree is ended, a moment later. Returns whether there was anything to signal.
 */
export function killTree(
  pid: number | undefined,
  signal: NodeJS.Signals,
  system: ProcessSystem = thisSystem,
): boolean {
  if (pid === undefined || pid <= 1) return false
  if (system.platform === 'win32') {
    endWindowsTree(pid, system)
    return true
  }
  const descendants = descendantsOf(pid)
  const killed = killOne(-pid, signal, system) || killOne(pid, signal, system)
  for (const descendant of descendants) killOne(descendant, signal, system)
  return killed
}

/** Sends `signal` to one process. Returns whether there was anything to signal: it may have ended by itself. */
export function signalProcess(pid: number, signal: NodeJS.Signals): boolean {
  return killOne(pid, signal, thisSystem)
}

/** What a process is up to: one that is `ending` was killed and has not let go of its files yet. */
export type ProcessState = 'running' | 'ending' | 'gone'

/** Whether a process with this id exists (and is not ours to reap); one that has ended does until its parent takes notice. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/**
 * Whether a process runs. On Linux one that has ended counts as gone also while its parent has not taken notice (a
 * zombie), and one that was killed as ending until its last thread is gone; elsewhere it counts as running until then.
 */
export function processState(pid: number): ProcessState {
  if (!isAlive(pid)) return 'gone'
  const fields = statOf(pid)
  // Ended meanwhile, or a system without /proc.
  if (fields.length === 0) return process.platform === 'linux' && !isAlive(pid) ? 'gone' : 'running'
  if (isDead(fields)) return hasThreads(pid) ? 'ending' : 'gone'
  return isEnding(fields) || isKilled(pid) ? 'ending' : 'running'
}

/**
 * When a process started, in clock ticks since boot: with its id it names one process, as ids are reused. Empty
 * where there is no `/proc`, or no such process.
 */
export function processStart(pid: number): string {
  return statOf(pid)[19] ?? ''
}

/** The fields of `/proc/<pid>/stat` from the state on; empty if it is missing. */
function statOf(pid: number | string): string[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    // `pid (name) state ppid …`, and the name may hold anything, brackets included
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  } catch {
    return [] // ended meanwhile, or another system
  }
}

function isDead([state]: readonly string[]): boolean {
  return state === 'Z' || state === 'X' || state === 'x'
}

/** PF_EXITING of the kernel. */
function isEnding(fields: readonly string[]): boolean {
  return (Number(fields[6]) & 0x4) !== 0
}

/** Whether SIGKILL is on its way: of the two masks one is of the thread, the other of the whole process. */
function isKilled(pid: number): boolean {
  try {
    const masks = readFileSync(`/proc/${pid}/status`, 'latin1').matchAll(/^S(?:ig|hd)Pnd:\s*([0-9a-f]+)$/gm)
    return [...masks].some(([, mask]) => (BigInt(`0x${mask}`) & 0x100n) !== 0n)
  } catch {
    return false // ended meanwhile
  }
}

/** The first thread may have ended while others have not. */
function hasThreads(pid: number): boolean {
  try {
    const threads = readdirSync(`/proc/${pid}/task`).map((thread) => statOf(`${pid}/task/${thread}`))
    return threads.some((fields) => fields.length > 0 && !isDead(fields))
  } catch {
    return false // ended meanwhile
  }
}

/** The ids of the children of `pid`, theirs, and so on, from `/proc`; empty on systems without it. */
export function descendantsOf(pid: number): number[] {
  if (process.platform !== 'linux') return []
  const children = childrenByParent()
  const found = [...(children.get(pid) ?? [])]
  for (const child of found) found.push(...(children.get(child) ?? []))
  return found
}

function childrenByParent(): Map<number, number[]> {
  const children = new Map<number, number[]>()
  for (const entry of readdirSync('/proc')) {
    const pid = Number(entry)
    const parent = Number.isInteger(pid) ? parentOf(pid) : undefined
    if (parent === undefined) continue
    const siblings = children.get(parent)
    if (siblings === undefined) children.set(parent, [pid])
    else siblings.push(pid)
  }
  return children
}

function parentOf(pid: number): number | undefined {
  const parent = statOf(pid)[1]
  return parent === undefined ? undefined : Number(parent)
}

function killOne(pid: number, signal: NodeJS.Signals, system: ProcessSystem): boolean {
  try {
    system.kill(pid, signal)
    return true
  } catch {
    return false
  }
}
