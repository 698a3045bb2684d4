// SPDX-License-Identifier: Apache-2.0
import { readdirSync, readFileSync } from 'node:fs'

/**
 * Sends `signal` to the process group that `pid` leads and, on Linux, to every descendant that has left the group
 * (`setsid`, `su -c`); where there are no groups, to `pid` alone. A child that was handed to init before the call is
 * no descendant any more. Returns whether there was anything to signal.
 */
export function killTree(pid: number | undefined, signal: NodeJS.Signals): boolean {
  if (pid === undefined || pid <= 1) return false
  const descendants = descendantsOf(pid)
  const killed = killGroup(pid, signal)
  for (const descendant of descendants) killOne(descendant, signal)
  return killed
}

/** Whether a process with this id exists (and is not ours to reap). */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/**
 * When a process started, in clock ticks since boot: with its id it names a process for good, as ids are used again. Empty
 * where there is no `/proc`, or no such process.
 */
export function processStart(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
  } catch {
    return '' // ended meanwhile, or another system
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
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    // `pid (name) state ppid …`, and the name may hold anything, brackets included
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
  } catch {
    return undefined // ended meanwhile
  }
}

function killGroup(pid: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, signal)
    return true
  } catch {
    return killOne(pid, signal)
  }
}

function killOne(pid: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(pid, signal)
    return true
  } catch {
    return false
  }
}
