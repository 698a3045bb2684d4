// SPDX-License-Identifier: Apache-2.0
import { readdirSync, readlinkSync } from 'node:fs'
import { sep } from 'node:path'
import { run } from '@halite/core'

/**
 * The programs that run now, by path: what must not be removed below them. Undefined where that cannot be found out, as on
 * Windows, where a program that runs cannot be removed anyway.
 */
export async function runningPrograms(): Promise<string[] | undefined> {
  if (process.platform === 'linux') return readdirSync('/proc').flatMap(programOf)
  if (process.platform !== 'darwin') return undefined
  const { retcode, stdout } = await run(['/bin/ps', '-axww', '-o', 'comm='])
  return retcode === 0 ? stdout.toString('utf8').split('\n') : undefined
}

/** Whether one of `programs` lies in `folder`. */
export function isInUse(folder: string, programs: readonly string[]): boolean {
  return programs.some((program) => program.startsWith(`${folder}${sep}`))
}

function programOf(pid: string): string[] {
  if (!/^\d+$/.test(pid)) return []
  try {
    return [readlinkSync(`/proc/${pid}/exe`)]
  } catch {
    return [] // ended meanwhile, a thread of the kernel, or somebody else's
  }
}
