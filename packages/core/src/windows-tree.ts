// SPDX-License-Identifier: Apache-2.0
import type { ProcessSystem } from './process-system.ts'

/** Exit code of `taskkill` for a process that has ended already. */
const notFound = 128

/**
 * Ends a process of Windows and all that it started, and does not wait until they are gone. `taskkill` does; where it refuses, the
 * processes are ended by the list of their parents. One that cannot be ended stays, and shows in the list of processes.
 */
export function endWindowsTree(pid: number, system: ProcessSystem): void {
  system.start(['taskkill', '/T', '/F', '/PID', String(pid)], (code) => {
    if (code !== 0 && code !== notFound) endByParents(pid, system)
  })
}

function endByParents(pid: number, system: ProcessSystem): void {
  system.start(['wmic', 'process', 'get', 'ParentProcessId,ProcessId'], (_code, output) => {
    for (const one of treeOf(pid, parseParents(output))) end(one, system)
  })
}

function end(pid: number, { kill }: ProcessSystem): void {
  try {
    kill(pid, 'SIGKILL')
  } catch {
    // Ended meanwhile, or not ours to end.
  }
}

/** Process → its parent, from the table that `wmic` prints in UTF-16. */
function parseParents(output: Buffer): Map<number, number> {
  const text = output.toString(output.includes(0) ? 'utf16le' : 'latin1')
  const rows = text.matchAll(/^(\d+)\s+(\d+)\s*$/gm)
  return new Map([...rows].map(([, parent, pid]) => [Number(pid), Number(parent)]))
}

/** A process before those it started. An id that is used again never leads round in a circle. */
function treeOf(pid: number, parents: ReadonlyMap<number, number>): Set<number> {
  const tree = new Set([pid])
  for (const one of tree) {
    for (const [child, parent] of parents) if (parent === one) tree.add(child)
  }
  return tree
}
