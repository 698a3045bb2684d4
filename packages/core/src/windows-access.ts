// SPDX-License-Identifier: Apache-2.0
import { SaltError } from './errors.ts'

/** Well-known names, as they are called in no language: the system, administrators, and whoever owns a file. */
const allowed = ['S-1-5-18', 'S-1-5-32-544', 'S-1-3-4']

/** How a program of Windows ended. */
export interface AccessResult {
  /** Null when it could not be started. */
  readonly status: number | null
  readonly output: string
}

/**
 * Takes a directory of Windows from all but administrators, the system and its owner, with everything that will be made in it. `start` runs a
 * program and waits for it. Throws `DIRECTORY_UNSAFE` when that fails: what lies in the directory would be for others to read.
 */
export function closeToOthers(
  path: string,
  start: (argv: readonly [string, ...string[]]) => AccessResult = startHere,
): void {
  const { status, output } = start(closingWords(path))
  if (status === 0) return
  const why = status === null ? 'cannot be started' : `ended with ${status}`
  throw new SaltError(
    'DIRECTORY_UNSAFE',
    `directory ${path} cannot be closed to other users: icacls ${why}: ${output.trim()}`,
    { hint: `Remove it, or close it yourself: ${closingWords(path).join(' ')}` },
  )
}

/** The words for `icacls`: nothing is inherited from above, and these few may do everything. */
export function closingWords(path: string): [string, ...string[]] {
  const grants = allowed.flatMap((sid) => ['/grant:r', `*${sid}:(OI)(CI)F`])
  return ['icacls', path, '/inheritance:r', ...grants, '/Q']
}

function startHere([file, ...args]: readonly [string, ...string[]]): AccessResult {
  // Not imported: it is needed once in the life of an installation.
  const { spawnSync } = process.getBuiltinModule('node:child_process')
  const { status, stdout, stderr } = spawnSync(file, args, { encoding: 'utf8', windowsHide: true })
  return { status, output: `${stdout ?? ''}${stderr ?? ''}` }
}
