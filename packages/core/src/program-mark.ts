// SPDX-License-Identifier: Apache-2.0
import { readdirSync, readFileSync } from 'node:fs'

/**
 * The environment variable by which a program is found whose process id nobody knows: who started it was killed before it
 * heard of the id. Its value is used for one start.
 */
export const programMark = 'HALITE_PROGRAM'

/** The ids of the processes that were started with a mark, from `/proc`; empty on systems without it. */
export function processesMarked(mark: string): number[] {
  if (process.platform !== 'linux') return []
  const variable = `${programMark}=${mark}`
  const pids = readdirSync('/proc').map(Number).filter(Number.isInteger)
  return pids.filter((pid) => environmentOf(pid).includes(variable))
}

function environmentOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0')
  } catch {
    return [] // ended meanwhile, or another user's
  }
}
